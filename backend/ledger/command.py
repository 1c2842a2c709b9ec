"""What may be asked of the ledger, and what it answers.

A command carries the id of the row it will make. When a connection breaks during COMMIT the batch is run
again, and a row that is there already with the command's own id is this command's doing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from backend.domain.footprint.footprint import Journey
from backend.errors import Refusal
from backend.messages.shape import Bilingual


class RequestedOffset(msgspec.Struct, frozen=True):
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
    offset: RequestedOffset | None
    idempotency: IdempotencyKey | None
    at: datetime
    refusal_if_new: Refusal | None = None
    """What speaks against it by now (its code expired): said only if it is no repeat."""
    guardian_id: UUID | None = None
    """Who scanned a companion in. A companion earns no points: one phone would collect them for many."""

    @property
    def spends(self) -> bool:
        """Whether the citizen's points may be taken, so that their lots have to be known."""
        return self.offset is not None and self.offset.pay_with == "points"


class PartnerItem(msgspec.Struct, frozen=True):
    """A partner's own id of what it reported, and the SHA-256 of what it said: credited once, whatever is repeated."""

    partner_id: UUID
    external_id: str
    digest: bytes


class SceneVisit(msgspec.Struct, frozen=True):
    """A certified scene whose sign was scanned."""

    scene_id: UUID
    kind: str
    name: Bilingual


class RequestedReview(msgspec.Struct, frozen=True):
    """Why a person has to look before anything is booked, what there is to see, and until when it will be done."""

    why: Literal["photo", "speed", "device", "partner"]
    evidence: Mapping[str, object]


class LogAction(msgspec.Struct, frozen=True):
    """A citizen did something. `event_id` with a gate or a badge when a code of an event was scanned for it.

    With `is_day_total` the quantity is the day's total so far, and what earlier totals brought is taken off.
    With `review` it is kept for a person to look at; `is_approved` says that one did.
    """

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
    ended_at: datetime | None = None
    item: PartnerItem | None = None
    partner_id: UUID | None = None
    scene: SceneVisit | None = None
    is_day_total: bool = False
    review: RequestedReview | None = None
    is_approved: bool = False


class Command(Protocol):
    """What every command of the ledger has. One that takes points says `spends = True` on its class."""

    @property
    def id(self) -> UUID: ...
    @property
    def citizen_id(self) -> UUID: ...
    @property
    def idempotency(self) -> IdempotencyKey | None: ...
    @property
    def at(self) -> datetime: ...


class Outcome(msgspec.Struct, frozen=True):
    """The answer to one command: an HTTP-like status and a JSON body.

    With a status of 400 or more the body is {"code", "facts"} of the refusal, told in words only when it is
    sent, because the same stored refusal may be asked for in another language.
    """

    status: int
    body: bytes
    is_replay: bool = False


def idempotency_owner(command: Command) -> UUID:
    """Whose key an Idempotency-Key is: the caller's. A companion has no phone, so it is who brought them."""
    return getattr(command, "guardian_id", None) or command.citizen_id
