"""Documents by their content: each is kept under the SHA-256 of its bytes, in a folder or in an S3 bucket.

Nothing is ever removed or changed: the same content has the same name, and a name that is written down somewhere
says what must come back. What comes back is checked against it.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterable
from pathlib import Path
from typing import IO, Protocol

import msgspec

from backend.errors import BodyTooLarge
from backend.errors.contents import ContentDamaged, ContentEmpty
from backend.outside.content_types import ContentCheck

SPOOL_BYTES = 1_048_576
"""So much is gathered before a thread writes and hashes it: a hop for every packet would cost more than the work."""


class Stored(msgspec.Struct, frozen=True):
    """A document that is kept."""

    sha256: bytes
    length: int
    media_type: str


class Shelf(Protocol):
    """Where documents lie, by name. The methods block; `ContentStore` calls them in threads."""

    @property
    def spool(self) -> Path | None:
        """Where a document grows before it has a name; None: wherever temporary files lie."""

    def put(self, name: str, fresh: Path, media_type: str) -> None:
        """Keep a file, which is taken away. Again is no error. Raises ContentAway."""

    def get(self, name: str) -> bytes | None:
        """None when there is none. Raises ContentAway."""


class FolderShelf:
    """Files in a folder that all server processes and the worker share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def spool(self) -> Path:
        # On the same file system, so that the rename is whole or not at all.
        spool = self._folder / "incoming"
        spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        return spool

    def put(self, name: str, fresh: Path, media_type: str) -> None:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh.replace(path)
        # The row that names the file is committed next: the name must be on the disk by then.
        for folder in (path.parent, self._folder):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def get(self, name: str) -> bytes | None:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


class ContentStore:
    """Takes documents and gives them back, whichever shelf they lie on."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def put(self, content: bytes, media_type: str) -> bytes:
        """Keep what is in memory; returns its SHA-256. Raises ContentMismatch, ContentEmpty, ContentAway."""

        async def whole() -> AsyncIterable[bytes]:
            yield content

        return (await self.take(whole(), media_type, bytes_max=len(content))).sha256

    async def take(self, chunks: AsyncIterable[bytes], media_type: str, *, bytes_max: int) -> Stored:
        """Keep what comes in pieces, with no more than a megabyte of it in memory.

        Raises BodyTooLarge as soon as it is, ContentMismatch, ContentEmpty, ContentAway; then nothing is kept.
        """
        check = ContentCheck(media_type)
        spool = await asyncio.to_thread(lambda: self._shelf.spool)
        descriptor, name = await asyncio.to_thread(tempfile.mkstemp, dir=spool)
        fresh = Path(name)
        digest = hashlib.sha256()
        length = 0
        waiting: list[bytes] = []
        waiting_bytes = 0
        try:
            with os.fdopen(descriptor, "wb") as file:
                async for chunk in chunks:
                    length += len(chunk)
                    if length > bytes_max:
                        raise BodyTooLarge(bytes_max=bytes_max)
                    waiting.append(chunk)
                    waiting_bytes += len(chunk)
                    if waiting_bytes >= SPOOL_BYTES:
                        await asyncio.to_thread(_spool, file, digest, check, b"".join(waiting))
                        waiting, waiting_bytes = [], 0
                if not length:
                    raise ContentEmpty
                await asyncio.to_thread(_spool, file, digest, check, b"".join(waiting))
                check.end()
                await asyncio.to_thread(_flush, file)
            sha256 = digest.digest()
            await asyncio.to_thread(self._shelf.put, sha256.hex(), fresh, media_type)
        finally:
            await asyncio.to_thread(fresh.unlink, missing_ok=True)
        return Stored(sha256=sha256, length=length, media_type=media_type)

    async def get(self, sha256: bytes) -> bytes | None:
        """The content; None when there is none. Raises ContentDamaged when it is not what its name says."""
        content = await asyncio.to_thread(self._shelf.get, sha256.hex())
        if content is None:
            return None
        if await asyncio.to_thread(lambda: hashlib.sha256(content).digest()) != sha256:
            raise ContentDamaged
        return content


def _spool(file: IO[bytes], digest: hashlib._Hash, check: ContentCheck, part: bytes) -> None:
    check.add(part)
    digest.update(part)
    file.write(part)


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
