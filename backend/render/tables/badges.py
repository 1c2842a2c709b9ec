"""An event's badges as a table: serials, codes and addresses, written a part at a time."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from backend.render.tables.cells import BOM, Sheet

Badges = Sequence[Mapping[str, Any]]
BADGE_COLUMNS: Final = BOM + b"serial,code,url,category,holder_ref,label,alias\r\n"


def badge_columns() -> bytes:
    return BADGE_COLUMNS


def no_lines() -> bytes:
    """A table has no end of its own."""
    return b""


def badge_lines(code_of: Callable[[int], str], public_base: str, badges: Badges) -> bytes:
    """A line for each badge. Not on the event loop."""
    table = io.StringIO(newline="")
    sheet = Sheet(table)
    for badge in badges:
        code = code_of(badge["serial"])
        rest = [badge[name] or "" for name in ("category", "holder_ref", "label", "alias")]
        sheet.write([badge["serial"], code, f"{public_base}/q/{code}", *rest])
    return table.getvalue().encode()
