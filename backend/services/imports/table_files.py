"""Reads the table files that people send: small texts here, spreadsheets and large files in a workshop.

A spreadsheet is an archive that may unpack to anything, and a large text takes seconds of the processor; both are
read in a process of their own, with limits of memory and time, and the scans of this process go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from backend.domain.imports.columns import Columns, Reading, read_as_sentences
from backend.domain.imports.reader import read_table, read_table_apart, take_answer
from backend.domain.imports.signatures import ZIP
from backend.domain.imports.table import FileRefused, Table
from backend.errors.imports import ImportUnreadable
from backend.messages.imports import FileRead
from backend.messages.shape import Statement, view_of
from backend.outside.workshop.process import TooCostly
from backend.outside.workshop.workshop import Workshop
from backend.texts import both

HERE_BYTES_MAX = 128 * 1024
"""Texts up to this length are read in some milliseconds, less than it takes to start a process."""
T = TypeVar("T")


class TableFiles:
    """The one reader of all imports."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    async def read(
        self,
        content: bytes,
        columns: Columns,
        parse: Callable[[Table], tuple[T, Reading]],
        refusal: type[ImportUnreadable],
        caller: str,
    ) -> tuple[T, Reading]:
        """What an import makes of a file, and how the file was read. `parse` is called on a thread.

        Raises the refusal for a file that cannot be read, what `parse` raises, TooManyAtOnce, Busy.
        """
        try:
            table = await self._table(content, columns, caller)
            return await asyncio.to_thread(parse, table)
        except FileRefused as refused:
            raise refusal.of(refused.why, refused.facts) from None

    async def stop(self) -> None:
        await self._workshop.stop()

    async def _table(self, content: bytes, columns: Columns, caller: str) -> Table:
        known, rows_max = columns.first_keys, columns.table_rows_max
        if len(content) <= HERE_BYTES_MAX and not content.startswith(ZIP):
            return await asyncio.to_thread(read_table, content, known, rows_max)
        try:
            answer = await self._workshop.do(partial(read_table_apart, content, known, rows_max), caller)
        except TooCostly:
            raise FileRefused("costly") from None
        return await asyncio.to_thread(take_answer, answer)


def file_view(reading: Reading) -> FileRead:
    """How a file was read, for the person who sent it."""
    return view_of(
        FileRead,
        reading.read_as,
        text=Statement(*read_as_sentences(reading.read_as)),
        notes=[Statement(*both(f"import_note.{note.code}", **note.facts)) for note in reading.notes],
    )
