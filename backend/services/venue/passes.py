"""A citizen's pass at an event: a number that says nothing about the citizen, shown as a rotating code.

A photograph of the phone is worthless two minutes later; the number is random, so it reveals no order either.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend.domain.qr_codes import PASS_MAX, PASS_STEP_S, CodeKeys, step_of
from backend.errors import Busy, EventClosed
from backend.errors.venue import PassesExhausted
from backend.messages.venue import CitizenPass, PassCode, event_brief
from backend.models import Event, Pass
from backend.services.events.events import visible_event
from backend.services.identity.erased import hold_citizen
from backend.storage.database import Database
from backend.storage.statements import write

CODES_AHEAD = 10
DRAWN = 32
ATTEMPTS_MAX = 5
FULL = PASS_MAX * 9 // 10
"""Beyond this so many numbers are taken that drawing finds none: an event of a million and a half people."""


async def citizen_of(event_id: UUID, number: int) -> UUID | None:
    """The citizen of a pass; None for a number never given, or of an erased citizen."""
    found = await Pass.get_or_none(event_id=event_id, number=number)
    return None if found is None else found.citizen_id


async def pass_of(
    database: Database, citizen_id: UUID, slug: str, keys: CodeKeys, now: datetime
) -> CitizenPass:
    """A citizen's pass with the codes of the next ten minutes; the first time it gets its number.

    Raises EventNotFound, EventClosed, PassesExhausted, SessionRevoked.
    """
    event = await visible_event(slug, None)
    number = await _number_of(database, event, citizen_id)
    first = step_of(now, PASS_STEP_S)
    items = []
    for step in range(first, first + CODES_AHEAD):
        shown_from = datetime.fromtimestamp(step * PASS_STEP_S, UTC)
        items.append(
            PassCode(
                code=keys.citizen_pass(event.code, number, shown_from),
                shown_from=shown_from,
                shown_to=shown_from + timedelta(seconds=PASS_STEP_S),
            )
        )
    return CitizenPass(
        event=event_brief(event.slug, event.name_zh, event.name_en, event.city),
        number=number,
        as_of=now,
        items=items,
    )


async def _number_of(database: Database, event: Event, citizen_id: UUID) -> int:
    for _ in range(ATTEMPTS_MAX):
        held = await Pass.get_or_none(event_id=event.id, citizen_id=citizen_id)
        if held is not None:
            return held.number
        if event.state not in ("accepted", "running"):
            raise EventClosed
        drawn = [secrets.randbelow(PASS_MAX) + 1 for _ in range(DRAWN)]
        async with database.transaction():
            await hold_citizen(citizen_id)
            rows = await write("create_pass", event.id, citizen_id, drawn)
        if rows:
            number: int = rows[0]["number"]
            return number
    if await Pass.filter(event_id=event.id).count() >= FULL:
        raise PassesExhausted
    # Other citizens took the same numbers in the same moment, five times over.
    raise Busy
