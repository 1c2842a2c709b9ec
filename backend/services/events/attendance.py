"""A citizen's own attendance at an event, and the revision of its journey."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from backend.auth import Principal
from backend.domain.certificates.commitment import holder_link, secret_of
from backend.domain.contribution import claim_of
from backend.domain.footprint.footprint import Footprint, Journey
from backend.errors.events.offsets import AttendanceNotFound
from backend.ledger.command import IdempotencyKey, Outcome
from backend.ledger.commands.offset_changes import ReviseJourney
from backend.ledger.commands.offsets import stopped_by
from backend.ledger.facts.events import event_facts
from backend.ledger.facts.footprints import FootprintBook
from backend.ledger.queue import LedgerQueue
from backend.messages.events.journeys import MyAttendance, RevisionView, WaitView
from backend.messages.events.scans import (
    AllocationView,
    CertificateLink,
    EventBrief,
    FootprintRequest,
    OffsetView,
)
from backend.messages.shape import Bilingual, view_of
from backend.models.keys import uuid7
from backend.services.events.events import row_of, visible_event
from backend.storage.database import Database
from backend.storage.statements import read


async def revise_journey(
    queue: LedgerQueue,
    footprints: FootprintBook,
    slug: str,
    citizen_id: UUID,
    journey: Journey,
    idempotency: IdempotencyKey | None,
    at: datetime,
) -> Outcome:
    """Revise the journey of a citizen's attendance.

    Raises EventNotFound, CITY_REFUSALS, and what the ledger refuses, a JourneyRefusal among it.
    """
    event = await visible_event(slug, None)
    journey = footprints.with_chosen_city(journey)
    command = ReviseJourney(
        id=uuid7(), citizen_id=citizen_id, event_id=event.id, journey=journey, idempotency=idempotency, at=at
    )
    return await queue.submit(command)


async def my_attendance(database: Database, slug: str, citizen_id: UUID, public_base: str) -> MyAttendance:
    """A citizen's own attendance. Raises EventNotFound, AttendanceNotFound."""
    event = await visible_event(slug, None)
    found = await read(database, "read_my_attendance", event.id, citizen_id)
    if not found:
        raise AttendanceNotFound
    row = found[0]
    revisions = [_revision(each) for each in await read(database, "read_my_revisions", event.id, citizen_id)]
    footprint = msgspec.json.decode(row["footprint"], type=Footprint)
    offset = None
    if row["offset_id"] is not None:
        allocations = await read(database, "read_offset_ranges", event.id, row["offset_id"])
        offset = current_offset_view(row, footprint, allocations)
    number = row["certificate_number"]
    return MyAttendance(
        event=EventBrief(slug=event.slug, name=Bilingual(event.name_zh, event.name_en), city=event.city),
        joined_at=row["joined_at"],
        revision=row["revision"],
        footprint=footprint,
        revisions=revisions,
        offset=offset,
        certificate=CertificateLink(
            number=number, url=holder_link(f"{public_base}/c/{number}", secret_of(row))
        )
        if number
        else None,
        waiting=WaitView(
            grams=row["asked_grams"],
            pay_with=row["wait_pay_with"],
            is_difference=row["is_difference"],
            joined_at=row["wait_joined_at"],
            reason="held" if row["held_for"] else stopped_by(event_facts(row_of(event))) or "pool_exhausted",
        )
        if row["asked_grams"] is not None
        else None,
        points_earned=row["points"],
        points_paid=row["points_paid"],
    )


def current_offset_view(
    row: Mapping[str, Any], footprint: Footprint, allocations: list[Mapping[str, Any]]
) -> OffsetView:
    """An offset as it is now, from a row with `grams`, `released_g`, `points_paid` and its allocations."""
    contribution_g = footprint.contribution_g(row["grams"])
    return OffsetView(
        grams=row["grams"],
        kind="full" if row["grams"] >= footprint.total_g else "partial",
        allocations=[
            view_of(
                AllocationView,
                each,
                batch_id=str(each["batch_id"]),
                project=each["project_name"],
                grams=each["part_grams"],
            )
            for each in allocations
        ],
        claim=claim_of(contribution_g),
        contribution_g=contribution_g,
        released_g=row["released_g"],
        points_paid=row["points_paid"],
    )


def _revision(row: Mapping[str, Any]) -> RevisionView:
    footprint = msgspec.json.decode(row["footprint"], type=Footprint)
    return view_of(
        RevisionView,
        footprint,
        revision=row["revision"],
        delta_g=row["delta_g"],
        journey=msgspec.json.decode(row["journey"], type=Journey) if row["journey"] else None,
        created_at=row["created_at"],
    )


async def export_offsets(database: Database, citizen_id: UUID) -> dict[str, Any]:
    """A citizen's revisions, waits, changes, releases and payments, for the export of their data."""
    kinds: dict[str, list[dict[str, Any]]] = {
        "journey_revisions": [],
        "offset_waits": [],
        "offset_changes": [],
        "offset_releases": [],
        "offset_payments": [],
    }
    for row in await read(database, "read_my_offset_rows", citizen_id):
        kinds[row["kind"]].append(msgspec.json.decode(row["body"]))
    return kinds


async def estimate_footprint(
    footprints: FootprintBook, slug: str, caller: Principal | None, request: FootprintRequest
) -> Footprint:
    """The footprint of attending as it would be recorded now; nothing is written.

    Raises EventNotFound, CITY_REFUSALS and what a JourneyRefusal says.
    """
    event = await visible_event(slug, caller)
    journey = request.journey
    if journey is not None:
        journey = footprints.with_chosen_city(journey)
    return footprints.compute(event_facts(row_of(event)), journey, request.category)
