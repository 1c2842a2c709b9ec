"""The one reader of every table file: text in any encoding that is certain, or a spreadsheet."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from backend.domain.imports.separated import read_separated
from backend.domain.imports.signatures import ZIP, refuse_others
from backend.domain.imports.table import FileRefused, Table


class Unread(msgspec.Struct, frozen=True, tag="unread"):
    """A refusal as it comes from another process."""

    why: str
    facts: dict[str, str]


class Found(msgspec.Struct, frozen=True, tag="found"):
    table: Table


_ANSWER: msgspec.msgpack.Decoder[Unread | Found] = msgspec.msgpack.Decoder(Unread | Found)


def read_table(content: bytes, known: Collection[str], rows_max: int) -> Table:
    """The table of a file. `known` are texts of its first row. Raises FileRefused.

    Sixteen megabytes take seconds of the processor and hundreds of megabytes: in a workshop.
    """
    if content.startswith(ZIP):
        # The library of spreadsheets is for the few files that are one.
        from backend.domain.imports.spreadsheets import read_spreadsheet

        return read_spreadsheet(content, rows_max)
    refuse_others(content)
    return read_separated(content, known, rows_max)


def read_table_apart(content: bytes, known: Collection[str], rows_max: int) -> bytes:
    """The job of a workshop: the table, or what it is refused for, as MessagePack."""
    try:
        answer: Unread | Found = Found(read_table(content, known, rows_max))
    except FileRefused as refused:
        answer = Unread(refused.why, refused.facts)
    return msgspec.msgpack.encode(answer)


def take_answer(answer: bytes) -> Table:
    """What the job answered. Raises FileRefused."""
    found = _ANSWER.decode(answer)
    if isinstance(found, Unread):
        raise FileRefused(found.why, **found.facts)
    return found.table
