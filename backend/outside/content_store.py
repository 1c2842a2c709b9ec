"""Stores documents by content: each under the SHA-256 of its bytes, in a directory or in an S3 bucket.

Nothing is ever removed or changed: the same content has the same name, and a stored name says which bytes must come
back. What is read is checked against it.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
import threading
from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path
from typing import IO, Protocol

import msgspec

from backend.errors import BodyTooLarge
from backend.errors.events.documents import ContentDamaged, ContentEmpty
from backend.outside.content_types import ContentCheck

SPOOL_BYTES = 1_048_576
"""Bytes gathered before a thread writes and hashes them: a thread for every packet would cost more than the work."""

PIECE_BYTES = 262_144
"""Bytes of a document in memory while it is sent."""


class Stored(msgspec.Struct, frozen=True):
    """A document in the store."""

    sha256: bytes
    length: int
    media_type: str


class BlobReader(Protocol):
    """An open document. Its methods block."""

    def read(self, amount: int, /) -> bytes:
        """At most so many bytes, none at the end. Raises ContentAway."""

    def close(self) -> None: ...


class BlobStore(Protocol):
    """Where documents are stored, by name. The methods block; `ContentStore` calls them in threads."""

    @property
    def spool(self) -> Path | None:
        """The directory in which a document grows before it has a name; None: the system's temporary one."""

    def put(self, name: str, fresh: Path, media_type: str) -> None:
        """Store a file, which is moved away. A second time is no error. Raises ContentAway."""

    def open(self, name: str) -> tuple[BlobReader, int] | None:
        """The document and its length; None when there is none. Raises ContentAway."""


class FolderBlobStore:
    """Files in a directory that all server processes and the worker share."""

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

    def open(self, name: str) -> tuple[BlobReader, int] | None:
        try:
            file = self._path(name).open("rb", buffering=0)
        except FileNotFoundError:
            return None
        return file, os.fstat(file.fileno()).st_size

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


class ContentStore:
    """Stores documents and reads them back, in a directory or a bucket."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    async def put(self, content: bytes, media_type: str) -> bytes:
        """Store a document in memory; returns its SHA-256. Raises ContentMismatch, ContentEmpty, ContentAway."""

        async def whole() -> AsyncIterable[bytes]:
            yield content

        return (await self.take(whole(), media_type, bytes_max=len(content))).sha256

    async def take(self, chunks: AsyncIterable[bytes], media_type: str, *, bytes_max: int) -> Stored:
        """Store a document that arrives in pieces, with no more than a megabyte of it in memory.

        Raises BodyTooLarge as soon as it is, ContentMismatch, ContentEmpty, ContentAway; then nothing is kept.
        """
        check = ContentCheck(media_type)
        spool = await asyncio.to_thread(lambda: self._blobs.spool)
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
            await asyncio.to_thread(self._blobs.put, sha256.hex(), fresh, media_type)
        finally:
            await asyncio.to_thread(fresh.unlink, missing_ok=True)
        return Stored(sha256=sha256, length=length, media_type=media_type)

    async def open(self, sha256: bytes) -> Content | None:
        """The content, to be read once and closed; None when there is none. Raises ContentAway."""
        found = await asyncio.to_thread(self._blobs.open, sha256.hex())
        return None if found is None else Content(sha256, *found)


class Content:
    """A document being sent, piece by piece."""

    def __init__(self, sha256: bytes, file: BlobReader, length: int) -> None:
        self.sha256 = sha256
        self.length = length
        self._file = file
        self._left = length
        self._is_whole = False
        self._digest = hashlib.sha256()
        self._reading = threading.Lock()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        """The last piece comes only when the whole is what its name says. Raises ContentDamaged, ContentAway."""
        if self._is_whole:
            raise StopAsyncIteration
        piece = await asyncio.to_thread(self._read)
        self._left -= len(piece)
        self._is_whole = self._left <= 0
        if not piece or (self._is_whole and self._digest.digest() != self.sha256):
            raise ContentDamaged
        return piece

    def _read(self) -> bytes:
        with self._reading:
            piece = self._file.read(min(PIECE_BYTES, self._left))
            self._digest.update(piece)
            return piece

    async def aclose(self) -> None:
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        # A client that went away may have left a thread that still reads.
        with self._reading:
            self._file.close()


def _spool(file: IO[bytes], digest: hashlib._Hash, check: ContentCheck, part: bytes) -> None:
    check.add(part)
    digest.update(part)
    file.write(part)


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
