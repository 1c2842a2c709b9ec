"""Sheets to print and hang up at certified scenes: A4, both languages, a QR that is read from across a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import qrcode
from fpdf import FPDF
from fpdf.enums import WrapMode

from backend.render.drawing.fonts import FOLDER, drawable
from backend.render.sheets.scenes import Sheet
from backend.texts import both, say

PAGE_MM, MARGIN_MM = 210.0, 15.0
QR_MM = 118.0
QR_BORDER = 4
BRAND, INK, SOFT = (11, 93, 78), (21, 34, 30), (85, 99, 93)
NAME_PT = 44.0
LINE_MM_PER_PT = 0.52


def draw_sheets(sheets: Sequence[Sheet]) -> bytes:
    """One page for each; the fonts are in the file, reduced to the characters it uses. Not on the event loop."""
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margins(MARGIN_MM, MARGIN_MM)
    for style, weight in (("", "Regular"), ("B", "Bold")):
        pdf.add_font("sheet", style, FOLDER / f"NotoSansSC-{weight}.otf")
    pdf.set_title(" / ".join(both("scene_sheet.title")))
    for sheet in sheets:
        pdf.add_page()
        _draw(pdf, sheet)
    return bytes(pdf.output())


def _draw(pdf: FPDF, sheet: Sheet) -> None:
    scene = sheet.scene
    pdf.set_fill_color(*BRAND)
    pdf.rect(0, 0, PAGE_MM, 26, style="F")
    pdf.set_text_color(255, 255, 255)
    _line(pdf, 8, "  ·  ".join(both("scene_sheet.title")), 18, is_bold=True)
    pdf.set_text_color(*INK)
    pdf.set_y(36)
    _fitted(pdf, drawable(scene.name.zh), NAME_PT, high_mm=27)
    _fitted(pdf, drawable(scene.name.en), NAME_PT / 2, high_mm=15)
    pdf.set_text_color(*SOFT)
    _line(pdf, pdf.get_y() + 2, _rank(sheet), 15)
    draw_qr(pdf, sheet.sign.url, (PAGE_MM - QR_MM) / 2, 94, QR_MM)
    pdf.set_text_color(*INK)
    pdf.set_y(94 + QR_MM + 4)
    for language, size_pt in (("zh-CN", 16), ("en", 12)):
        methods = say(language, "list.names").join(method.name[language] for method in sheet.methods)
        _paragraph(pdf, say(language, "scene_sheet.use", methods=methods), size_pt)
    pdf.set_text_color(*SOFT)
    number = f"{' / '.join(both('scene_sheet.sign'))} {scene.code}-{sheet.sign.revision}"
    _line(pdf, 276, f"{' '.join(both('brand'))}  ·  {drawable(scene.district)}  ·  {number}", 11)
    _line(pdf, 283, " ".join(both("paper.independent")), 9)


def _rank(sheet: Sheet) -> str:
    """Kind, stars and grade."""
    scene = sheet.scene
    parts = [f"{sheet.kind.name['zh-CN']} {sheet.kind.name['en']}"]
    if scene.stars is not None:
        parts.append("★" * scene.stars + "☆" * (5 - scene.stars))
    if scene.grade is not None:
        parts.append(" ".join(both("scene_sheet.grade", grade=scene.grade)))
    return "  ·  ".join(parts)


def _line(pdf: FPDF, y_mm: float, text: str, size_pt: float, *, is_bold: bool = False) -> None:
    pdf.set_y(y_mm)
    pdf.set_font("sheet", "B" if is_bold else "", size_pt)
    pdf.cell(0, size_pt * 0.5, text, align="C", new_x="LMARGIN", new_y="NEXT")


def _fitted(pdf: FPDF, text: str, size_pt: float, *, high_mm: float) -> None:
    """A name as large as its place allows: one line of a short one, more and smaller lines of a long one."""
    wide_mm = PAGE_MM - 2 * MARGIN_MM
    while True:
        pdf.set_font("sheet", "B", size_pt)
        # A line is never filled to its last millimetre.
        lines = math.ceil(pdf.get_string_width(text) / (wide_mm * 0.94))
        if lines * size_pt * LINE_MM_PER_PT <= high_mm or size_pt < 6:
            break
        size_pt *= 0.92
    _cells(pdf, text, size_pt)


def _paragraph(pdf: FPDF, text: str, size_pt: float) -> None:
    pdf.set_font("sheet", "", size_pt)
    _cells(pdf, text, size_pt)


def _cells(pdf: FPDF, text: str, size_pt: float) -> None:
    # Chinese has no spaces to break at: any two characters may be parted.
    wrap = WrapMode.WORD if text.isascii() else WrapMode.CHAR
    pdf.multi_cell(
        0,
        size_pt * LINE_MM_PER_PT,
        text,
        align="C",
        new_x="LMARGIN",
        new_y="NEXT",
        wrapmode=wrap,
        padding=(0, 0, 1, 0),
    )


def draw_qr(pdf: FPDF, text: str, left_mm: float, top_mm: float, wide_mm: float) -> None:
    """A QR code as rectangles, so that it is sharp at any size; each row's neighbours are one rectangle."""
    rows = qr_rows(text)
    module_mm = wide_mm / len(rows)
    pdf.set_fill_color(0, 0, 0)
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                # A hair taller than a module, or some viewers show white lines between the rows.
                at = (left_mm + x * module_mm, top_mm + y * module_mm)
                pdf.rect(*at, (end - x) * module_mm, module_mm * 1.01, style="F")
            x = max(end, x + 1)


@lru_cache(maxsize=256)
def qr_rows(text: str) -> list[list[bool]]:
    """The modules of a QR code, dark ones true: error correction M, quiet zone of four."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QR_BORDER)
    code.add_data(text)
    rows: list[list[bool]] = code.get_matrix()
    return rows
