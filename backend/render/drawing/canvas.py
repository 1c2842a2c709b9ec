"""A canvas to put a picture together on: panels, lines of text, bars, rings, QR codes. Units are pixels."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import qrcode
from PIL import Image, ImageDraw

from backend.render.drawing.colours import Colour
from backend.render.drawing.fonts import drawable, font, shorten, text_width, wrap

Align = Literal["left", "center", "right"]

_SMOOTH = 4
"""Shapes are drawn this many times larger and scaled down: Pillow's own edges are stairs."""
_ANCHORS: dict[Align, str] = {"left": "ls", "center": "ms", "right": "rs"}
QR_QUIET_MODULES = 4


class Box(NamedTuple):
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def inset(self, across: float, down: float | None = None) -> Box:
        down = across if down is None else down
        return Box(self.left + across, self.top + down, self.width - 2 * across, self.height - 2 * down)


class Canvas:
    """One picture while it is made. Later things cover earlier ones."""

    def __init__(self, width: int, height: int, paper: Colour) -> None:
        self.image = Image.new("RGB", (width, height), paper)
        self._draw = ImageDraw.Draw(self.image)

    # -- shapes -----------------------------------------------------------------------------------

    def panel(self, box: Box, fill: Colour, *, radius: int = 0, outline: Colour | None = None) -> None:
        """A filled rectangle with round corners; `outline` is two pixels wide and inside."""
        if outline is not None:
            self.panel(box, outline, radius=radius)
            box, radius = box.inset(2), max(0, radius - 2)
        width, height = round(box.width), round(box.height)
        if width < 1 or height < 1:
            return
        at = round(box.left), round(box.top)
        radius = min(radius, width // 2, height // 2)
        self.image.paste(fill, (*at, at[0] + width, at[1] + height), _rounded(width, height, radius))

    def bar(self, box: Box, shares: Sequence[tuple[float, Colour]], track: Colour) -> None:
        """A lying bar with round ends, filled from the left by shares of its length, one colour after another."""
        width, height = round(box.width), round(box.height)
        strip = Image.new("RGB", (width, height), track)
        pen = ImageDraw.Draw(strip)
        at = 0.0
        for share, fill in shares:
            # Whatever is there is seen: a gram beside a tonne still gets its sliver.
            length = max(share * width, height if share > 0 else 0)
            if length >= 1:
                pen.rectangle((round(at), 0, round(min(at + length, width)), height), fill=fill)
            at += length
        place = round(box.left), round(box.top)
        self.image.paste(
            track, (*place, place[0] + width, place[1] + height), _rounded(width, height, height // 2)
        )
        filled = min(width, round(at))
        if filled:
            part = strip.crop((0, 0, filled, height))
            self.image.paste(part, place, _rounded(filled, height, height // 2))

    def column(self, box: Box, parts: Sequence[tuple[float, Colour]], *, radius: int) -> None:
        """A standing bar, filled from the bottom by parts of its height; only the top of it is round."""
        width = round(box.width)
        total = round(min(sum(share for share, _ in parts), 1) * box.height)
        if total < 1:
            return
        strip = Image.new("RGB", (width, total))
        pen = ImageDraw.Draw(strip)
        bottom = float(total)
        for share, fill in parts:
            top = bottom - share * box.height
            pen.rectangle((0, math.floor(top), width, math.ceil(bottom)), fill=fill)
            bottom = top
        radius = min(radius, width // 2, total)
        mask = _rounded(width, total + radius, radius).crop((0, 0, width, total))
        self.image.paste(strip, (round(box.left), round(box.bottom) - total), mask)

    def disc(self, x: float, y: float, radius: int, fill: Colour) -> None:
        self.panel(Box(x - radius, y - radius, 2 * radius, 2 * radius), fill, radius=radius)

    def line(self, x0: float, y0: float, x1: float, y1: float, fill: Colour, width: int = 2) -> None:
        """An upright or lying line."""
        self._draw.line((x0, y0, x1, y1), fill=fill, width=width)

    def rings(self, box: Box, centre: tuple[float, float], fill: Colour, *, strength: float = 0.25) -> None:
        """The year rings of the pages as a faint ground, kept inside a box."""
        size = round(box.width), round(box.height)
        mask = _rings(*size, round(centre[0] - box.left), round(centre[1] - box.top), round(strength * 255))
        self.image.paste(fill, (round(box.left), round(box.top)), mask)

    def mark(self, box: Box, ink: Colour) -> None:
        """The product's mark, as in static/favicon.svg."""
        self.image.paste(ink, (round(box.left), round(box.top)), _mark(round(box.width)))

    # -- text -------------------------------------------------------------------------------------

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: int,
        fill: Colour,
        *,
        is_bold: bool = False,
        align: Align = "left",
        width_max: float | None = None,
    ) -> float:
        """One line on the baseline `y`; returns the x of its end. What is too wide ends with an ellipsis."""
        line = drawable(text) if width_max is None else shorten(text, size, width_max, is_bold=is_bold)
        self._draw.text((x, y), line, fill=fill, font=font(size, is_bold), anchor=_ANCHORS[align])
        width = text_width(line, size, is_bold=is_bold)
        return x + {"left": width, "center": width / 2, "right": 0}[align]

    def paragraph(
        self,
        box: Box,
        text: str,
        size: int,
        fill: Colour,
        *,
        is_bold: bool = False,
        align: Align = "left",
        leading: float = 1.5,
        lines_max: int = 99,
    ) -> float:
        """Lines from the top of a box, broken to its width; returns the y below the last one."""
        height = size * leading
        x = {"left": box.left, "center": box.left + box.width / 2, "right": box.right}[align]
        lines_max = max(1, min(lines_max, int(box.height // height)))
        y = box.top
        for line in wrap(text, size, box.width, lines_max=lines_max, is_bold=is_bold):
            # Chinese characters fill their square: its middle stands 0.38 above the baseline.
            self.text(x, y + height / 2 + size * 0.38, line, size, fill, is_bold=is_bold, align=align)
            y += height
        return y

    def chip(self, x: float, y: float, text: str, size: int, fill: Colour, ink: Colour) -> float:
        """A text in a pill whose middle is at `y`; returns the x of its right end."""
        padding, height = round(size * 0.7), round(size * 1.9)
        width = text_width(drawable(text), size) + 2 * padding
        self.panel(Box(x, y - height / 2, width, height), fill, radius=height // 2)
        self.text(x + padding, y + size * 0.36, text, size, ink)
        return x + width

    # -- codes and the end ------------------------------------------------------------------------

    def qr(self, box: Box, text: str, dark: Colour) -> Box:
        """A QR code on what is there, which must be light: whole pixels per module, with its quiet zone, as large as
        the box allows. Returns where it stands.
        """
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QR_QUIET_MODULES)
        code.add_data(text)
        rows = code.get_matrix()
        scale = max(1, int(min(box.width, box.height) // len(rows)))
        small = Image.new("1", (len(rows), len(rows)))
        small.putdata([255 if is_dark else 0 for row in rows for is_dark in row])
        side = scale * len(rows)
        mask = small.resize((side, side), Image.Resampling.NEAREST)
        at = round(box.left + (box.width - side) / 2), round(box.top + (box.height - side) / 2)
        self.image.paste(dark, (*at, at[0] + side, at[1] + side), mask)
        return Box(*at, side, side)

    def png(self) -> bytes:
        out = io.BytesIO()
        self.image.save(out, "PNG", compress_level=6)
        return out.getvalue()


@lru_cache(maxsize=64)
def _corner(radius: int) -> Image.Image:
    """The upper left quarter of a disc, with smooth edges."""
    big = Image.new("L", (radius * _SMOOTH, radius * _SMOOTH), 0)
    ImageDraw.Draw(big).ellipse((0, 0, 2 * radius * _SMOOTH - 1, 2 * radius * _SMOOTH - 1), fill=255)
    return big.resize((radius, radius), Image.Resampling.LANCZOS)


def _rounded(width: int, height: int, radius: int) -> Image.Image:
    mask = Image.new("L", (width, height), 255)
    radius = min(radius, width // 2, height // 2)
    if radius < 1:
        return mask
    corner = _corner(radius)
    right = corner.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    mask.paste(corner, (0, 0))
    mask.paste(right, (width - radius, 0))
    mask.paste(corner.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (0, height - radius))
    mask.paste(right.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (width - radius, height - radius))
    return mask


@lru_cache(maxsize=8)
def _rings(width: int, height: int, x: int, y: int, strength: int) -> Image.Image:
    """Wavering closed lines around a point, two pixels wide, as a mask."""
    times = 2
    mask = Image.new("L", (width * times, height * times), 0)
    pen = ImageDraw.Draw(mask)
    reach = math.hypot(max(x, width - x), max(y, height - y))
    for number, radius in enumerate(range(34, int(reach), 34)):
        points = []
        for step in range(181):
            turn = 2 * math.pi * step / 180
            waver = (
                math.sin(3 * turn + number * 0.35) * 0.035
                + math.sin(5 * turn - number * 0.6) * 0.022
                + math.sin(2 * turn + number * 0.15) * 0.03
            )
            r = radius * (1 + waver)
            points.append(((x + r * math.cos(turn)) * times, (y + r * math.sin(turn)) * times))
        pen.line(points, fill=strength, width=3, joint="curve")
    return mask.resize((width, height), Image.Resampling.LANCZOS)


@lru_cache(maxsize=8)
def _mark(side: int) -> Image.Image:
    big = side * _SMOOTH
    unit = big / 32
    mark = Image.new("L", (big, big), 0)
    pen = ImageDraw.Draw(mark)
    middle = big / 2
    for radius in (9, 4.5):
        r = (radius + 1) * unit * 1.3
        pen.arc((middle - r, middle - r, middle + r, middle + r), 90, 343, fill=255, width=round(2.4 * unit))
    dot = 1.9 * unit
    pen.ellipse((middle - dot, middle - dot, middle + dot, middle + dot), fill=255)
    return mark.resize((side, side), Image.Resampling.LANCZOS)
