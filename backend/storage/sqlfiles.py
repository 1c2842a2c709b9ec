"""SQL statements and Lua scripts, one per file, read once at start."""

from __future__ import annotations

from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@cache
def sql(name: str) -> str:
    """Text of `sql/<name>.sql`; its header comment goes to the server and shows in its statistics."""
    return (HERE / "sql" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def lua(name: str) -> str:
    """Text of `lua/<name>.lua`."""
    return (HERE / "lua" / f"{name}.lua").read_text(encoding="utf-8")
