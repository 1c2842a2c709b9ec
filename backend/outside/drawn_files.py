"""Keeps what was drawn, so that the same is served again by any process without being drawn again.

A file is encrypted under a key that only what it shows gives: once a name or a journey is erased, no key is left for
the pictures of it, whatever lies on the disk or in a copy of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

log = structlog.get_logger(__name__)

KEPT_BYTES_MAX = 256 * 1024 * 1024
KEPT_S_MAX = 7 * 24 * 3600
NONCE_BYTES = 12
TIDIED_EVERY = 32
"""After so many files a process looks how many there are."""


class DrawnFiles:
    """Files by what they show. Every server process sees the same directory; it may be emptied at any time."""

    def __init__(self, folder: Path, secret: bytes, *, bytes_max: int = KEPT_BYTES_MAX) -> None:
        self._folder = folder
        self._secret = secret
        self._bytes_max = bytes_max
        self._put_count = 0

    async def get(self, shown: bytes) -> bytes | None:
        """The file that shows this, or None."""
        return await asyncio.to_thread(self._get, shown)

    async def put(self, shown: bytes, content: bytes) -> None:
        """Keep a file. That a disk is full is no reason not to answer: then nothing is kept."""
        try:
            await asyncio.to_thread(self._put, shown, content)
        except OSError as error:
            log.warning("drawing_not_kept", error=type(error).__name__)

    def _get(self, shown: bytes) -> bytes | None:
        path = self._path(shown)
        try:
            kept = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        with suppress(InvalidTag, ValueError):
            return self._cipher(shown).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], None)
        return None

    def _put(self, shown: bytes, content: bytes) -> None:
        path = self._path(shown)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        nonce = os.urandom(NONCE_BYTES)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            fresh.write_bytes(nonce + self._cipher(shown).encrypt(nonce, content, None))
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        self._put_count += 1
        if self._put_count % TIDIED_EVERY == 0:
            self._tidy()

    def _tidy(self) -> None:
        """Remove what nobody asked for in a long while, and the longest unused of what is too much."""
        found: list[tuple[float, int, Path]] = []
        for path in self._folder.glob("*/*"):
            with suppress(FileNotFoundError):  # another process tidies too
                stat = path.stat()
                found.append((stat.st_mtime, stat.st_size, path))
        room, oldest = self._bytes_max, time.time() - KEPT_S_MAX
        for used_at, size, path in sorted(found, reverse=True):
            room -= size
            if room < 0 or used_at < oldest:
                path.unlink(missing_ok=True)

    def _path(self, shown: bytes) -> Path:
        name = self._derived(b"name", shown).hex()
        return self._folder / name[:2] / name

    def _cipher(self, shown: bytes) -> AESGCM:
        return AESGCM(self._derived(b"key", shown))

    def _derived(self, use: bytes, shown: bytes) -> bytes:
        return hmac.digest(
            self._secret, b"tianfu drawn files\0" + use + b"\0" + hashlib.sha256(shown).digest(), "sha256"
        )
