"""A release to print: A4, drawn with our own fonts; the chart is rectangles of the page itself."""

from __future__ import annotations

from datetime import datetime

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, WrapMode
from fpdf.fonts import FontFace

from backend.domain.mass import mass
from backend.render.drawing import colours as c
from backend.render.drawing.fonts import FOLDER, drawable
from backend.render.tables.disclosure import Document, Tables, bars, subject_name
from backend.render.tables.event_report import Table, numeric, shown
from backend.texts import say

MARGIN_MM = 16.0
WIDE_MM = 210.0 - 2 * MARGIN_MM
BAR_MM = 5.6
ROWS_MAX = 2000
"""Rows of one table on paper: the CSV and the JSON hold all of them."""


class Paper(FPDF):
    """Draws a release; `corrected_by` is the number of a later one that says what is right."""

    def __init__(
        self, document: Document, digest: str, address: str, language: str, corrected_by: str | None
    ) -> None:
        super().__init__(format="A4")
        self.document, self.digest, self.address, self.language = document, digest, address, language
        self.corrected_by = corrected_by
        self.set_margins(MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(True, margin=20)
        for style, weight in (("", "Regular"), ("B", "Bold")):
            self.add_font("report", style, FOLDER / f"NotoSansSC-{weight}.otf")
        self.set_title(f"{document['number']} – {drawable(subject_name(document, language))}")
        self.set_lang(language)
        self.set_creation_date(datetime.fromisoformat(document["published_at"]))

    def footer(self) -> None:
        self.set_y(-14)
        self.set_text_color(*c.SOFT)
        self.set_font("report", "", 7.5)
        left = f"{say(self.language, 'brand')} · {say(self.language, 'paper.independent')}"
        self.cell(WIDE_MM * 0.8, 4, left)
        self.cell(0, 4, say(self.language, "paper.page", page=self.page_no()), align="R")

    def draw(self) -> None:
        self.add_page()
        self._head()
        self._bars()
        for table in Tables(self.document, self.language).all():
            self._title(table.title)
            self._grid(table)

    def _head(self) -> None:
        self.set_fill_color(*c.BRAND)
        self.rect(0, 0, 210, 36, style="F")
        self.set_text_color(*c.ON_BRAND)
        self.set_xy(MARGIN_MM, 9)
        self._words(f"{say(self.language, 'brand')} · {say(self.language, 'disclosure.title')}", 11)
        self._words(subject_name(self.document, self.language), 18, is_bold=True)
        self.set_xy(MARGIN_MM, 41)
        self.set_text_color(*c.INK)
        self._words(self.document["number"], 12, is_bold=True)
        if self.corrected_by is not None:
            self._words(say(self.language, "disclosure.corrected_by", number=self.corrected_by), 10)
        self.set_text_color(*c.SOFT)
        self._words(f"SHA-256 {self.digest}", 8)
        self._words(self.address, 8)
        self.set_text_color(*c.INK)

    def _bars(self) -> None:
        rows = bars(self.document, self.language)[:40]
        most = max((value for _, value in rows), default=0)
        if not most:
            return
        self._title(say(self.language, "disclosure.chart"))
        for name, value in rows:
            if self.will_page_break(BAR_MM):
                self.add_page()
            top = self.get_y()
            self.set_font("report", "", 8.5)
            self.cell(52, BAR_MM, drawable(name)[:34])
            self.set_fill_color(*c.BAR_TRACK)
            self.rect(MARGIN_MM + 54, top + 1.2, 92, BAR_MM - 2.4, style="F")
            self.set_fill_color(*c.BAR)
            self.rect(MARGIN_MM + 54, top + 1.2, max(0.4, 92 * value / most), BAR_MM - 2.4, style="F")
            self.set_xy(MARGIN_MM + 148, top)
            self.cell(30, BAR_MM, mass(value), align="R", new_x="LMARGIN", new_y="NEXT")

    def _title(self, text: str) -> None:
        # A title never stands alone at the foot of a page.
        if self.get_y() > 297 - 20 - 32:
            self.add_page()
        self.ln(5)
        self.set_text_color(*c.BRAND)
        self.set_font("report", "B", 12)
        self.cell(0, 7, text, new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(*c.INK)
        self.ln(1)

    def _words(self, text: str, size_pt: float, *, is_bold: bool = False) -> None:
        self.set_font("report", "B" if is_bold else "", size_pt)
        # Chinese has no spaces to break at.
        wrap = WrapMode.CHAR if self.language != "en" else WrapMode.WORD
        self.multi_cell(0, size_pt * 0.52, drawable(text), new_x="LMARGIN", new_y="NEXT", wrapmode=wrap)

    def _grid(self, grid: Table) -> None:
        size = 8 if len(grid.columns) < 5 else 6.5
        self.set_font("report", "", size)
        self.set_draw_color(*c.LINE)
        # A table fills its cells with whatever was painted with last.
        self.set_fill_color(255, 255, 255)
        is_number = numeric(grid)
        with self.table(
            width=WIDE_MM,
            text_align=tuple("RIGHT" if each else "LEFT" for each in is_number),
            line_height=size * 0.52,
            padding=(0.9, 1.2),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD", color=c.SOFT),
            wrapmode=WrapMode.CHAR,
        ) as table:
            table.row(grid.columns)
            for row in grid.rows[:ROWS_MAX]:
                table.row([drawable(text) for text in shown(grid, row)])
        self.ln(2)
