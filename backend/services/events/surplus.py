"""Credits retired for an event that are nobody's offset: unused serials of its pools, and released ones.

The surplus is published and never given to another event or person: the event's certificates name its batches.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from backend.auth import Principal
from backend.messages.credits import SurplusPart, SurplusView
from backend.messages.shape import view_of
from backend.models import Event, Surplus
from backend.services.credits.register import share_pct
from backend.services.events.events import visible_event
from backend.storage.database import Database
from backend.storage.statements import read


async def publish_surplus(database: Database, event: Event, at: datetime) -> None:
    """Record an event's surplus; a second time changes nothing.

    Call it inside the transaction that closes the event and has locked its row, so that no allocation is under way.
    """
    if await Surplus.exists(event_id=event.id):
        return
    parts = await _parts(database, event)
    unused_g = sum(part.unused_g for part in parts)
    released_g = sum(part.released_g for part in parts)
    await Surplus.create(
        event_id=event.id,
        grams=unused_g + released_g,
        unused_g=unused_g,
        released_g=released_g,
        by_batch=[msgspec.to_builtins(part) for part in parts],
        at=at,
    )


async def show_surplus(database: Database, slug: str, caller: Principal | None) -> SurplusView:
    """What is left of an event's pools: as recorded when it closed; before that, as it is now.

    Raises EventNotFound.
    """
    event = await visible_event(slug, caller)
    recorded = await Surplus.get_or_none(event_id=event.id)
    if recorded is None:
        return _view(event, await _parts(database, event), datetime.now(UTC), is_final=False)
    parts = [msgspec.convert(part, SurplusPart) for part in recorded.by_batch]
    return _view(event, parts, recorded.at.astimezone(UTC), is_final=True)


async def _parts(database: Database, event: Event) -> list[SurplusPart]:
    return [
        view_of(SurplusPart, row, batch_id=str(row["batch_id"]))
        for row in await read(database, "read_surplus", event.id)
    ]


def _view(event: Event, parts: list[SurplusPart], at: datetime, *, is_final: bool) -> SurplusView:
    pooled_g = sum(part.pooled_g for part in parts)
    unused_g = sum(part.unused_g for part in parts)
    released_g = sum(part.released_g for part in parts)
    tagged_g = sum(part.pooled_g for part in parts if part.origin_tag is not None)
    return SurplusView(
        event=event.slug,
        is_final=is_final,
        at=at,
        pooled_g=pooled_g,
        unused_g=unused_g,
        released_g=released_g,
        grams=unused_g + released_g,
        formerly_poor_area_pct=share_pct(tagged_g, pooled_g),
        by_batch=parts,
    )
