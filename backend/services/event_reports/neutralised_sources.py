"""The sources that an event's organiser neutralises, and what attendees contributed to them besides.

Attendees' grams for a neutralised source are a contribution and no offset: nobody offsets the same emission twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from backend.domain.event_reports.statistics import fold, share_tenths
from backend.messages.event_reports import ReportNeutralised, ReportNeutralisedSource
from backend.render.texts.event_report import name_in_report, statement
from backend.services.event_reports.aggregation import Attendees
from backend.storage.statements import Reader


def percent(part: int, whole: int) -> Decimal:
    """A share with one decimal."""
    return Decimal(share_tenths(part, whole)) / 10


async def read_contribution(read: Reader, event_id: UUID, attendees: Attendees) -> int:
    """Grams that attendees hold beyond what the organiser leaves to them; no statement where nothing is neutralised."""
    if not attendees.left_g:
        return 0
    rows = await read(
        "read_event_contributions", event_id, list(attendees.left_g), list(attendees.left_g.values())
    )
    return int(rows[0]["contribution_g"])


def neutralised(sources: Sequence[str], attendees: Attendees, contribution_g: int) -> ReportNeutralised:
    """The organiser's declaration in the numbers of `by_source`: a group too small to show there is hidden here too."""
    folded = fold(attendees.sources)
    listed: list[ReportNeutralisedSource] = []
    sum_g = 0
    for key in sources:
        group = folded.get(key)
        if group is not None:
            sum_g += group.grams
        listed.append(
            ReportNeutralisedSource(
                key=key,
                name=name_in_report("source", key),
                attendances=None if group is None else min(group.people, attendees.people),
                emission_g=None if group is None else group.grams,
                share_pct=None if group is None else percent(group.grams, attendees.total_g),
            )
        )
    return ReportNeutralised(
        sources=listed,
        emission_g=sum_g,
        share_pct=percent(sum_g, attendees.total_g),
        contribution_g=contribution_g,
        note=statement("neutralised.note" if listed else "neutralised.none"),
    )
