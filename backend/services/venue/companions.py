"""Companions: children and elders without a phone, whom a citizen scans in by their own badges.

A companion is a citizen who cannot sign in. Attendance, footprint and certificate are their own; the tie to their
guardian ends with the guardian's account. Companions earn no points.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError

from backend.domain.certificates.commitment import holder_link, secret_of
from backend.errors import (
    BadgeBound,
    BadgeRevoked,
    BadgeUnknown,
    CodeForeign,
    EventNotRunning,
    IdempotencyKeyReused,
)
from backend.errors.venue import CompanionNeedsBadge, CompanionsTooMany
from backend.ledger.command import Outcome, replay
from backend.ledger.commands.join_event import JoinEvent
from backend.messages.encoding import encode
from backend.messages.events.scans import CompanionBrief, ScanAnswer
from backend.messages.shape import Page, view_of
from backend.messages.venue import MyCompanion, event_brief
from backend.models import Attendance, Badge, Citizen, Companion, Event, IdempotencyKey
from backend.models.keys import uuid7
from backend.services.identity.erased import hold_citizen
from backend.storage.database import Database, constraint_of
from backend.storage.statements import read, write

NEWEST = UUID(int=2**128 - 1)


async def companion_for(
    database: Database, command: JoinEvent, kind: Literal["child", "elder", "other"]
) -> Companion:
    """The companion whom a citizen scans in by a badge: the one it already belongs to, or a new one.

    `command` is the scan as the citizen's own. Everything that would refuse the scan is checked first, so that
    no companion is created who never came in. Raises CompanionNeedsBadge, CompanionsTooMany, BadgeBound,
    BadgeUnknown, BadgeRevoked, EventNotRunning, IdempotencyKeyReused, SessionRevoked.
    """
    if command.badge_serial is None:
        raise CompanionNeedsBadge
    guardian_id = command.citizen_id
    badge_key: dict[str, Any] = {"event_id": command.event_id, "badge_serial": command.badge_serial}
    try:
        async with database.transaction():
            # The guardian is held: two scans at one moment would each count seven before them.
            await hold_citizen(guardian_id)
            badges = await _same_badge(database, command.event_id, command.badge_serial)
            known = await Companion.filter(event_id=command.event_id, badge_serial__in=badges).first()
            if known is not None and known.guardian_id == guardian_id:
                return known
            if known is not None:
                raise BadgeBound
            await _check_key(command)
            event = await _check_scan(command, badges)
            brought = await Companion.filter(guardian_id=guardian_id, event_id=command.event_id).count()
            if brought >= event.companions_max:
                raise CompanionsTooMany(companions_max=event.companions_max)
            companion_id = uuid7()
            await Citizen.create(id=companion_id)
            await write("open_account", companion_id)
            return await Companion.create(
                companion_id=companion_id, guardian_id=guardian_id, kind=kind, **badge_key
            )
    except IntegrityError as error:
        if constraint_of(error) == "companions_once_per_badge":
            # Two phones scanned one badge at one moment: this one came second.
            raise BadgeBound from error
        raise


async def _same_badge(database: Database, event_id: UUID, serial: int) -> list[int]:
    """The serials of one badge and those it replaced: a reissued badge brings no new companion."""
    return [row["serial"] for row in await read(database, "find_chain", event_id, serial)]


async def _check_scan(command: JoinEvent, badges: list[int]) -> Event:
    event = await Event.get_or_none(id=command.event_id).only("id", "state", "companions_max")
    if event is None:
        raise CodeForeign
    if event.state != "running":
        raise EventNotRunning
    badge = await Badge.get_or_none(event_id=command.event_id, serial=command.badge_serial)
    if badge is None:
        raise BadgeUnknown
    if badge.revoked_at is not None:
        raise BadgeRevoked
    if await Attendance.exists(event_id=command.event_id, badge_serial__in=badges):
        raise BadgeBound
    return event


async def _check_key(command: JoinEvent) -> None:
    """Raise IdempotencyKeyReused as the ledger would, before a companion is created."""
    if command.idempotency is None:
        return
    used = await IdempotencyKey.get_or_none(citizen_id=command.citizen_id, key=command.idempotency.key)
    if used is not None and not command.idempotency.is_repeat_of(used.request_digest):
        raise IdempotencyKeyReused


def of_companion(command: JoinEvent, companion: Companion) -> JoinEvent:
    """The same scan as the companion's own, with their guardian."""
    return msgspec.structs.replace(
        command,
        citizen_id=companion.companion_id,
        guardian_id=companion.guardian_id,
        is_child=companion.kind == "child",
    )


def with_companion(outcome: Outcome, companion: Companion) -> Outcome:
    """The ledger's answer with the companion it is about; a refusal stays unchanged."""
    if outcome.status >= 400:
        return outcome
    brief = CompanionBrief(kind=cast(Any, companion.kind), badge_serial=companion.badge_serial)
    if isinstance(outcome.answer, ScanAnswer):
        return Outcome(outcome.status, msgspec.structs.replace(outcome.answer, companion=brief))
    # A repeat: its stored fields go out as they are.
    fields = msgspec.json.decode(outcome.body, type=dict[str, msgspec.Raw])
    fields["companion"] = msgspec.Raw(encode(brief))
    return replay(outcome.status, encode(fields))


async def list_companions(
    database: Database, guardian_id: UUID, limit: int, cursor: UUID | None, public_base: str
) -> Page[MyCompanion]:
    """Companions that a citizen scanned in, newest first."""
    rows = await read(database, "read_my_companions", guardian_id, limit + 1, cursor or NEWEST)
    return Page.of(rows, limit, lambda row: _view(row, public_base), lambda row: row["companion_id"])


def _view(row: Mapping[str, Any], public_base: str) -> MyCompanion:
    number = row["certificate_number"]
    return view_of(
        MyCompanion,
        row,
        event=event_brief(row["slug"], row["name_zh"], row["name_en"], row["city"]),
        footprint_g=row["total_g"],
        certificate_number=number,
        certificate_url=holder_link(f"{public_base}/c/{number}", secret_of(row)) if number else None,
    )
