"""What another factor set would change for an event: the footprints of attendees who declare nothing, line by line."""

from __future__ import annotations

from typing import Any

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.footprint.footprint import Footprint, FootprintLine
from backend.errors import InvalidQuery
from backend.ledger.facts.events import event_facts
from backend.ledger.facts.footprints import FootprintBook
from backend.messages.events.factor_sets import AttendeeComparison, FactorSetComparison, LineComparison
from backend.services.events.events import overseen_event, row_of

CATEGORIES = ("local", "province", "national", "international")


async def compare_factor_set(
    catalogue: Catalogue, footprints: FootprintBook, staff: Principal, slug: str, factor_set: str | None
) -> FactorSetComparison:
    """Footprints by ticket category, with the event's set and with another one; None: the newest events' default.

    Raises EventNotFound, also for another organiser's event, and InvalidQuery for a set that is not there.
    """
    event = await overseen_event(staff, slug)
    other = factor_set or catalogue.event_factor_set
    if other not in catalogue.factor_sets:
        raise InvalidQuery.of("factor_set", "not_known", name=other)
    row: dict[str, Any] = row_of(event)
    before, after = (event_facts(row | {"factor_set": each}) for each in (event.factor_set, other))
    return FactorSetComparison(
        event=event.slug,
        factor_set=event.factor_set,
        other=other,
        attendees=[
            _compared(
                category,
                footprints.compute(before, None, category),
                footprints.compute(after, None, category),
            )
            for category in CATEGORIES
        ],
    )


def _compared(category: str, before: Footprint, after: Footprint) -> AttendeeComparison:
    sides: dict[tuple[str, str], list[FootprintLine | None]] = {}
    for place, footprint in enumerate((before, after)):
        for line in footprint.lines:
            end = line.note if line.note in ("event", "home") else ""
            sides.setdefault((line.source, end), [None, None])[place] = line
    return AttendeeComparison(
        category=category,  # type: ignore[arg-type]
        before_g=before.total_g,
        after_g=after.total_g,
        delta_g=after.total_g - before.total_g,
        lines=[_line(source, end, *pair) for (source, end), pair in sides.items()],
    )


def _line(source: str, end: str, before: FootprintLine | None, after: FootprintLine | None) -> LineComparison:
    return LineComparison(
        source=source,
        note=end or None,
        before_g=0 if before is None else before.emission_g,
        after_g=0 if after is None else after.emission_g,
        before_factor_ids=[] if before is None else list(before.factor_ids),
        after_factor_ids=[] if after is None else list(after.factor_ids),
    )
