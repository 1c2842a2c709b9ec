"""A certificate to print: A4, serials, the factors it was computed from, and how to check it without this service."""

from __future__ import annotations

from collections.abc import Sequence

from fpdf import FPDF

from backend.domain.certificates.signatures import instant
from backend.domain.footprint.inputs import FootprintLine
from backend.domain.mass import kilograms
from backend.messages.events.scans import CertificateView
from backend.render.drawing.fonts import FOLDER, drawable, wrap
from backend.render.sheets.scene_paper import qr_rows
from backend.render.texts.certificate import (
    beside,
    counts_forcing,
    either,
    forcing,
    heading,
    product,
    proof_state,
    revision_row,
    share,
)
from backend.texts import name_of, say

PAGE_MM, MARGIN_MM = 210.0, 18.0
WIDE_MM = PAGE_MM - 2 * MARGIN_MM
NAME_MM = 38.0
FOOT_MM = 20.0
QR_MM, QR_TOP_MM = 42.0, 30.0
MM_PER_PT = 25.4 / 72
MEASURE = 100
"""Pixels at which a text is measured, where fonts have whole sizes: its width is to the size as any other's."""
BRAND, INK, SOFT, LINE = (11, 93, 78), (21, 34, 30), (85, 99, 93), (226, 222, 211)


