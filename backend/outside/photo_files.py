"""Stores photos as files under one directory. Another store (S3) is another class with these three methods."""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path


class PhotoFiles:
    """Files by name. Every server process and the worker see the same directory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, name: str, content: bytes) -> None:
        await asyncio.to_thread(self._put, name, content)

    async def get(self, name: str) -> bytes | None:
        """A file's content, or None when there is no such file (any more)."""
        return await asyncio.to_thread(self._get, name)

    async def remove(self, name: str) -> None:
        """Delete a file; a missing one is no error, so that a removal may be repeated."""
        await asyncio.to_thread(self._path(name).unlink, missing_ok=True)

    def _put(self, name: str, content: bytes) -> None:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Whole or not at all: a reader never meets half a picture, whatever is killed.
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise

    def _get(self, name: str) -> bytes | None:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def _path(self, name: str) -> Path:
        assert name.replace("-", "").isalnum(), "a name is made here, of hexadecimal digits"
        return self._folder / name[:2] / name
