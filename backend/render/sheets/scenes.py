"""Sheets to print and hang up at certified scenes: what they show, and the job of drawing them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec

from backend.domain.actions.scenes import SceneKind
from backend.domain.catalogue.factors import Method
from backend.messages.actions.scenes import SceneView, SignView
from backend.messages.encoding import encode
from backend.render.pictures.renderer import Drawing

SHEETS_MAX = 100
"""Sheets in one file: some seconds of plain Python."""


class Sheet(msgspec.Struct, frozen=True):
    """What one sheet shows."""

    scene: SceneView
    sign: SignView
    kind: SceneKind
    methods: Sequence[Method]


def scene_sheets(sheets: Sequence[Sheet]) -> Drawing:
    """The PDF, one page for each."""
    shown = b"scenes.pdf\0" + encode(
        [(s.scene, s.sign, s.kind, [repr(method) for method in s.methods]) for s in sheets]
    )
    return Drawing(shown, partial(sheets_pdf, sheets))


def sheets_pdf(sheets: Sequence[Sheet]) -> bytes:
    """Up to some seconds of plain Python: in a workshop."""
    from backend.render.sheets.scene_paper import draw_sheets

    return draw_sheets(sheets)
