"""A certificate as a picture to share, in the design of the reports: what it says is the signed document's.

The picture is as high as its words take. Nothing of the statement is cut: its last words say whether it is a part.
"""

from __future__ import annotations

from backend.domain.mass import kilograms
from backend.messages.events.scans import AllocationView, CertificateView
from backend.render.drawing import Box, Canvas, fitting_size, text_width
from backend.render.drawing import colours as c
from backend.render.drawing.fonts import wrap
from backend.render.texts.certificate import (
    beside,
    either,
    heading,
    product,
    proof_state,
    revision_row,
    share,
)
from backend.texts import say

WIDTH, HEIGHT_MIN = 1080, 1620
MARGIN = 64
WIDE = WIDTH - 2 * MARGIN
HERO_MIN = 620
CARD_ACROSS, CARD_DOWN = 36, 28
INSIDE = WIDE - 2 * CARD_ACROSS
PARTS_SHOWN_MAX = 4
REVISIONS_SHOWN_MAX = 4
EVENT_SIZES = (42, 36, 30)
EVENT_LINES_MAX = 4
QR_SIDE = 336
"""45 modules of seven pixels: read from a phone's screen by another phone."""


class CertificateDrawing:
    def __init__(self, view: CertificateView, language: str) -> None:
        self.view = view
        self.language = language
        self.event, self.statement = either(view, language)
        self.event_size = next(
            (size for size in EVENT_SIZES if len(self._lines(self.event, size, WIDE, is_bold=True)) <= 2),
            EVENT_SIZES[-1],
        )

    def png(self) -> bytes:
        # Once on a canvas that is high enough for anything, to learn how high this one is.
        self.canvas = Canvas(1, 1, c.PAPER)
        height = max(HEIGHT_MIN, round(self._body()) + QR_SIDE + 40)
        self.canvas = Canvas(WIDTH, height, c.PAPER)
        self._body()
        self._foot(height)
        return self.canvas.png()

    def say(self, key: str, **facts: object) -> str:
        return say(self.language, f"certificate.{key}", **facts)

    def _body(self) -> float:
        top = self._statement(self._hero() - 54)
        top = self._credits(top + 22)
        if len(self.view.revisions) > 1:
            top = self._revisions(top + 22)
        return top + 28

    def _hero(self) -> float:
        """Returns its height."""
        canvas, view = self.canvas, self.view
        lines = self._lines(self.event, self.event_size, WIDE, is_bold=True)[:EVENT_LINES_MAX]
        event = Box(MARGIN, 196, WIDE, round(self.event_size * 1.35) * len(lines) + 2)
        below = event.bottom + (56 if view.name is not None else 0)
        number = max(458.0, below + 118)
        height = max(float(HERO_MIN), number + 162)
        hero = Box(0, 0, WIDTH, height)
        canvas.panel(hero, c.BRAND)
        canvas.rings(hero, (WIDTH - 190, 230), c.GLOW, strength=0.2)
        canvas.mark(Box(MARGIN - 4, 56, 52, 52), c.CREAM)
        canvas.text(MARGIN + 62, 93, say(self.language, "brand"), 32, c.CREAM, is_bold=True)
        canvas.text(MARGIN, 178, heading(view, self.language), 40, c.GLOW)
        canvas.paragraph(
            event,
            self.event,
            self.event_size,
            c.ON_BRAND,
            is_bold=True,
            leading=1.35,
            lines_max=EVENT_LINES_MAX,
        )
        if view.name is not None:
            held = self.say("held", name=view.name)
            canvas.text(
                MARGIN, event.bottom + 40, held, fitting_size(held, 30, WIDE), c.CREAM, width_max=WIDE
            )
        value = f"{kilograms(view.offset.grams)}"
        size = fitting_size(value, 120, WIDE - 110, is_bold=True)
        end = canvas.text(MARGIN - 4, number, value, size, c.ON_BRAND, is_bold=True)
        canvas.text(end + 16, number, "kg", 52, c.ON_BRAND, is_bold=True)
        said = self.say("amount")
        canvas.text(MARGIN, number + 50, said, 28, c.CREAM)
        ground = c.between(c.BRAND, c.GLOW, 0.2)
        chip = share(view, self.language)
        canvas.chip(MARGIN + text_width(said, 28) + 24, number + 41, chip, 26, ground, c.CREAM)
        return height

    def _card(self, top: float, height: float, title: str) -> Box:
        """A card with its title; `height` is that of what comes below. Returns the room below."""
        box = Box(MARGIN, top, WIDE, height + 74 + CARD_DOWN)
        self.canvas.panel(box, c.CARD, radius=28, outline=c.LINE)
        inside = box.inset(CARD_ACROSS, CARD_DOWN)
        self.canvas.text(inside.left, inside.top + 28, title, 30, c.INK, is_bold=True)
        return Box(inside.left, inside.top + 46, inside.width, height)

    def _statement(self, top: float) -> float:
        view = self.view
        rest = beside(view, self.language)
        said = self._lines(self.statement, 26, INSIDE)
        rows = [self._lines(self.say("beside", name=name, value=value), 24, INSIDE) for name, value in rest]
        height = 39 * len(said) + sum(14 + 34 * len(row) for row in rows)
        room = self._card(top, height, self.say("statement"))
        kg, pct = kilograms(view.footprint.total_g), view.footprint.uncertainty_pct
        estimate = self.say("estimate", kg=kg, pct=pct)
        self.canvas.text(room.right, room.top - 18, estimate, 23, c.SOFT, align="right")
        y = self._rows(room, room.top, said, 26, c.INK, leading=39)
        for row in rows:
            y = self._rows(room, y + 14, row, 24, c.BRAND, leading=34)
        return room.bottom + CARD_DOWN

    def _credits(self, top: float) -> float:
        canvas, parts = self.canvas, self.view.offset.allocations
        shown = parts[:PARTS_SHOWN_MAX]
        more = len(parts) - len(shown)
        rows = [wrap(product(part, self.language), 26, INSIDE - 170, lines_max=3) for part in shown]
        height = sum(34 * len(row) + 76 for row in rows) + (34 if more or not shown else 0)
        room = self._card(top, height, self.say("credits"))
        y = room.top + 30
        for part, row in zip(shown, rows, strict=True):
            y = self._part(room, y, part, row)
        if more or not shown:
            said = self.say("more", count=more) if more else self.say("credits.none")
            canvas.text(room.left, y, said, 23, c.SOFT)
        return room.bottom + CARD_DOWN

    def _part(self, room: Box, y: float, part: AllocationView, name: list[str]) -> float:
        canvas = self.canvas
        canvas.text(room.right, y, f"{part.grams:,} g", 26, c.SOFT, align="right")
        for line in name:
            canvas.text(room.left, y, line, 26, c.INK, width_max=INSIDE - 150)
            y += 34
        serials = self.say("serials.range", first=part.serial_from, last=part.serial_to)
        canvas.text(room.left, y, serials, 22, c.SOFT, width_max=room.width)
        canvas.text(room.left, y + 30, part.retirement_ref, 22, c.SOFT, width_max=room.width)
        return y + 76

    def _revisions(self, top: float) -> float:
        canvas, view = self.canvas, self.view
        shown = view.revisions[-REVISIONS_SHOWN_MAX:]
        more = len(view.revisions) - len(shown)
        room = self._card(top, 36 * (len(shown) + bool(more)), self.say("revisions"))
        y = room.top + 28
        if more:
            canvas.text(room.left, y, self.say("revisions.more", count=more), 22, c.SOFT)
            y += 36
        for revision in shown:
            name, value = revision_row(view, revision, self.language)
            ink = c.INK if revision is view.revisions[-1] else c.SOFT
            end = canvas.text(room.left, y, name, 22, ink)
            wide = room.right - end - 20
            canvas.text(
                room.right, y, value, fitting_size(value, 22, wide), ink, align="right", width_max=wide
            )
            y += 36
        return room.bottom + CARD_DOWN

    def _foot(self, height: int) -> None:
        canvas, side = self.canvas, QR_SIDE
        top = height - side - 40
        plate = Box(WIDTH - MARGIN - side, top, side, side)
        canvas.panel(plate, c.CARD, radius=20, outline=c.LINE)
        canvas.qr(plate.inset(3), self.view.url, c.INK)
        text = Box(MARGIN + 4, top, WIDE - side - 40, side)
        size = fitting_size(self.view.number, 32, text.width, is_bold=True)
        canvas.text(text.left, text.top + 34, self.view.number, size, c.INK, is_bold=True)
        below = canvas.paragraph(
            Box(text.left, text.top + 56, text.width, 110),
            proof_state(self.view, self.language),
            24,
            c.BRAND,
            is_bold=True,
            leading=1.4,
            lines_max=3,
        )
        below = canvas.paragraph(
            Box(text.left, below + 8, text.width, 40), self.say("scan"), 23, c.INK, leading=1.4, lines_max=1
        )
        room = Box(text.left, below + 8, text.width, text.bottom - below - 8)
        canvas.paragraph(room, self.say("picture.note"), 19, c.SOFT, leading=1.45)

    # -- lines of it ------------------------------------------------------------------------------

    def _lines(self, text: str, size: int, wide: float, *, is_bold: bool = False) -> list[str]:
        return wrap(text, size, wide, lines_max=99, is_bold=is_bold)

    def _rows(
        self, room: Box, y: float, lines: list[str], size: int, ink: c.Colour, *, leading: int
    ) -> float:
        for line in lines:
            self.canvas.text(room.left, y + leading / 2 + size * 0.38, line, size, ink)
            y += leading
        return y
