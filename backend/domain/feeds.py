"""Cursors of a feed: opaque to its readers, and of one feed of one service alone."""

from __future__ import annotations

import binascii
import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from backend.errors import InvalidQuery
from backend.errors.feeds import CursorForeign

VERSION = b"\x01"
PAGE_BYTES, MARK_BYTES = 8, 16
CURSOR_BYTES = 1 + PAGE_BYTES + MARK_BYTES
CURSOR_CHARS_MAX = 64
PAGE_MAX = 2**53
"""More than there ever are, and a number that PostgreSQL takes."""


class FeedCursors:
    """Writes and reads cursors of the feed with a name.

    A cursor is marked with the name alone and with no secret: it stands in the page, whose bytes are the same for good,
    also after a key is changed. Who makes one up themselves skips pages that they may read anyway.
    """

    def __init__(self, feed: str) -> None:
        self._feed = feed.encode()

    def write(self, page: int) -> str:
        """The cursor of a reader that has all pages up to this one."""
        body = VERSION + page.to_bytes(PAGE_BYTES, "big")
        return urlsafe_b64encode(body + self._mark(body)).decode("ascii").rstrip("=")

    def read(self, cursor: str | None) -> int:
        """The page that a cursor is after; zero without one. Raises InvalidQuery, CursorForeign."""
        if cursor is None:
            return 0
        raw = _decoded(cursor)
        body, mark = raw[:-MARK_BYTES], raw[-MARK_BYTES:]
        if mark != self._mark(body):
            raise CursorForeign
        return min(int.from_bytes(body[1:], "big"), PAGE_MAX)

    def _mark(self, body: bytes) -> bytes:
        return hashlib.sha256(b"feed cursor\0" + self._feed + b"\0" + body).digest()[:MARK_BYTES]


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
