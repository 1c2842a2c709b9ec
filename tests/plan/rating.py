"""Verbs of ratings, for tests: an event that ended some days ago, and an organisation rated now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backend.domain.days import day_of
from backend.models import Attendance, Citizen, Event, Organisation
from backend.models.keys import uuid7
from backend.services.evaluation.scores import compute_scores
from tests.routes.organisations.organising import hosts_event
from tests.service import Json, Service


async def ended_event(
    service: Service,
    host: Organisation,
    slug: str,
    *,
    days_ago: int,
    evaluation: Json | None = None,
    is_held: bool = True,
) -> Event:
    """An event of an organisation that ended so many days ago, with somebody who came where it was held."""
    await service.event(slug)
    event = await Event.get(slug=slug)
    event.ends_at = datetime.now(UTC) - timedelta(days=days_ago)
    event.starts_at = event.ends_at - timedelta(days=1)
    event.evaluation = evaluation
    await event.save(update_fields=["starts_at", "ends_at", "evaluation"])
    await hosts_event(host, slug)
    if is_held:
        citizen = await Citizen.create(id=uuid7())
        await Attendance.create(
            id=uuid7(),
            event_id=event.id,
            citizen_id=citizen.id,
            footprint_digest=bytes(32),
            offset_status="none",
            points=0,
            joined_at=event.starts_at,
        )
    return event


async def rated(service: Service, firm: Organisation) -> Json:
    """An organisation's credit as anybody reads it, computed now."""
    components = service.components
    await compute_scores(components.database, components.catalogue, [firm.id], day_of(datetime.now(UTC)))
    answer = await service.client.get(f"/v1/organisations/{firm.code}/credit")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found
