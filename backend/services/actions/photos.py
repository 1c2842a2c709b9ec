"""Photos that citizens send as evidence: cleaned, kept for a while, used once by anybody."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, time
from uuid import UUID

import msgspec

from backend.domain.days import SHANGHAI, day_of
from backend.errors import Busy, Refusal
from backend.errors.actions.evidence import PhotoNotFound, PhotosPerDay, PhotoUsed
from backend.ledger.command import Outcome
from backend.ledger.commands.log_action import LogAction
from backend.ledger.queue import LedgerQueue
from backend.messages.actions.photos import PhotoAnswer
from backend.models import Photo, Review
from backend.outside.photo_decoding import CleanPhoto, clean_photo
from backend.outside.photo_files import PhotoFiles
from backend.storage.database import Database
from backend.storage.statements import lock, write

DECODED_AT_ONCE_MAX = 1
"""A decoded photo takes up to 200 MB for a moment, and a core."""
DECODING_WAITING_MAX = 16


class Claim(msgspec.Struct, frozen=True):
    """A photo taken for an action; `refusal_if_new` unless the action is a repeat."""

    action_id: UUID
    refusal_if_new: Refusal | None = None


class Photos:
    def __init__(self, database: Database, files: PhotoFiles, *, per_day_max: int) -> None:
        self._database = database
        self._files = files
        self._per_day_max = per_day_max
        self._decoding = asyncio.Semaphore(DECODED_AT_ONCE_MAX)
        self._waiting = 0

    async def take(self, citizen_id: UUID, raw: bytes, now: datetime) -> PhotoAnswer:
        """Keep a photo. Sending it again is no second one.

        Raises PhotoUnreadable, PhotoTooLarge, PhotosPerDay, PhotoUsed, Busy.
        """
        photo = await self._clean(raw)
        sha256 = hashlib.sha256(photo.content).digest()
        since = datetime.combine(day_of(now), time(), SHANGHAI).astimezone(UTC)
        async with self._database.transaction():
            await lock("lock_photos", str(citizen_id))
            values = (sha256, len(photo.content), photo.width, photo.height, now, since, self._per_day_max)
            (found,) = await write("store_photo", citizen_id, *values)
        if not (found["is_stored"] or found["is_there"]):
            raise PhotoUsed if found["is_used"] else PhotosPerDay(photos_max=self._per_day_max)
        # The row comes first: a file that no row names would be kept for ever.
        await self._files.put(file_name(citizen_id, sha256), photo.content)
        return PhotoAnswer(sha256=sha256.hex(), width=photo.width, height=photo.height)

    async def tell(self, queue: LedgerQueue, command: LogAction, sha256: bytes) -> Outcome:
        """Submit an action whose evidence is a photo: taken for it first, given back when it is refused.

        Raises PhotoNotFound, and what the queue says.
        """
        assert command.idempotency is not None
        citizen_id = command.citizen_id
        claim = await self._claim(citizen_id, sha256, command.id, command.idempotency.key)
        refusal = command.refusal_if_new or claim.refusal_if_new
        command = msgspec.structs.replace(command, id=claim.action_id, refusal_if_new=refusal)
        outcome = await queue.submit(command)
        if outcome.status >= 400 and claim.refusal_if_new is None:
            mine = Photo.filter(citizen_id=citizen_id, sha256=sha256, used_by=claim.action_id)
            await mine.update(used_by=None, used_key=None)
        return outcome

    async def _claim(self, citizen_id: UUID, sha256: bytes, action_id: UUID, key: str) -> Claim:
        """Take a photo for an action told under an Idempotency-Key.

        The same key gets the same action's id again, so that a request repeated after a crash is the same one.
        Raises PhotoNotFound.
        """
        async with self._database.transaction():
            # By content, not by owner: no key of a table keeps two people from using one picture.
            await lock("lock_photos", sha256.hex())
            taken = await write("claim_photo", citizen_id, sha256, action_id, key)
            used_by = taken[0][0] if taken else None
        if used_by is None:
            if not await Photo.exists(citizen_id=citizen_id, sha256=sha256):
                raise PhotoNotFound
            return Claim(action_id, PhotoUsed())
        is_told = used_by != action_id and await Review.exists(citizen_id=citizen_id, id=used_by)
        return Claim(used_by, PhotoUsed() if is_told else None)

    async def show(self, citizen_id: UUID, sha256: bytes) -> bytes:
        """The picture, a JPEG. Raises PhotoNotFound."""
        content = await self._files.get(file_name(citizen_id, sha256))
        if content is None:
            raise PhotoNotFound
        return content

    async def _clean(self, raw: bytes) -> CleanPhoto:
        if self._waiting >= DECODING_WAITING_MAX:
            raise Busy
        self._waiting += 1
        try:
            async with self._decoding:
                return await asyncio.to_thread(clean_photo, raw)
        finally:
            self._waiting -= 1


def file_name(citizen_id: UUID, sha256: bytes) -> str:
    """One file for each owner, so that one person's leaving does not take another one's photo along."""
    return f"{sha256.hex()}-{citizen_id.hex}"
