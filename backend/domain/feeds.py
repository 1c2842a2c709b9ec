"""Cursors of a feed: opaque to its readers, and of one feed of one service alone."""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

from backend.errors import InvalidQuery
from backend.errors.feeds import CursorForeign

VERSION = b"\x01"
PAGE_BYTES, MAC_BYTES = 8, 16
CURSOR_BYTES = 1 + PAGE_BYTES + MAC_BYTES
CURSOR_CHARS_MAX = 64


class FeedCursors:
    """Writes and reads cursors with the service's secrets: the first writes, all read."""

    def __init__(self, feed: str, secrets: Mapping[str, bytes]) -> None:
        self._feed = feed.encode()
        self._secrets = list(secrets.values())

    def write(self, page: int) -> str:
        """The cursor of a reader that has all pages up to this one."""
        body = VERSION + page.to_bytes(PAGE_BYTES, "big")
        return urlsafe_b64encode(body + self._mac(self._secrets[0], body)).decode("ascii").rstrip("=")

    def read(self, cursor: str | None) -> int:
        """The page that a cursor is after; zero without one. Raises InvalidQuery, CursorForeign."""
        if cursor is None:
            return 0
        raw = _decoded(cursor)
        body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        if not any(hmac.compare_digest(mac, self._mac(secret, body)) for secret in self._secrets):
            raise CursorForeign
        return int.from_bytes(body[1:], "big")

    def _mac(self, secret: bytes, body: bytes) -> bytes:
        return hmac.digest(secret, b"feed cursor\0" + self._feed + b"\0" + body, hashlib.sha256)[:MAC_BYTES]


def _decoded(cursor: str) -> bytes:
    """The bytes of what has a cursor's form, whoever wrote it. Raises InvalidQuery."""
    try:
        raw = urlsafe_b64decode(cursor[:CURSOR_CHARS_MAX] + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    # One spelling only: what is decoded leniently is written another way.
    is_ours = len(raw) == CURSOR_BYTES and raw[:1] == VERSION
    if not is_ours or urlsafe_b64encode(raw).decode("ascii").rstrip("=") != cursor:
        raise InvalidQuery.of("cursor", "not_our_cursor")
    return raw
