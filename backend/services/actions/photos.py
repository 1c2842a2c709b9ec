"""Photos that citizens send as evidence: cleaned, kept for some days, and used for one action only."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time
from functools import partial
from uuid import UUID

import msgspec
import structlog

from backend.domain.days import SHANGHAI, day_of
from backend.errors import Refusal, SessionRevoked, TooManyAtOnce
from backend.errors.actions.evidence import PhotoNotFound, PhotosPerDay, PhotoTooCostly, PhotoUsed
from backend.ledger.command import Outcome
from backend.ledger.commands.log_action import LogAction
from backend.ledger.queue import LedgerQueue
from backend.messages.actions.photos import PhotoAnswer
from backend.models import Photo, Review
from backend.outside.photo_decoding import CleanPhoto, decode_photo, read_decoded
from backend.outside.photo_files import PhotoFiles
from backend.outside.workshop.process import TooCostly
from backend.outside.workshop.workshop import Workshop
from backend.services.identity.erased import refuse_erased
from backend.services.minors.earning import check_may_earn
from backend.storage.database import Database
from backend.storage.redis_photo_attempts import PhotoAttempts
from backend.storage.statements import lock, write

log = structlog.get_logger(__name__)

ATTEMPTS_PER_PHOTO = 2
"""Of the photos that a citizen may send in a day each may be sent again; what cannot be read counts too."""


class PhotoUse(msgspec.Struct, frozen=True):
    """The action that a photo is reserved for; `refusal_if_new` refuses it unless the action is a repeat."""

    action_id: UUID
    refusal_if_new: Refusal | None = None


class Photos:
    """Stores photos of citizens, has them decoded in a workshop, and lets each serve one action."""

    def __init__(
        self,
        database: Database,
        files: PhotoFiles,
        workshop: Workshop,
        attempts: PhotoAttempts,
        *,
        per_day_max: int,
    ) -> None:
        self._database = database
        self._files = files
        self._workshop = workshop
        self._attempts = attempts
        self._per_day_max = per_day_max

    async def take(self, citizen_id: UUID, raw: bytes, now: datetime) -> PhotoAnswer:
        """Store a citizen's photo; the same photo again is stored once.

        Raises PhotoUnreadable, PhotoTooLarge, PhotoTooCostly, PhotosPerDay, PhotoUsed, AgeNeeded, GuardianNeeded,
        TooManyAtOnce, Busy, SessionRevoked.
        """
        await check_may_earn(citizen_id, now)
        photo = await self._decoded(citizen_id, raw, day_of(now))
        sha256 = hashlib.sha256(photo.content).digest()
        since = datetime.combine(day_of(now), time(), SHANGHAI).astimezone(UTC)
        async with self._database.transaction():
            await lock("lock_photos", str(citizen_id))
            await refuse_erased(citizen_id)
            values = (sha256, len(photo.content), photo.width, photo.height, now, since, self._per_day_max)
            (found,) = await write("store_photo", citizen_id, *values)
        if not (found["is_stored"] or found["is_there"]):
            raise PhotoUsed if found["is_used"] else PhotosPerDay(photos_max=self._per_day_max)
        # The row comes first: a file without a row would never be deleted.
        await self._files.put(await _file_of(citizen_id, sha256), photo.content)
        await self._remove_if_erased(citizen_id, sha256)
        return PhotoAnswer(sha256=sha256.hex(), width=photo.width, height=photo.height)

    async def stop(self) -> None:
        await self._workshop.stop()

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
        content = await self._files.get(await _file_of(citizen_id, sha256))
        if content is None:
            raise PhotoNotFound
        return content

    async def forget(self, citizen_id: UUID) -> None:
        """Delete an erased citizen's photos; what cannot be deleted now, the job `photos` deletes."""
        kept = await Photo.filter(citizen_id=citizen_id, removed_at=None)
        hashes = [bytes(photo.sha256) for photo in kept]
        try:
            for photo in kept:
                await self._files.remove(file_name(photo.file_owner or citizen_id, photo.sha256))
        except OSError as error:
            log.warning("photos_not_removed_yet", error=type(error).__name__)
            return
        await write("mark_photos_removed", [citizen_id] * len(hashes), hashes, datetime.now(UTC))

    async def _remove_if_erased(self, citizen_id: UUID, sha256: bytes) -> None:
        """The citizen may have left while the file was written, after the files of theirs were looked for."""
        try:
            await refuse_erased(citizen_id)
        except SessionRevoked:
            await self._files.remove(await _file_of(citizen_id, sha256))
            await write("mark_photos_removed", [citizen_id], [sha256], datetime.now(UTC))
            raise

    async def _decoded(self, citizen_id: UUID, raw: bytes, day: date) -> CleanPhoto:
        # Counted before it costs anything: whoever sends what cannot be read is done for the day too.
        attempts = await self._attempts.count(citizen_id, day)
        try:
            if attempts > ATTEMPTS_PER_PHOTO * self._per_day_max:
                raise PhotosPerDay(photos_max=self._per_day_max)
            answer = await self._workshop.do(partial(decode_photo, raw), str(citizen_id))
        except (PhotosPerDay, TooManyAtOnce):
            await self._attempts.give_back(citizen_id, day)
            raise
        except TooCostly:
            raise PhotoTooCostly from None
        return read_decoded(answer)


async def _file_of(citizen_id: UUID, sha256: bytes) -> str:
    """The name of a photo's file; one that came along from another account keeps its own."""
    photo = await Photo.get_or_none(citizen_id=citizen_id, sha256=sha256)
    return file_name((photo and photo.file_owner) or citizen_id, sha256)


def file_name(citizen_id: UUID, sha256: bytes) -> str:
    """One file for each owner, so that erasing one citizen does not remove another one's photo."""
    return f"{sha256.hex()}-{citizen_id.hex}"
