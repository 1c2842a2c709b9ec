"""What tests of offsets after the scan stand on: commands, a budget, and looks at what holds now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

from backend.domain.footprint.inputs import Journey
from backend.jobs.offset_waitlist import SettlingRun, settle_waiting
from backend.ledger.command import IdempotencyKey, Outcome
from backend.ledger.commands.join_event import JoinEvent, RequestedOffset
from backend.ledger.commands.offset_changes import ReviseJourney, SettleOffset
from backend.models.keys import uuid7
from tests.consents import agreed
from tests.service import Service

TOLD = Journey(distance_km=300, mode="hsr", nights=2, meals=3, room_sharing=1, hotel_stars=4, diet="mixed")
"""133,294 g: worked example A."""
TWIN = msgspec.structs.replace(TOLD, room_sharing=2)
"""79,794 g."""
FAR = msgspec.structs.replace(TOLD, from_city="北京", distance_km=1700, mode="plane")
"""503,057 g: worked example B."""
TOLD_G, TWIN_G, FAR_G = 133_294, 79_794, 503_057


def ask(
    citizen_id: UUID,
    event_id: UUID,
    badge_serial: int | None = None,
    *,
    journey: Journey | None = TOLD,
    share: int | None = 100,
    pay_with: str = "sponsor",
    gate: int | None = 1,
) -> JoinEvent:
    """A scan that asks for a share of the footprint to be offset."""
    return JoinEvent(
        id=uuid7(),
        citizen_id=citizen_id,
        event_id=event_id,
        badge_serial=badge_serial,
        gate=gate,
        journey=journey,
        offset=None if share is None else RequestedOffset(share, None, pay_with),
        idempotency=None,
        at=datetime.now(UTC),
    )


def revise(citizen_id: UUID, event_id: UUID, journey: Journey, key: str | None = None) -> ReviseJourney:
    key = key or uuid7().hex
    return ReviseJourney(
        id=uuid7(),
        citizen_id=citizen_id,
        event_id=event_id,
        journey=journey,
        idempotency=IdempotencyKey(key, b"." * 32),
        at=datetime.now(UTC),
    )


def settle(citizen_id: UUID, event_id: UUID) -> SettleOffset:
    return SettleOffset(id=uuid7(), citizen_id=citizen_id, event_id=event_id, at=datetime.now(UTC))


def told(outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(outcome.body)
    return found


async def run_settling(service: Service) -> SettlingRun:
    return await settle_waiting(service.components.database, service.components.queue)


async def set_price(
    service: Service, points_per_kg: int, points_budget: int, slug: str = "fair"
) -> dict[str, Any]:
    body = {"points_per_kg": points_per_kg, "points_budget": points_budget, "reason": "赞助"}
    answer = await service.post(f"/v1/events/{slug}/budget", body, await service.staff("organiser"))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def agree(citizen_id: UUID) -> None:
    """The consent to keep journeys."""
    await agreed(citizen_id, "event_profile")


async def give_points(service: Service, citizens: Sequence[UUID], points: int) -> None:
    """Points for having been at another event; 1,000 at most each time."""
    made = await service.event(f"earlier-{uuid4().hex[:8]}", join_points=points)
    for citizen_id in citizens:
        command = ask(citizen_id, UUID(made["id"]), share=None)
        assert (await service.components.queue.submit(command)).status == 201


async def offset_of(owner: asyncpg.Connection, citizen_id: UUID) -> dict[str, Any] | None:
    """What holds now."""
    row = await owner.fetchrow(
        "SELECT grams, kind, total_g FROM current_offsets WHERE citizen_id = $1", citizen_id
    )
    return dict(row) if row else None


async def waits_of(owner: asyncpg.Connection, citizen_id: UUID) -> list[tuple[int, str | None]]:
    """Each wait's grams, and how it ended."""
    rows = await owner.fetch(
        """SELECT w.asked_grams, e.why FROM offset_waits w
           LEFT JOIN offset_wait_ends e USING (event_id, citizen_id, sequence)
           WHERE w.citizen_id = $1 ORDER BY w.sequence""",
        citizen_id,
    )
    return [(row["asked_grams"], row["why"]) for row in rows]
