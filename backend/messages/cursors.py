"""Cursors of lists: what a page ends with, written for the next request, and read when it comes.

A cursor is a row's id, a number, an instant in microseconds, or an instant and an id with a dot between them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from backend.errors import InvalidQuery

NUMBER_MAX = 2**53 - 1
"""The greatest whole number that every JSON reader keeps exact."""
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
_EPOCH = datetime.fromtimestamp(0, UTC)

CursorPart = UUID | int | datetime | str


def write_cursor(*parts: CursorPart) -> str:
    """The cursor of a page that ends here."""
    return ".".join(
        str((part - _EPOCH) // timedelta(microseconds=1)) if isinstance(part, datetime) else str(part)
        for part in parts
    )


def read_id(cursor: str | None) -> UUID | None:
    """Raises InvalidQuery, as all of these do for what is no cursor of ours."""
    try:
        return None if cursor is None else UUID(cursor)
    except ValueError:
        raise _foreign() from None


def read_number(cursor: str | None, number_max: int = NUMBER_MAX) -> int | None:
    if cursor is None:
        return None
    if not _NUMBER.fullmatch(cursor) or int(cursor) > number_max:
        raise _foreign()
    return int(cursor)


def read_instant(cursor: str | None) -> datetime | None:
    number = read_number(cursor)
    return None if number is None else _EPOCH + timedelta(microseconds=number)


def read_instant_and_id(cursor: str | None) -> tuple[datetime | None, UUID | None]:
    if cursor is None:
        return None, None
    instant, _, id_ = cursor.partition(".")
    return read_instant(instant), read_id(id_)


def _foreign() -> InvalidQuery:
    return InvalidQuery.of("cursor", "not_our_cursor")