class CertificatePaper(FPDF):
    def __init__(self, view: CertificateView, city: str, factor_names: dict[str, str], language: str) -> None:
        super().__init__(format="A4")
        self.view = view
        self.city = city
        self.factor_names = factor_names
        self.language = language
        self.set_auto_page_break(True, FOOT_MM)
        self.set_margins(MARGIN_MM, MARGIN_MM)
        for style, weight in (("", "Regular"), ("B", "Bold")):
            self.add_font("sheet", style, FOLDER / f"NotoSansSC-{weight}.otf")
        self.set_title(f"{heading(view, language)} {view.number}")
        self.set_lang(language)

    def pdf(self) -> bytes:
        self.add_page()
        self._head()
        self._facts()
        self._statements()
        self._credits()
        self._revisions()
        if self.view.footprint.lines is not None:
            self._lines(self.view.footprint.lines)
        self._proof()
        return bytes(self.output())

    def say(self, key: str, **facts: object) -> str:
        return say(self.language, f"certificate.{key}", **facts)

    def footer(self) -> None:
        self.set_y(-13)
        self.set_text_color(*SOFT)
        self.set_font("sheet", "", 7.5)
        self.cell(WIDE_MM / 2, 4, f"{say(self.language, 'brand')} · {self.view.number}")
        self.cell(0, 4, say(self.language, "paper.page", page=self.page_no()), align="R")
        self.set_text_color(*INK)

    def _head(self) -> None:
        self.set_fill_color(*BRAND)
        self.rect(0, 0, PAGE_MM, 24, style="F")
        self.set_text_color(255, 255, 255)
        self.set_xy(MARGIN_MM, 7)
        self._text(heading(self.view, self.language), 17, is_bold=True)
        self.set_xy(MARGIN_MM, 15)
        self._text(say(self.language, "brand"), 10)
        self.set_text_color(*INK)
        self._qr(PAGE_MM - MARGIN_MM - QR_MM, QR_TOP_MM)
        self.set_xy(MARGIN_MM, QR_TOP_MM)

    def _facts(self) -> None:
        view = self.view
        days = " – ".join(dict.fromkeys([str(view.event_starts_on), str(view.event_ends_on)]))
        rows = [
            (self.say("number"), view.number),
            *([(self.say("holder"), view.name)] if view.name else []),
            (self.say("event"), f"{either(view, self.language)[0]} · {self.city}"),
            (self.say("days"), days),
            (self.say("cancelled"), f"{kilograms(view.offset.grams)} kgCO₂e · {share(view, self.language)}"),
            *beside(view, self.language),
            (
                self.say("total"),
                f"{kilograms(view.footprint.total_g)} kgCO₂e ±{view.footprint.uncertainty_pct}%",
            ),
            (self.say("default"), f"{view.footprint.default_pct}%"),
            (self.say("set"), view.footprint.factor_set),
            # That a flight counts more says that there was one: it goes with the lines.
            *(
                [
                    (
                        say(self.language, "forcing.label"),
                        forcing(self.language, is_counted=counts_forcing(view)),
                    )
                ]
                if view.footprint.lines is not None
                else []
            ),
            (self.say("issued.utc"), instant(view.issued_at)),
        ]
        for name, value in rows:
            self._row(name, value, wide_mm=WIDE_MM - QR_MM - 6)
        self.set_y(max(self.get_y(), QR_TOP_MM + QR_MM) + 3)

    def _statements(self) -> None:
        for language, size in (("zh-CN", 10.5), ("en", 9.5)):
            self._paragraph(either(self.view, language)[1], size)
            self.ln(1.5)

    def _credits(self) -> None:
        self._title(self.say("credits"), room_mm=22)
        parts = self.view.offset.allocations
        if not parts:
            self._paragraph(self.say("credits.none"), 9.5)
        for part in parts:
            self._keep(22)
            self._row(self.say("project"), product(part, self.language))
            self._row(self.say("retirement"), part.retirement_ref)
            self._row(self.say("serial"), f"{part.serial_from} – {part.serial_to} ({part.grams:,} g)")
            self._row(self.say("batch"), part.batch_id)
            self.ln(1.5)

    def _revisions(self) -> None:
        self._title(self.say("revisions"))
        for revision in self.view.revisions:
            name, value = revision_row(self.view, revision, self.language)
            self._row(name, value, size=8.5, name_mm=58.0)

    def _lines(self, lines: Sequence[FootprintLine]) -> None:
        self._title(self.say("lines"))
        for line in lines:
            self._keep(8)
            self._row(name_of(self.language, "source", line.source), self._arithmetic(line), size=8.5)
            names = "; ".join(
                f"{self.factor_names.get(each, each)} ({each})"
                for each in (line.factor_ids or (line.factor_id,))
            )
            self._row("", names, size=7)

    def _arithmetic(self, line: FootprintLine) -> str:
        unit = name_of(self.language, "unit", line.unit)
        parts = [f"{line.quantity:,f} {unit} × {line.factor_g:f} g = {line.emission_g:,} g"]
        if line.event_share_pct:
            parts.append(say(self.language, "line.event_share", pct=line.event_share_pct))
        if line.neutralised_by_organiser:
            parts.append(self.say("line.organiser"))
        return " · ".join(parts)

    def _proof(self) -> None:
        view = self.view
        self._title(self.say("offline"), room_mm=34)
        self._paragraph(proof_state(view, self.language), 9.5)
        if view.log is not None:
            self._row(self.say("leaf"), view.log.leaf_hash, size=8)
            self._row(self.say("root", size=view.log.size), view.log.root, size=8)
        if view.signature is not None:
            self._row(self.say("signature", key_id=view.signature.key_id), view.signature.value, size=8)
        self.ln(1)
        self._paragraph(self.say("how", url=view.url), 8.5)
        self._paragraph(self.say("picture.note"), 8)

    # -- lines of it ------------------------------------------------------------------------------

    def _keep(self, room_mm: float) -> None:
        """What belongs together is not torn apart by a page's end."""
        if self.get_y() + room_mm > self.h - FOOT_MM:
            self.add_page()

    def _title(self, text: str, room_mm: float = 12) -> None:
        self._keep(room_mm + 9)
        self.ln(2)
        self.set_text_color(*BRAND)
        self._text(text, 12, is_bold=True)
        self.set_text_color(*INK)
        self.ln(1)

    def _text(self, text: str, size: float, *, is_bold: bool = False) -> None:
        self.set_font("sheet", "B" if is_bold else "", size)
        self.cell(0, size * 0.5, drawable(text), new_x="LMARGIN", new_y="NEXT")

    def _row(
        self, name: str, value: str, *, wide_mm: float = WIDE_MM, size: float = 9.5, name_mm: float = NAME_MM
    ) -> None:
        """A name, and beside it a value, each of as many lines as it takes."""
        high_mm = size * 0.5
        names = self._wrapped(name, size, name_mm - 2)
        values = self._wrapped(value, size, wide_mm - name_mm)
        self._keep(max(len(names), len(values)) * high_mm)
        top = self.get_y()
        for left_mm, ink, lines in (
            (MARGIN_MM, SOFT, names),
            (MARGIN_MM + name_mm, INK, values),
        ):
            self.set_text_color(*ink)
            self._stack(left_mm, top, lines, size, high_mm)
        self.set_xy(MARGIN_MM, top + max(len(names), len(values), 1) * high_mm)

    def _paragraph(self, text: str, size: float) -> None:
        high_mm = size * 0.52
        for line in self._wrapped(text, size, WIDE_MM):
            self._keep(high_mm)
            self.set_font("sheet", "", size)
            self.cell(0, high_mm, line, new_x="LMARGIN", new_y="NEXT")

    def _stack(
        self, left_mm: float, top_mm: float, lines: Sequence[str], size: float, high_mm: float
    ) -> None:
        self.set_font("sheet", "", size)
        for number, line in enumerate(lines):
            self.set_xy(left_mm, top_mm + number * high_mm)
            self.cell(0, high_mm, line)

    def _wrapped(self, text: str, size: float, wide_mm: float) -> list[str]:
        """Lines that are broken between English words and between Chinese characters: FPDF knows one or the other."""
        wide = (wide_mm - 2 * self.c_margin) / (size * MM_PER_PT) * MEASURE
        return wrap(text, MEASURE, wide, lines_max=99)

    def _qr(self, left_mm: float, top_mm: float) -> None:
        rows = qr_rows(self.view.url)
        module_mm = QR_MM / len(rows)
        self.set_fill_color(0, 0, 0)
        for y, row in enumerate(rows):
            for x, is_dark in enumerate(row):
                if is_dark:
                    at = (left_mm + x * module_mm, top_mm + y * module_mm)
                    self.rect(*at, module_mm * 1.01, module_mm * 1.01, style="F")
