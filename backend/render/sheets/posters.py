"""Posters to print and hang up at an event: what they show, and the job of drawing them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

import msgspec

from backend.messages.encoding import encode
from backend.messages.shape import Bilingual
from backend.render.pictures.renderer import Drawing

SHEETS_MAX = 100
Paper = Literal["A4", "A3"]


class PosterSheet(msgspec.Struct, frozen=True):
    """What one poster shows."""

    event: Bilingual
    gate: Bilingual
    number: int
    name: str
    url: str


def poster_sheets(sheets: Sequence[PosterSheet], paper: Paper) -> Drawing:
    """The PDF, one page for each."""
    shown = b"posters.pdf\0" + paper.encode() + encode(sheets)
    return Drawing(shown, partial(poster_sheets_pdf, sheets, paper))


def poster_sheets_pdf(sheets: Sequence[PosterSheet], paper: Paper) -> bytes:
    """Up to some seconds of plain Python: in a workshop."""
    from backend.render.sheets.poster_paper import draw_posters

    return draw_posters(sheets, paper)
