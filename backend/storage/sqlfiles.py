"""SQL statements and Lua scripts, one per file, read once at start."""

from __future__ import annotations

from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


def preload() -> None:
    """Read every file now: a deployment that replaces files under a running process must not mix versions."""
    for path in (HERE / "sql").glob("*.sql"):
        sql(path.stem)
    for path in (HERE / "lua").glob("*.lua"):
        lua(path.stem)


@cache
def sql(name: str) -> str:
    """Text of `sql/<name>.sql`; its header comment goes to the server and shows in its statistics."""
    return (HERE / "sql" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def lua(name: str) -> str:
    """Text of `lua/<name>.lua`."""
    return (HERE / "lua" / f"{name}.lua").read_text(encoding="utf-8")
