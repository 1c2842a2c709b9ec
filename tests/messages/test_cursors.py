"""Pages of lists and their cursors: what was written is read again, and anything else is refused in one way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import InvalidQuery
from backend.messages.cursors import (
    NUMBER_MAX,
    read_id,
    read_instant,
    read_instant_and_id,
    read_number,
    write_cursor,
)
from backend.messages.shape import Page
from backend.models.keys import uuid7

INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


@given(INSTANTS, st.uuids(), st.integers(0, NUMBER_MAX))
def test_what_is_written_is_read_again(instant: datetime, id_: UUID, number: int) -> None:
    assert read_id(write_cursor(id_)) == id_
    assert read_number(write_cursor(number)) == number
    assert read_instant(write_cursor(instant)) == instant
    assert read_instant_and_id(write_cursor(instant, id_)) == (instant, id_)


def test_an_id_of_the_drivers_class_is_read_again() -> None:
    made = uuid7()
    assert read_id(write_cursor(made)) == made


def test_no_cursor_is_the_beginning() -> None:
    assert (read_id(None), read_number(None), read_instant(None)) == (None, None, None)
    assert read_instant_and_id(None) == (None, None)


READERS = (read_id, read_number, read_instant, read_instant_and_id)


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@pytest.mark.parametrize(
    "cursor", ["", "x", "-1", "1.x", " 1", "1\n", "٣", "9" * 5000, "1e3", "0x1", ".", "1.1.1"]
)
def test_a_foreign_cursor_is_refused_in_one_sentence(read: Callable[[str], object], cursor: str) -> None:
    with pytest.raises(InvalidQuery) as refused:
        read(cursor)
    (error,) = refused.value.errors
    assert (error.pointer, error.code) == ("#query/cursor", "not_our_cursor")


def test_a_number_beyond_its_list_is_refused() -> None:
    assert read_number("999", 999) == 999
    with pytest.raises(InvalidQuery):
        read_number("1000", 999)
    with pytest.raises(InvalidQuery):
        read_instant(str(NUMBER_MAX + 1))


@given(st.integers(1, 7), st.integers(0, 30))
def test_pages_show_every_row_once(limit: int, count: int) -> None:
    rows = [SimpleNamespace(id=number) for number in range(1, count + 1)]
    seen: list[int] = []
    cursor: str | None = "0"
    while cursor is not None:
        following = [row for row in rows if row.id > int(cursor)][: limit + 1]
        page = Page.of(following, limit, lambda row: row.id)
        assert len(page.items) <= limit
        seen += page.items
        cursor = page.next_cursor
    assert seen == [row.id for row in rows]


def test_a_page_takes_rows_of_statements_and_cursors_of_its_own() -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    rows = [{"id": number, "at": at + timedelta(seconds=number)} for number in range(3)]
    assert Page.of(rows, 2).next_cursor == "1"
    page = Page.of(rows, 2, lambda row: row["id"], lambda row: row["at"])
    assert page == Page([0, 1], write_cursor(at + timedelta(seconds=1)))
    assert Page.of(rows, 3).next_cursor is None
    assert Page.of(rows[:0], 3) == Page([], None)
