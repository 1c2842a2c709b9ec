"""Cursors of a feed are its own for good: no change of a key makes one another, or another feed's one ours."""

from __future__ import annotations

import pytest

from backend.domain.feeds import PAGE_MAX, FeedCursors
from backend.errors.feeds import CursorForeign


def test_a_cursor_is_of_one_feed() -> None:
    cursor = FeedCursors("feed").write(7)
    assert FeedCursors("feed").read(cursor) == 7
    with pytest.raises(CursorForeign):
        FeedCursors("another").read(cursor)
    assert FeedCursors("feed").read(None) == 0


def test_a_page_beyond_all_numbers_is_one_that_there_is_not() -> None:
    assert FeedCursors("feed").read(FeedCursors("feed").write(2**64 - 1)) == PAGE_MAX
