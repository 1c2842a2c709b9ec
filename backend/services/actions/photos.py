"""Photos that citizens send as evidence: cleaned, kept for some days, and used for one action only."""

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


class PhotoUse(msgspec.Struct, frozen=True):
    """The action that a photo is reserved for; `refusal_if_new` refuses it unless the action is a repeat."""

    action_id: UUID
    refusal_if_new: Refusal | None = None


class Photos:
    """Stores photos of citizens, decodes one at a time, and lets each serve one action."""

    def __init__(self, database: Database, files: PhotoFiles, *, per_day_max: int) -> None:
        self._database = database
        self._files = files
        self._per_day_max = per_day_max
        self._decoding = asyncio.Semaphore(DECODED_AT_ONCE_MAX)
        self._waiting = 0

    async def take(self, citizen_id: UUID, raw: bytes, now: datetime) -> PhotoAnswer:
        """Store a citizen's photo; the same photo again is stored once.

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
        # The row comes first: a file without a row would never be deleted.
        await self._files.put(file_name(citizen_id, sha256), photo.content)
        return PhotoAnswer(sha256=sha256.hex(), width=photo.width, height=photo.height)

    async def submit(self, queue: LedgerQueue, command: LogAction, sha256: bytes) -> Outcome:
        """Submit an action with a photo as its evidence; if the ledger refuses the action, the photo is free again.

        Raises PhotoNotFound, and what the queue says.
        """
        assert command.idempotency is not None
        citizen_id = command.citizen_id
        use = await self._reserve(citizen_id, sha256, command.id, command.idempotency.key)
        refusal = command.refusal_if_new or use.refusal_if_new
        command = msgspec.structs.replace(command, id=use.action_id, refusal_if_new=refusal)
        outcome = await queue.submit(command)
        if outcome.status >= 400 and use.refusal_if_new is None:
            mine = Photo.filter(citizen_id=citizen_id, sha256=sha256, used_by=use.action_id)
            await mine.update(used_by=None, used_key=None)
        return outcome

    async def _reserve(self, citizen_id: UUID, sha256: bytes, action_id: UUID, key: str) -> PhotoUse:
        """Reserve a photo for the action that a citizen logs under an Idempotency-Key.

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
            return PhotoUse(action_id, PhotoUsed())
        is_submitted = used_by != action_id and await Review.exists(citizen_id=citizen_id, id=used_by)
        return PhotoUse(used_by, PhotoUsed() if is_submitted else None)

    async def show(self, citizen_id: UUID, sha256: bytes) -> bytes:
        """A citizen's photo as JPEG. Raises PhotoNotFound."""
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
    """One file for each owner, so that erasing one citizen does not remove another one's photo."""
    return f"{sha256.hex()}-{citizen_id.hex}"
