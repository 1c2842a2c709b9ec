"""What may be asked of the ledger, and what it answers.

A command carries the id of the row it will make. When a connection breaks during COMMIT the batch is run
again, and a row that is there already with the command's own id is this command's doing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from backend.domain.footprint import Journey
from backend.errors import Refusal


class OffsetAsk(msgspec.Struct, frozen=True):
    share_pct: int | None
    grams: int | None
    pay_with: str


class IdempotencyKey(msgspec.Struct, frozen=True):
    """The caller's key and the SHA-256 of what came with it."""

    key: str
    request_digest: bytes


class JoinEvent(msgspec.Struct, frozen=True):
    """A citizen scanned a badge or a venue's screen. `id` is the attendance's, if this is the first scan."""

    id: UUID
    citizen_id: UUID
    event_id: UUID
    badge_serial: int | None
    gate: int | None
    journey: Journey | None
    offset: OffsetAsk | None
    idempotency: IdempotencyKey | None
    at: datetime
    refusal_if_new: Refusal | None = None
    """What speaks against it by now (its code expired): said only if it is no repeat."""


class LogAction(msgspec.Struct, frozen=True):
    """A citizen did something. `event_id` with a gate or a badge when a code of an event was scanned for it."""

    id: UUID
    citizen_id: UUID
    method: str
    quantity: Decimal | None
    parameters: Mapping[str, object]
    tier: str
    occurred_at: datetime
    day: date
    event_id: UUID | None
    gate: int | None
    badge_serial: int | None
    idempotency: IdempotencyKey | None
    at: datetime
    refusal_if_new: Refusal | None = None


Command = JoinEvent | LogAction


class Outcome(msgspec.Struct, frozen=True):
    """The answer to one command: an HTTP-like status and a JSON body.

    With a status of 400 or more the body is {"code", "facts"} of the refusal, told in words only when it is
    sent, because the same stored refusal may be asked for in another language.
    """

    status: int
    body: bytes
    is_replay: bool = False
