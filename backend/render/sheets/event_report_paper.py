"""An event's report to print: A4, drawn with our own fonts, so that a server without any makes the same pages.

Charts are lines and rectangles of the page itself: sharp at any size, a few kilobytes, and their words can be searched.
"""

from __future__ import annotations

from collections.abc import Sequence

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, WrapMode
from fpdf.fonts import FontFace

from backend.domain.mass import mass
from backend.messages.event_reports import EventReportView
from backend.render.drawing import colours as c
from backend.render.drawing.fonts import FOLDER, drawable
from backend.render.tables.event_report import Table, Tables, either, moment, numeric, shown
from backend.render.texts.event_report import is_year, participation_words, say_in_report
from backend.texts import say

MARGIN_MM = 16.0
WIDE_MM = 210.0 - 2 * MARGIN_MM
BAR_MM = 5.6
CHART_MM = 42.0
CHART_ROOM_MM = CHART_MM + 34
"""A chart with its title, and what is written below it."""
ROW_MM = 6.2
ROWS_MAX = 2000
"""Rows of one table on paper: the CSV and the JSON hold all of them."""


class Paper(FPDF):
    def __init__(
        self, view: EventReportView, digest: bytes, address: str, language: str, city: str | None
    ) -> None:
        super().__init__(format="A4")
        self.view, self.digest, self.address, self.language = view, digest, address, language
        self.city = city or view.event.city
        self.tables = Tables(view, language)
        self.set_margins(MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(True, margin=20)
        for style, weight in (("", "Regular"), ("B", "Bold")):
            self.add_font("report", style, FOLDER / f"NotoSansSC-{weight}.otf")
        self.set_title(f"{self.say('title')} – {drawable(either(view.event.name, language))}")
        self.set_lang(language)
        self.set_creation_date(view.made_at)

    def say(self, key: str, **facts: object) -> str:
        return say_in_report(self.view, self.language, key, **facts)

    def footer(self) -> None:
        self.set_y(-14)
        self._ink(c.SOFT)
        self.set_font("report", "", 7.5)
        left = f"{say(self.language, 'brand')} · {say(self.language, 'paper.independent')}"
        self.cell(WIDE_MM * 0.8, 4, left)
        self.cell(0, 4, say(self.language, "paper.page", page=self.page_no()), align="R")

    # -- the pages --------------------------------------------------------------------------------

    def draw(self) -> None:
        self.add_page()
        self._head()
        self._numbers()
        self._conclusion()
        self._account()
        if not is_year(self.view):
            self._sources()
            self._people()
            self._time()
            self._reductions()
        self._credits()
        self._method()

    def _head(self) -> None:
        view, event = self.view, self.view.event
        self.set_fill_color(*c.BRAND)
        self.rect(0, 0, 210, 38, style="F")
        self._ink(c.ON_BRAND)
        self.set_xy(MARGIN_MM, 9)
        self._words(f"{say(self.language, 'brand')} · {self.say('title')}", 11)
        self._words(drawable(either(event.name, self.language)), 20, is_bold=True)
        self._words(f"{drawable(self.city)} · {moment(event.starts_at)} – {moment(event.ends_at)}", 10)
        self._ink(c.INK)
        self.set_xy(MARGIN_MM, 43)
        status = self.say("final" if view.is_final else "provisional")
        self._words(f"{status}, {self.say('made', at=moment(view.made_at))}", 9, colour=c.SOFT)
        if view.is_final:
            self._words(f"{self.say('digest')}: {self.digest.hex()}", 8, colour=c.SOFT)
        self._words(self.address, 8, colour=c.SOFT)

    def _numbers(self) -> None:
        view = self.view
        shown_numbers: tuple[tuple[str, str], ...] = (
            ("people", f"{view.attendances:,}"),
            ("emission", mass(view.footprint.total_g)),
            ("retired", mass(view.pools.retired_g)),
            ("surplus", mass(view.pools.surplus_g)),
            ("mean", mass(view.footprint.mean_g)),
            ("uncertainty", f"± {view.footprint.uncertainty_pct} %"),
            ("default_share", f"{view.footprint.default_pct} %"),
            ("reduction", mass(view.reductions.reduction_g)),
        )
        if is_year(view) and view.account is not None:
            shown_numbers = (
                ("emission", mass(view.account.estimate_g)),
                ("retired", mass(view.account.retired_g)),
                ("account.covered", f"{view.account.claim.covered_pct} %"),
            )
        self.ln(4)
        top, wide = self.get_y(), WIDE_MM / 4
        for number, (key, text) in enumerate(shown_numbers):
            self.set_xy(MARGIN_MM + number % 4 * wide, top + number // 4 * 17)
            self._ink(c.SOFT)
            self.set_font("report", "", 8)
            self.cell(wide, 4.5, self.say(key), new_x="LEFT", new_y="NEXT")
            self._ink(c.INK)
            self.set_font("report", "B", 14)
            self.cell(wide, 8, text)
        self.set_xy(MARGIN_MM, top + 35)

    def _conclusion(self) -> None:
        self._title(self.say("conclusion"))
        self._words(either(self.view.neutrality.statement, self.language), 10)

    def _account(self) -> None:
        if self.view.account is None:
            return
        self._title(self.say("account"))
        self._words(self.say("account.lead"), 8, colour=c.SOFT)
        groups = self.view.account.groups
        self._bars([(either(each.name, self.language), each.total_g, mass(each.total_g)) for each in groups])
        self._grid(self.tables.account(), (46, 40, 14))
        second: tuple[Table, tuple[int, ...]] = (
            self.tables.account_people(),
            (12, 10, 9, 9, 9, 9, 11, 11, 10, 10),
        )
        if is_year(self.view):
            second = (self.tables.included(), (40, 20, 20, 20))
        for table, widths in ((self.tables.account_groups(), (20, 14, 14, 14, 14, 10, 14)), second):
            self._title(table.title)
            self._grid(table, widths, size=6.5)

    def _sources(self) -> None:
        self._title(self.say("by_source"))
        rows = [(either(each.name, self.language), each.emission_g) for each in self.view.by_source]
        self._bars([(name, grams, mass(grams)) for name, grams in rows])
        self._grid(self.tables.sources(), (34, 14, 20, 20, 12))
        part = self.view.neutralised
        if part is not None:
            table = self.tables.neutralised()
            self._title(table.title, 32 + ROW_MM * len(table.rows))
            if part.sources:
                self._grid(table, (46, 22, 20, 12))
            self._words(either(part.note, self.language), 8, colour=c.SOFT)

    def _people(self) -> None:
        self._title(self.say("by_category"))
        self._grid(self.tables.categories(), (34, 14, 20, 20, 12))
        self._title(self.say("by_basis"))
        self._grid(self.tables.bases(), (34, 14, 20, 20, 12))
        self._title(self.say("modes"))
        self._bars(
            [
                (either(each.name, self.language), each.attendances, f"{each.attendances:,}")
                for each in self.view.modes
            ]
        )
        self._grid(self.tables.modes(), (40, 30, 30))
        self._title(self.say("distribution"), CHART_ROOM_MM)
        self._columns(
            [
                (each.attendances, f"{mass(each.from_g)} – {mass(each.to_g)}")
                for each in self.view.distribution
            ]
        )

    def _time(self) -> None:
        part = self.view.participation
        self._title(self.say("participation"), CHART_ROOM_MM)
        self._columns([(each.joined, moment(each.starts_at)) for each in part.intervals])
        self._words(participation_words(part.step_minutes, self.language), 8, colour=c.SOFT)

    def _reductions(self) -> None:
        self._title(self.say("reductions"))
        self._grid(self.tables.reductions(), (46, 14, 20, 20))
        self._words(either(self.view.reductions.note, self.language), 8, colour=c.SOFT)

    def _credits(self) -> None:
        self._title(self.say("offsets"))
        grids = [self.tables.surplus()]
        if not is_year(self.view):
            self._grid(self.tables.offsets(), (60, 40))
            self._grid(self.tables.payers(), (50, 25, 25))
            self._title(self.say("products"))
            self._grid(self.tables.products(), (38, 36, 10, 16))
            grids = [self.tables.serials(), *grids]
        for table in grids:
            self._title(table.title)
            self._grid(table, (9, 15, 15, 11, 17, 12, 12, 11), size=6.5)

    def _method(self) -> None:
        self._title(self.say("factors"))
        self._grid(self.tables.factors(), (16, 18, 8, 12, 8, 6, 9, 25), size=6.5)
        self._title(self.say("documents"))
        self._grid(self.tables.documents(), (18, 30, 12, 40), size=7)
        self._title(self.say("notes"))
        for note in self.view.notes:
            self._words(f"• {either(note, self.language)}", 8.5)

    # -- what pages are made of -------------------------------------------------------------------

    def _ink(self, colour: c.Colour) -> None:
        self.set_text_color(*colour)

    def _title(self, text: str, room_mm: float = 32) -> None:
        # A title never stands alone at the foot of a page.
        if self.get_y() > 297 - 20 - room_mm:
            self.add_page()
        self.ln(6)
        self._ink(c.BRAND)
        self.set_font("report", "B", 12)
        self.cell(0, 7, text, new_x="LMARGIN", new_y="NEXT")
        self._ink(c.INK)
        self.ln(1)

    def _words(
        self, text: str, size_pt: float, *, is_bold: bool = False, colour: c.Colour | None = None
    ) -> None:
        if colour is not None:
            self._ink(colour)
        self.set_font("report", "B" if is_bold else "", size_pt)
        # Chinese has no spaces to break at.
        wrap = WrapMode.CHAR if self.language != "en" else WrapMode.WORD
        self.multi_cell(0, size_pt * 0.52, drawable(text), new_x="LMARGIN", new_y="NEXT", wrapmode=wrap)
        if colour is not None:
            self._ink(c.INK)

    def _bars(self, rows: Sequence[tuple[str, int, str]]) -> None:
        """Lying bars, the longest as long as the page allows."""
        most = max((value for _, value, _ in rows), default=0)
        if not most:
            return
        for name, value, text in rows:
            if self.will_page_break(BAR_MM):
                self.add_page()
            top = self.get_y()
            self.set_font("report", "", 8.5)
            self.cell(52, BAR_MM, name)
            self.set_fill_color(*c.BAR_TRACK)
            self.rect(MARGIN_MM + 54, top + 1.2, 92, BAR_MM - 2.4, style="F")
            self.set_fill_color(*c.BAR)
            self.rect(MARGIN_MM + 54, top + 1.2, max(0.4, 92 * value / most), BAR_MM - 2.4, style="F")
            self.set_xy(MARGIN_MM + 148, top)
            self.cell(30, BAR_MM, text, align="R", new_x="LMARGIN", new_y="NEXT")
        self.ln(3)

    def _columns(self, rows: Sequence[tuple[int, str]]) -> None:
        """Standing bars with the highest count, the first and the last label."""
        most = max((value for value, _ in rows), default=0)
        if not most:
            self._words(self.say("nothing"), 9, colour=c.SOFT)
            return
        if self.will_page_break(CHART_MM + 12):
            self.add_page()
        top, wide = self.get_y() + 5, WIDE_MM / len(rows)
        self._ink(c.SOFT)
        self.set_font("report", "", 7.5)
        self.set_xy(MARGIN_MM, top - 5)
        self.cell(0, 4, f"{most:,}")
        self.set_draw_color(*c.LINE)
        self.line(MARGIN_MM, top, MARGIN_MM + WIDE_MM, top)
        self.set_fill_color(*c.BAR)
        for number, (value, _) in enumerate(rows):
            high = CHART_MM * value / most
            left = MARGIN_MM + number * wide + wide * 0.09
            if value:
                self.rect(left, top + CHART_MM - max(high, 0.3), wide * 0.82, max(high, 0.3), style="F")
        self.line(MARGIN_MM, top + CHART_MM, MARGIN_MM + WIDE_MM, top + CHART_MM)
        self.set_xy(MARGIN_MM, top + CHART_MM + 0.5)
        self.cell(WIDE_MM / 2, 4.5, rows[0][1])
        if len(rows) > 1:
            self.cell(WIDE_MM / 2, 4.5, rows[-1][1], align="R")
        self._ink(c.INK)
        self.set_xy(MARGIN_MM, top + CHART_MM + 6)

    def _grid(self, grid: Table, widths: tuple[int, ...], *, size: float = 8) -> None:
        if not grid.rows:
            self._words(self.say("nothing"), 9, colour=c.SOFT)
            return
        self.set_font("report", "", size)
        self.set_draw_color(*c.LINE)
        # A table fills its cells with whatever was painted with last.
        self.set_fill_color(255, 255, 255)
        aligns = tuple("RIGHT" if is_number else "LEFT" for is_number in numeric(grid))
        with self.table(
            width=WIDE_MM,
            col_widths=widths,
            text_align=aligns,
            line_height=size * 0.52,
            padding=(0.9, 1.2),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD", color=c.SOFT),
            wrapmode=WrapMode.WORD if self.language == "en" else WrapMode.CHAR,
        ) as table:
            table.row(grid.columns)
            for row in grid.rows[:ROWS_MAX]:
                table.row([drawable(text) for text in shown(grid, row)])
        self.ln(2)
