"""SQL statements and Lua scripts, one per file, read once at start.

Statements lie in a folder for each subject; their names are unique over all folders, so that code and the server's
statistics speak of the same name.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

DIRECTORY = Path(__file__).parent


def preload() -> None:
    """Read every file now: a deployment that replaces files under a running process must not mix versions."""
    for name in _statements():
        sql(name)
    for path in (DIRECTORY / "lua").glob("*.lua"):
        lua(path.stem)


@cache
def _statements() -> dict[str, Path]:
    return {path.stem: path for path in (DIRECTORY / "sql").rglob("*.sql")}


@cache
def sql(name: str) -> str:
    """Text of `sql/<subject>/<name>.sql`; its header comment goes to the server and shows in its statistics."""
    return _statements()[name].read_text(encoding="utf-8")


@cache
def lua(name: str) -> str:
    """Text of `lua/<name>.lua`."""
    return (DIRECTORY / "lua" / f"{name}.lua").read_text(encoding="utf-8")
