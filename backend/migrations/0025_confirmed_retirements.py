"""Keys of retirements need Unicode's case folding, which a database without ICU does not have: the first step fills
them by the same function that later entries use."""

from __future__ import annotations

from typing import Any

from tortoise.migrations import migration
from tortoise.migrations.operations import RunPython, RunSQL

from backend.domain.credits.retirements import retirement_key
from backend.domain.folding import folded
from backend.migrations import read_sql

COPY = "{} ~{}"
"""A retirement or a serial that an older batch has already; `tianfu audit` names it. Folded texts have no such end."""


async def fill_keys(_: object, editor: Any) -> None:
    """Give retirements of before their keys, and fold their serials; the older batch keeps the plain one."""
    client = editor.client
    await client.execute_script("ALTER TABLE credit_batches ADD COLUMN IF NOT EXISTS retirement_key text")
    rows = await client.execute_query_dict(
        "SELECT id, product, vintage, status, retirement_ref, project_name, retirement_key, serial_space,"
        " serial_first, serial_last FROM credit_batches ORDER BY created_at, id FOR UPDATE"
    )
    taken: set[tuple[str, int, str]] = set()
    blocks: list[tuple[str, int, int]] = []
    for row in rows:
        key = row["retirement_key"]
        if key is None and row["retirement_ref"] is not None:
            key = retirement_key(row["retirement_ref"], row["project_name"])
            if row["status"] != "void":
                key = _free(key, lambda each, of=row: (of["product"], of["vintage"], each) not in taken)
        space = row["serial_space"]
        if space is not None and " ~" not in space:
            space = folded(space)
            if row["status"] != "void":
                space = _free(space, lambda each, of=row: not _meets(blocks, each, of))
        if row["status"] != "void":
            if key is not None:
                taken.add((row["product"], row["vintage"], key))
            if space is not None:
                blocks.append((space, row["serial_first"], row["serial_last"]))
        if (key, space) != (row["retirement_key"], row["serial_space"]):
            await client.execute_query(
                "UPDATE credit_batches SET retirement_key = $2, serial_space = $3 WHERE id = $1",
                [row["id"], key, space],
            )


def _free(text: str, is_free: Any) -> str:
    copies = (COPY.format(text, number) for number in range(2, 1_000_000))
    return text if is_free(text) else next(copy for copy in copies if is_free(copy))


def _meets(blocks: list[tuple[str, int, int]], space: str, row: dict[str, Any]) -> bool:
    return any(
        other == space and first <= row["serial_last"] and row["serial_first"] <= last
        for other, first, last in blocks
    )


class Migration(migration.Migration):
    dependencies = [("backend", "0021_retirement_facts")]
    operations = [
        RunPython(fill_keys, RunPython.noop),
        RunSQL(read_sql("0025_confirmed_retirements.up"), read_sql("0025_confirmed_retirements.down")),
    ]
