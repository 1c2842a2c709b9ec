"""Operators import scenes from a table file: all rows or none, and an error names the row."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from backend.auth import Principal
from backend.domain.actions.scenes import SCENE_KINDS
from backend.domain.imports.cells import is_calculated, number_of
from backend.domain.imports.columns import Column, Columns, Lines, Reading, RowError, codes_by_name
from backend.domain.imports.separated import header_key
from backend.domain.imports.table import Table
from backend.errors.actions.evidence import CsvRowBroken, CsvUnreadable
from backend.messages.actions.scenes import SceneFields, SceneImport
from backend.services.actions.scenes import insert_scenes, listed_already, natural_key
from backend.services.identity.staff_accounts import record
from backend.services.imports.table_files import TableFiles, file_view
from backend.storage.database import Database
from backend.storage.statements import lock

ROWS_MAX = 5000
SCENES = Columns(
    (
        Column("kind", "scenes"),
        Column("name_zh", "scenes"),
        Column("name_en", "scenes"),
        Column("district", "scenes"),
        Column("address", "scenes"),
        Column("stars", "scenes"),
        Column("grade", "scenes"),
        Column("lat", "scenes"),
        Column("lon", "scenes"),
    ),
    rows_max=ROWS_MAX,
    required=frozenset(("kind", "name_zh", "name_en", "district")),
)
_KIND_BY_NAME = codes_by_name("scene.kind", SCENE_KINDS)
_NUMBERS = ("stars", "lat", "lon")
_TEXTS = ("name_zh", "name_en", "district", "address")

Scenes = list[tuple[int, SceneFields]]


def read_scenes(table: Table) -> tuple[Scenes, Reading]:
    """The scenes of a file, each with its row. Raises FileRefused, a CsvRowBroken that names every mistake.

    Five thousand rows take a tenth of a second of plain Python: not on the event loop.
    """
    lines = Lines(table, SCENES)
    found: Scenes = []
    errors: list[RowError] = []
    seen: dict[object, int] = {}
    for line in lines:
        scene, wrong = (None, line.errors) if line.errors else _scene(line.number, line.cells)
        errors += wrong
        if scene is None:
            continue
        earlier = seen.setdefault(natural_key(scene), line.number)
        if earlier != line.number:
            errors.append(RowError(line.number, "name_zh", "repeated", {"earlier": str(earlier)}))
        found.append((line.number, scene))
    if errors:
        raise CsvRowBroken.of(errors)
    return found, lines.reading


async def import_scenes(
    database: Database, files: TableFiles, staff: Principal, reason: str, content: bytes
) -> SceneImport:
    """Store every scene of a file, or none.

    Raises CsvUnreadable, CsvRowBroken, for scenes that are listed already too.
    """
    scenes, reading = await files.read(content, SCENES, read_scenes, CsvUnreadable, str(staff.id))
    fields = [scene for _, scene in scenes]
    async with database.transaction():
        await lock("lock_scenes")
        listed = await listed_already(fields)
        errors = [
            RowError(number, "name_zh", "listed", {"scene": listed[key]})
            for number, scene in scenes
            if (key := natural_key(scene)) in listed
        ]
        if errors:
            raise CsvRowBroken.of(errors)
        stored = await insert_scenes(fields)
        codes = [scene.code for scene in stored]
        after = {"scenes": len(codes), "codes": codes}
        await record(staff, "scenes.import", f"{len(codes)} scenes", reason=reason, after=after)
    return SceneImport(imported=len(codes), codes=codes, file=file_view(reading))


def _scene(row: int, cells: dict[str, str]) -> tuple[SceneFields | None, list[RowError]]:
    """A row as a scene, or what is wrong with its cells."""
    errors: list[RowError] = []
    values: dict[str, object] = {}
    for column, text in cells.items():
        value: object = _number(column, text) if text and column in _NUMBERS else text or None
        if text and value is None:
            errors.append(RowError(row, column, column))
        elif column in _TEXTS and is_calculated(text):
            errors.append(RowError(row, column, "calculated"))
        elif column in _TEXTS and not text.replace("\u3000", " ").isprintable():
            errors.append(RowError(row, column, "control"))
        elif column == "kind":
            value = _KIND_BY_NAME.get(header_key(text))
            if value is None:
                errors.append(RowError(row, column, column))
        values[column] = value
    if not errors and (values.get("lat") is None) != (values.get("lon") is None):
        errors.append(RowError(row, "lat", "location"))
    if errors:
        return None, errors
    values["name"] = {"zh-CN": values.pop("name_zh") or "", "en": values.pop("name_en") or ""}
    try:
        return msgspec.convert(values, SceneFields), []
    except msgspec.ValidationError as error:
        path = str(error).rpartition(" - at `$.")[2].rstrip("`")
        column = {"name.zh-CN": "name_zh", "name.en": "name_en", "name": "name_zh"}.get(path, path)
        return None, [RowError(row, column, column)]


def _number(column: str, text: str) -> int | float | None:
    value = number_of(text)
    if value is None or abs(value) > Decimal(1000):
        return None
    if column != "stars":
        return float(value)
    return int(value) if value == value.to_integral_value() else None
