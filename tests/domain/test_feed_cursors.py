"""Cursors of a feed outlive a rotation of the secrets, until the old one is retired."""

from __future__ import annotations

import pytest

from backend.domain.feeds import FeedCursors
from backend.errors.feeds import CursorForeign

OLD, NEW = {"a": b"o" * 32}, {"b": b"n" * 32}


def test_a_cursor_is_read_by_any_secret_and_written_by_the_first() -> None:
    cursor = FeedCursors("feed", OLD).write(7)
    assert FeedCursors("feed", NEW | OLD).read(cursor) == 7
    with pytest.raises(CursorForeign):
        FeedCursors("feed", NEW).read(cursor)
    with pytest.raises(CursorForeign):
        FeedCursors("another", OLD).read(cursor)
    assert FeedCursors("feed", NEW).read(None) == 0
