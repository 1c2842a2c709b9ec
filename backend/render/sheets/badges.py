"""Sheets of an event's badges: the jobs that draw them piece by piece, in a process that one file has alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from backend.domain.qr_codes import CodeKeys

if TYPE_CHECKING:
    from backend.render.sheets.badge_paper import Sheets

Layout = Literal["labels", "cards"]
_sheets: Sheets | None = None


def begin_sheets(
    layout: Layout,
    name: tuple[str, str],
    event_code: str,
    letters: Sequence[str],
    keys: CodeKeys,
    public_base: str,
) -> bytes:
    global _sheets
    from backend.render.sheets.badge_paper import Sheets

    _sheets = Sheets(
        layout, name=name, event_code=event_code, letters=letters, keys=keys, public_base=public_base
    )
    return _sheets.begin()


def add_badges(badges: Sequence[Mapping[str, Any]]) -> bytes:
    assert _sheets is not None
    return _sheets.add(badges)


def end_sheets() -> bytes:
    assert _sheets is not None
    return _sheets.end()
