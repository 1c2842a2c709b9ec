"""Operators import scenes from a CSV file: all rows or none, and an error names the row."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterator

import msgspec

from backend.auth import Principal
from backend.errors import InvalidBody
from backend.errors.actions.evidence import CsvRowBroken, CsvUnreadable
from backend.messages.actions.scenes import SceneFields, SceneImport
from backend.services.actions.scenes import check_location, insert_scenes, listed_already, natural_key
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database
from backend.storage.statements import lock

COLUMNS = ("kind", "name_zh", "name_en", "district", "address", "stars", "grade", "lat", "lon")
ROWS_MAX = 5000
CELL_CHARS_MAX = 400
_NUMBERS = frozenset({"stars", "lat", "lon"})
_MAY_BE_EMPTY = frozenset({"address", "stars", "grade", "lat", "lon"})


def read_scenes(content: bytes) -> list[tuple[int, SceneFields]]:
    """The scenes of a CSV file, each with its line number. Raises CsvUnreadable, CsvRowBroken.

    Five thousand rows take a tenth of a second of plain Python: not on the event loop.
    """
    found: list[tuple[int, SceneFields]] = []
    seen: dict[object, int] = {}
    for line, cells in _rows(content):
        scene = _scene(line, cells)
        earlier = seen.setdefault(natural_key(scene), line)
        if earlier != line:
            raise CsvRowBroken(line=line, column="name_zh", reason=f"the same scene stands in line {earlier}")
        found.append((line, scene))
    if not found:
        raise _unreadable("It has no row.")
    return found


async def import_scenes(database: Database, staff: Principal, reason: str, content: bytes) -> SceneImport:
    """Store every scene of a file, or none.

    Raises CsvUnreadable, CsvRowBroken, for a scene that is listed already too.
    """
    scenes = await asyncio.to_thread(read_scenes, content)
    fields = [scene for _, scene in scenes]
    async with database.transaction():
        await lock("lock_scenes")
        listed = await listed_already(fields)
        for line, scene in scenes:
            code = listed.get(natural_key(scene))
            if code is not None:
                raise CsvRowBroken(line=line, column="name_zh", reason=f"listed already with the code {code}")
        stored = await insert_scenes(fields)
        codes = [scene.code for scene in stored]
        after = {"scenes": len(codes), "codes": codes}
        await record(staff, "scenes.import", f"{len(codes)} scenes", reason=reason, after=after)
    return SceneImport(imported=len(codes), codes=codes)


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows that are not empty, by column, with their line numbers; a UTF-8 mark at the start is skipped."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(f"Byte {error.start} is no UTF-8.") from None
    if "\0" in text:
        raise _unreadable("It holds U+0000.")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        if tuple(cell.strip() for cell in header) != COLUMNS:
            raise _unreadable(f"It begins with {','.join(header)[:CELL_CHARS_MAX]}.")
        for number, cells in enumerate((row for row in reader if any(cell.strip() for cell in row)), start=1):
            if number > ROWS_MAX:
                raise _unreadable("It has more.")
            if len(cells) != len(COLUMNS):
                raise CsvRowBroken(line=reader.line_num, column="?", reason=f"{len(cells)} columns")
            yield reader.line_num, {name: cell.strip() for name, cell in zip(COLUMNS, cells, strict=True)}
    except csv.Error as error:
        raise CsvRowBroken(line=reader.line_num, column="?", reason=str(error)) from None


def _scene(line: int, cells: dict[str, str]) -> SceneFields:
    values: dict[str, object] = {}
    for column, cell in cells.items():
        if not cell and column in _MAY_BE_EMPTY:
            continue
        if not cell or len(cell) > CELL_CHARS_MAX:
            raise CsvRowBroken(line=line, column=column, reason=f"1 … {CELL_CHARS_MAX} characters")
        values[column] = _number(line, column, cell) if column in _NUMBERS else cell
    values["name"] = {"zh-CN": values.pop("name_zh"), "en": values.pop("name_en")}
    try:
        scene = msgspec.convert(values, SceneFields)
        check_location(scene.lat, scene.lon)
    except msgspec.ValidationError as error:
        said, _, path = str(error).partition(" - at `$.")
        column = path.rstrip("`").replace("name.zh-CN", "name_zh").replace("name.en", "name_en")
        raise CsvRowBroken(line=line, column=column or "?", reason=said) from None
    except InvalidBody:
        raise CsvRowBroken(line=line, column="lat", reason="lat and lon are told together") from None
    return scene


def _number(line: int, column: str, cell: str) -> int | float:
    try:
        return int(cell) if column == "stars" else float(cell)
    except ValueError:
        raise CsvRowBroken(line=line, column=column, reason=f"{cell!r} is no number") from None


def _unreadable(reason: str) -> CsvUnreadable:
    return CsvUnreadable(columns=",".join(COLUMNS), rows_max=ROWS_MAX, reason=reason)
