"""Posters to print and hang up at an event: A4 or A3, both languages, a QR that is read from some steps away."""

from __future__ import annotations

import math
from collections.abc import Sequence

from fpdf import FPDF
from fpdf.enums import WrapMode

from backend.render.drawing.fonts import FOLDER, drawable
from backend.render.sheets.posters import Paper, PosterSheet
from backend.render.sheets.scene_paper import draw_qr
from backend.texts import both

# A4's millimetres; A3 is the same page, larger by the root of two.
WIDE_MM, MARGIN_MM, QR_MM, QR_TOP_MM = 210.0, 16.0, 128.0, 88.0
SCALE: dict[str, float] = {"A4": 1.0, "A3": 297.0 / 210.0}
LINE_MM_PER_PT = 0.5
BRAND, INK, SOFT = (11, 93, 78), (21, 34, 30), (85, 99, 93)


def draw_posters(sheets: Sequence[PosterSheet], paper: Paper) -> bytes:
    """One page for each; the fonts are in the file, reduced to the characters it uses. Not on the event loop."""
    k = SCALE[paper]
    pdf = FPDF(format=paper)
    pdf.set_auto_page_break(False)
    pdf.set_margins(MARGIN_MM * k, MARGIN_MM * k)
    for style, weight in (("", "Regular"), ("B", "Bold")):
        pdf.add_font("poster", style, FOLDER / f"NotoSansSC-{weight}.otf")
    pdf.set_title(" / ".join(both("poster.call")))
    for sheet in sheets:
        pdf.add_page()
        _draw(pdf, sheet, k)
    return bytes(pdf.output())


def _draw(pdf: FPDF, sheet: PosterSheet, k: float) -> None:
    pdf.set_fill_color(*BRAND)
    pdf.rect(0, 0, WIDE_MM * k, 40 * k, style="F")
    pdf.set_text_color(255, 255, 255)
    call, when = both("poster.call"), both("poster.when")
    _lines(pdf, call[0], 27 * k, top_mm=8 * k, high_mm=15 * k, is_bold=True)
    _lines(pdf, call[1], 16 * k, top_mm=24 * k, high_mm=10 * k)
    pdf.set_text_color(*INK)
    _lines(pdf, drawable(sheet.event.zh), 32 * k, top_mm=46 * k, high_mm=25 * k, is_bold=True)
    _lines(pdf, drawable(sheet.event.en), 15 * k, top_mm=71 * k, high_mm=14 * k)
    draw_qr(pdf, sheet.url, (WIDE_MM - QR_MM) / 2 * k, QR_TOP_MM * k, QR_MM * k)
    gate = f"{drawable(sheet.gate.zh)}  ·  {drawable(sheet.gate.en)}"
    _lines(pdf, gate, 20 * k, top_mm=(QR_TOP_MM + QR_MM + 4) * k, high_mm=16 * k, is_bold=True)
    pdf.set_text_color(*SOFT)
    _lines(pdf, when[0], 13 * k, top_mm=240 * k, high_mm=12 * k)
    _lines(pdf, when[1], 10.5 * k, top_mm=250 * k, high_mm=12 * k)
    brand, poster = " ".join(both("brand")), " ".join(both("poster.poster"))
    label = f"{brand}  ·  {poster} {sheet.number}  ·  {drawable(sheet.name)}"
    _lines(pdf, label, 11 * k, top_mm=272 * k, high_mm=8 * k)
    _lines(pdf, " ".join(both("paper.independent")), 9 * k, top_mm=282 * k, high_mm=8 * k)


def _lines(
    pdf: FPDF, text: str, size_pt: float, *, top_mm: float, high_mm: float, is_bold: bool = False
) -> None:
    """Centred, as large as its place allows: one line of a short text, more and smaller ones of a long text."""
    wide_mm = pdf.epw * 0.94
    while True:
        pdf.set_font("poster", "B" if is_bold else "", size_pt)
        count = math.ceil(pdf.get_string_width(text) / wide_mm)
        if count * size_pt * LINE_MM_PER_PT <= high_mm or size_pt < 5:
            break
        size_pt *= 0.92
    pdf.set_y(top_mm)
    # Chinese has no spaces to break at: any two characters may be parted.
    wrap = WrapMode.WORD if text.isascii() else WrapMode.CHAR
    pdf.multi_cell(0, size_pt * LINE_MM_PER_PT, text, align="C", new_x="LMARGIN", new_y="NEXT", wrapmode=wrap)
