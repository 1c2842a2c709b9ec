"""Our fonts inside a PDF, reduced to the characters that it shows."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from functools import lru_cache

from backend.render.drawing.fonts import ELLIPSIS, FOLDER, STAND_IN, drawable

# What a line may not begin with stays with what stands before it.
_PIECES = re.compile(
    r"\s+|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+|.[，。、；：？！）」』》〉】〕”’…·％]*"
)
UNITS = 1000
LETTERS_PER_BLOCK = 100


class EmbeddedFont:
    """A font with the characters of `letters`. Reducing it takes a second or two: not on the event loop."""

    def __init__(self, weight: str, letters: Iterable[str]) -> None:
        # Some 10 MB of a process, and most processes never make a file of badges.
        from fontTools import subset
        from fontTools.ttLib import TTFont

        wanted = {letter for text in letters for letter in drawable(text)} | {STAND_IN, ELLIPSIS, " "}
        options = subset.Options(layout_features=[], name_IDs=[], notdef_outline=True, hinting=False)
        font = TTFont(FOLDER / f"NotoSansSC-{weight}.otf")
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=[ord(letter) for letter in wanted])
        subsetter.subset(font)
        assert font["head"].unitsPerEm == UNITS
        widths = font["hmtx"].metrics
        self.name = f"TFCARB+NotoSansSC-{weight}"
        self.ascent: int = font["hhea"].ascent
        self.descent: int = font["hhea"].descent
        head = font["head"]
        self.box: tuple[int, int, int, int] = (head.xMin, head.yMin, head.xMax, head.yMax)
        self._cids: dict[str, int] = {}
        self._widths: dict[str, int] = {}
        for point, glyph in font.getBestCmap().items():
            # The font is keyed by CID, and its glyphs are named after them.
            self._cids[chr(point)] = int(glyph.removeprefix("cid"))
            self._widths[chr(point)] = widths[glyph][0]
        table = io.BytesIO()
        font["CFF "].cff.compile(table, font, isCFF2=False)
        self.cff = table.getvalue()
        self._fitted = lru_cache(maxsize=4096)(self._fit)

    @property
    def cid_widths(self) -> list[tuple[int, int]]:
        return sorted({(cid, self._widths[letter]) for letter, cid in self._cids.items()})

    def hex(self, text: str) -> str:
        """The text as a string of a content stream; a character that was not foreseen shows as one we lack."""
        stand_in = self._cids[STAND_IN]
        return "<" + "".join(f"{self._cids.get(letter, stand_in):04X}" for letter in text) + ">"

    def width(self, text: str, size: float) -> float:
        return sum(self._widths.get(letter, UNITS) for letter in text) * size / UNITS

    def fit(
        self, text: str, sizes: tuple[float, ...], width: float, lines_max: int
    ) -> tuple[float, list[str]]:
        """The first of the sizes at which the text takes no more lines than allowed, and the lines.

        At the last one it is cut.
        """
        return self._fitted(text, sizes, width, lines_max)

    def _fit(
        self, text: str, sizes: tuple[float, ...], width: float, lines_max: int
    ) -> tuple[float, list[str]]:
        lines: list[str] = []
        for size in sizes:
            lines = self._lines(drawable(text).strip(), size, width)
            if len(lines) <= lines_max:
                return size, lines
        last = lines[lines_max - 1]
        while last and self.width(last + ELLIPSIS, sizes[-1]) > width:
            last = last[:-1]
        return sizes[-1], [*lines[: lines_max - 1], last + ELLIPSIS]

    def _lines(self, text: str, size: float, width: float) -> list[str]:
        lines: list[str] = []
        line = ""
        for piece in _PIECES.findall(text):
            parts = [piece] if self.width(piece, size) <= width else list(piece)
            for part in parts:
                if line and self.width((line + part).rstrip(), size) > width:
                    lines.append(line.rstrip())
                    line = part.lstrip()
                else:
                    line += part
        return [*lines, line.rstrip()] if line.strip() else lines

    def to_unicode(self) -> bytes:
        """What a reader copies and searches."""
        pairs = sorted((cid, letter) for letter, cid in self._cids.items())
        blocks = []
        for start in range(0, len(pairs), LETTERS_PER_BLOCK):
            block = pairs[start : start + LETTERS_PER_BLOCK]
            lines = "\n".join(f"<{cid:04X}> <{letter.encode('utf-16-be').hex()}>" for cid, letter in block)
            blocks.append(f"{len(block)} beginbfchar\n{lines}\nendbfchar")
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            + "\n".join(blocks)
            + "\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode()
