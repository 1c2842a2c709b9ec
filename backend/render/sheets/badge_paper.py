"""Badges on A4, to cut or to peel off: labels and cards, with a QR that is read from an arm's length.

Millimetres from the lower left corner throughout. The QR is of level M with a quiet zone of four modules, and its
dark square alone measures 26 mm or more, whatever the length of the service's address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from backend.domain.qr_codes import CodeKeys
from backend.render.drawing.pdf_font import EmbeddedFont
from backend.render.drawing.pdf_stream import A4_MM, PdfStream
from backend.render.drawing.qr_series import QrSeries
from backend.render.sheets.badges import Layout
from backend.texts import both

MM_PER_PT = 25.4 / 72

CATEGORIES = ("local", "province", "national", "international")
FIXED_LETTERS = "0123456789№·/ ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

INK, SOFT, BRAND, WHITE = "0.082 0.133 0.118", "0.333 0.388 0.365", "0.043 0.365 0.306", "1 1 1"


class LayoutSpec(msgspec.Struct, frozen=True):
    """Where things are printed on one badge, from its lower left corner."""

    columns: int
    rows: int
    wide: float
    high: float
    left: float
    bottom: float
    qr: tuple[float, float, float]
    """Left, bottom and width of the dark square."""


LAYOUTS: Mapping[str, LayoutSpec] = {
    # Sheets of 24 labels, 70 × 37 mm, to the paper's edge.
    "labels": LayoutSpec(3, 8, 70.0, 37.125, 0.0, 0.0, (4.6, 5.56, 26.0)),
    # Cards of 90 × 130 mm, four on a sheet, with marks to cut along.
    "cards": LayoutSpec(2, 2, 90.0, 130.0, 15.0, 18.5, (24.0, 24.0, 42.0)),
}


class Sheets:
    """Makes the file of an event's badges piece by piece. In a process of its own."""

    def __init__(
        self,
        layout: Layout,
        *,
        name: tuple[str, str],
        event_code: str,
        letters: Iterable[str],
        keys: CodeKeys,
        public_base: str,
    ) -> None:
        """`letters` are those of the labels; `name` is the event's in Chinese and English."""
        self._spec = LAYOUTS[layout]
        self._is_card = layout == "cards"
        self._event_code = event_code
        self._keys = keys
        self._address = f"{public_base}/q/"
        self._title, self._use, self._brand = (
            both("badge_sheet.title"),
            "  ".join(both("badge_sheet.use")),
            " ".join(both("brand")),
        )
        self._categories = {code: " ".join(both(f"category.{code}")) for code in CATEGORIES}
        fixed = [FIXED_LETTERS, self._use, self._brand, *self._categories.values()]
        self._regular = EmbeddedFont("Regular", [*fixed, *name, *letters])
        self._bold = EmbeddedFont("Bold", [*fixed, *name, *letters])
        self._pdf = PdfStream(
            f"{name[0]} / {name[1]}: {' / '.join(self._title)}", {"R": self._regular, "B": self._bold}
        )
        self._form = self._of_all(name)
        self._qr = QrSeries()
        self._page: list[str] = []

    def begin(self) -> bytes:
        return self._pdf.begin({"E": self._form})

    def add(self, badges: Sequence[Mapping[str, Any]]) -> bytes:
        """The pages that these badges fill; what is left waits for the next ones."""
        made = bytearray()
        for badge in badges:
            self._page.append(self._badge(badge))
            if len(self._page) == self._spec.columns * self._spec.rows:
                made += self._end_page()
        return bytes(made)

    def end(self) -> bytes:
        return (self._end_page() if self._page else b"") + self._pdf.end()

    def _end_page(self) -> bytes:
        spec = self._spec
        parts = [_cutting_marks(spec)] if self._is_card else []
        for number, badge in enumerate(self._page):
            row, column = divmod(number, spec.columns)
            x = spec.left + column * spec.wide
            y = A4_MM[1] - spec.bottom - (row + 1) * spec.high
            parts.append(f"q 1 0 0 1 {x:.3f} {y:.3f} cm /E Do\n{badge}Q\n")
        self._page.clear()
        return self._pdf.page("".join(parts).encode("ascii"))

    def _badge(self, badge: Mapping[str, Any]) -> str:
        """What differs from badge to badge."""
        code = self._keys.badge(self._event_code, badge["serial"])
        left, bottom, wide = self._spec.qr
        parts = [self._qr_at(self._address + code, left, bottom, wide)]
        category = self._categories.get(badge["category"], "")
        number = f"№ {badge['serial']:06d}"
        label = badge["label"] or ""
        if self._is_card:
            if label:
                parts += self._block(
                    self._bold, label, (24, 20, 16, 13), 45.0, 86.0, 82.0, 2, is_centred=True
                )
            if category:
                parts += self._block(self._regular, category, (13,), 45.0, 72.5, 82.0, 1, is_centred=True)
            parts += self._block(self._regular, number, (11,), 45.0, 14.5, 82.0, 1, is_centred=True)
        else:
            if label:
                parts += self._block(self._bold, label, (10, 8.5, 7.5, 6.5), 35.0, 14.6, 33.0, 2)
            if category:
                parts += self._block(self._regular, category, (8,), 35.0, 8.2, 33.0, 1)
            parts += self._block(self._regular, number, (8,), 35.0, 4.6, 33.0, 1)
        return "".join(parts)

    def _of_all(self, name: tuple[str, str]) -> bytes:
        """What is the same on every badge."""
        if not self._is_card:
            parts = self._block(self._bold, name[0], (9, 8, 7), 35.0, 28.6, 33.0, 2)
            parts += self._block(self._regular, name[1], (6.5, 6, 5.5), 35.0, 22.2, 33.0, 1, colour=SOFT)
            return "".join(parts).encode("ascii")
        parts = [f"{BRAND} rg 0 104 90 26 re f\n"]
        parts += self._block(
            self._bold, name[0], (18, 16, 14, 11), 45.0, 116.8, 82.0, 2, colour=WHITE, is_centred=True
        )
        parts += self._block(
            self._regular, name[1], (11, 9, 7.5), 45.0, 107.0, 82.0, 1, colour=WHITE, is_centred=True
        )
        for text, size, y in ((self._use, 7.5, 8.5), (self._brand, 7.0, 4.0)):
            parts += self._block(self._regular, text, (size,), 45.0, y, 84.0, 1, colour=SOFT, is_centred=True)
        return "".join(parts).encode("ascii")

    def _block(
        self,
        font: EmbeddedFont,
        text: str,
        sizes: tuple[float, ...],
        x: float,
        y: float,
        wide: float,
        lines_max: int,
        *,
        colour: str = INK,
        is_centred: bool = False,
    ) -> list[str]:
        """Lines whose middle stands at `y` when there are two, or whose only one stands there."""
        in_mm = tuple(size * MM_PER_PT for size in sizes)
        size, lines = font.fit(text, in_mm, wide, lines_max)
        top = y + (len(lines) - 1) * size * 0.62
        parts = []
        name = "B" if font is self._bold else "R"
        for number, line in enumerate(lines):
            at = x - font.width(line, size) / 2 if is_centred else x
            parts.append(
                f"BT {colour} rg /{name} {size:.3f} Tf {at:.3f} {top - number * size * 1.24:.3f} Td"
                f" {font.hex(line)} Tj ET\n"
            )
        return parts

    def _qr_at(self, text: str, left: float, bottom: float, wide: float) -> str:
        """A picture of one bit for each module, in hexadecimal digits: no byte of it can end it too early."""
        modules = self._qr.draw(text)
        return (
            f"q 0 g {wide} 0 0 {wide} {left} {bottom} cm BI /W {modules.side} /H {modules.side} /IM true /BPC 1"
            f" /D [1 0] /F /AHx ID\n{modules.packed().hex()}>\nEI Q\n"
        )


def _cutting_marks(spec: LayoutSpec) -> str:
    """Short lines outside of the cards."""
    parts = ["0.6 G 0.1 w\n"]
    top, right = A4_MM[1] - spec.bottom, spec.left + spec.columns * spec.wide
    for column in range(spec.columns + 1):
        x = spec.left + column * spec.wide
        parts += [f"{x} {y} m {x} {y + 5} l S\n" for y in (top + 2, spec.bottom - 7)]
    for row in range(spec.rows + 1):
        y = top - row * spec.high
        parts += [f"{x} {y} m {x + 5} {y} l S\n" for x in (spec.left - 7, right + 2)]
    return "".join(parts)
