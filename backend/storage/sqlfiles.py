"""SQL statements and Lua scripts, one per file, read once at start.

Statements lie in a folder for each subject; their names are unique over all folders, so that code and the server's
statistics speak of the same name. A statement's first line says its name, its kind and what it does:
`-- read_lots: [read] what is left in a citizen's lots`. A test has PostgreSQL confirm the kind.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

DIRECTORY = Path(__file__).parent

Kind = Literal["read", "lock", "write"]
"""Changes nothing; has others wait for the end of the transaction; changes rows."""
_FIRST_LINE = re.compile(r"-- (\w+): \[(read|lock|write)\] \S")


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
def statement(name: str, kind: Kind) -> str:
    """Text of a statement that is of this kind. Raises ValueError where it is used for what it is not."""
    text = sql(name)
    found = _FIRST_LINE.match(text)
    if found is None or found[1] != name or found[2] != kind:
        raise ValueError(f"{name} is no statement that does this: {kind}")
    return text


@cache
def lua(name: str) -> str:
    """Text of `lua/<name>.lua`."""
    return (DIRECTORY / "lua" / f"{name}.lua").read_text(encoding="utf-8")
