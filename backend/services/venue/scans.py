"""A citizen scans a badge, a gate's screen or a poster: for themselves, or for a companion whom they bring."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.auth import Principal
from backend.errors import CodeForeign, InvalidBody
from backend.errors.badges import IdentityNeeded
from backend.ledger.command import IdempotencyKey, Outcome
from backend.ledger.commands.join_event import JoinEvent, RequestedOffset
from backend.ledger.facts.footprints import FootprintBook
from backend.ledger.queue import LedgerQueue
from backend.messages.events.scans import OffsetRequest, ScanRequest
from backend.models.keys import uuid7
from backend.services.scanned_place import ScannedPlaces
from backend.services.venue.companions import companion_for, of_companion, with_companion
from backend.storage.database import Database


class Scans:
    """Turns scans into commands of the ledger; only a companion asks the database before."""

    def __init__(
        self, database: Database, queue: LedgerQueue, places: ScannedPlaces, footprints: FootprintBook
    ) -> None:
        self._database = database
        self._queue = queue
        self._places = places
        self._footprints = footprints

    async def scan(
        self, caller: Principal, request: ScanRequest, idempotency: IdempotencyKey | None, now: datetime
    ) -> Outcome:
        """The ledger's answer to a scan.

        Raises IdentityNeeded for a guest who scans anything but a badge, what codes are refused with, InvalidBody,
        CITY_REFUSALS, and what a companion may be refused with.
        """
        if caller.role == "guest" and (
            request.companion is not None or not self._places.is_badge(request.code, now)
        ):
            raise IdentityNeeded
        command = await self._command(caller.id, request, idempotency, now)
        if request.companion is None:
            return await self._queue.submit(command)
        companion = await companion_for(self._database, command, request.companion.kind)
        return with_companion(await self._queue.submit(of_companion(command, companion)), companion)

    async def _command(
        self, citizen_id: UUID, request: ScanRequest, idempotency: IdempotencyKey | None, now: datetime
    ) -> JoinEvent:
        place = await self._places.find(request.code, now, citizen_id)
        if place.event_id is None:
            raise CodeForeign
        journey = request.journey
        if journey is not None:
            journey = self._footprints.with_chosen_city(journey)
        return JoinEvent(
            id=uuid7(),
            citizen_id=citizen_id,
            event_id=place.event_id,
            badge_serial=place.badge_serial,
            gate=place.gate,
            journey=journey,
            offset=None if request.offset is None else requested(request.offset),
            idempotency=idempotency,
            at=now,
            refusal_if_new=place.refusal,
        )


def requested(offset: OffsetRequest) -> RequestedOffset:
    """What is asked of the ledger. Raises InvalidBody for a share and grams at once."""
    if offset.share is not None and offset.grams is not None:
        raise InvalidBody.at("/offset/grams", "not_both", other="share")
    return RequestedOffset(offset.share, offset.grams, offset.pay_with)
