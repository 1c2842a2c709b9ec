"""Makes the fonts of the pictures from Noto Sans CJK: what people here read and write, and nothing else.

    python -m venv /tmp/fonts && /tmp/fonts/bin/pip install 'fonttools>=4.60'
    apt-get install fonts-noto-cjk
    /tmp/fonts/bin/python scripts/make_fonts.py

The result is kept in the repository, so a server needs neither the tool nor the system's fonts. Subsetting is a
modification that the SIL Open Font License allows; the licence lies beside the fonts and goes wherever they go.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).resolve().parent.parent
INTO = ROOT / "backend" / "render" / "drawing" / "fonts"
NOTO = Path("/usr/share/fonts/opentype/noto")
NAMES = ROOT / "scripts" / "name_characters.txt"
DRAWN = ROOT / "backend" / "domain" / "certificates" / "drawn_characters.txt"
FACE = "Noto Sans CJK SC"
BYTES_MAX = 3_000_000

# Latin with its accents, punctuation, sub- and superscripts, currency, arrows, signs of arithmetic, shapes.
RANGES = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x370, 0x3FF),
    (0x400, 0x52F),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x203B),
    (0x2070, 0x208E),
    (0x20AC, 0x20AC),
    (0x2103, 0x2103),
    (0x2116, 0x2116),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2248, 0x2248),
    (0x2260, 0x2265),
    (0x25A0, 0x25CF),
    (0x2605, 0x2606),
    (0x3000, 0x3017),
    (0x3041, 0x30FF),
    (0xFF01, 0xFF5E),
    (0xFFE5, 0xFFE5),
)
OUR_TEXTS = (
    "backend/**/*.py",
    "backend/**/*.toml",
    "backend/**/*.json",
    "backend/**/*.csv",
    "backend/**/*.js",
    "backend/**/*.sql",
)


def gb2312() -> set[int]:
    """The 6,763 characters of GB 2312 and its signs, kana and box drawing left out."""
    found = set()
    for high in (*range(0xA1, 0xA4), *range(0xB0, 0xF8)):
        for low in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes([high, low]).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def of_names() -> set[int]:
    """Characters of given names beyond GB 2312.

    The rest of the table of general standard Chinese characters (2013, from Unihan's kTGH), the traditional forms of
    all of it (kTraditionalVariant), and the first level of Big5.
    """
    return {ord(letter) for letter in NAMES.read_text(encoding="utf-8") if letter != "\n"}


def our_own() -> set[int]:
    """Every character that a file of ours holds: a city or a method may be outside of GB 2312."""
    found: set[int] = set()
    for form in OUR_TEXTS:
        for path in ROOT.glob(form):
            found |= {ord(letter) for letter in path.read_text(encoding="utf-8")}
    return found


def open_face(path: Path) -> TTFont:
    for font in TTCollection(str(path)).fonts:
        if font["name"].getDebugName(1) == FACE:
            return font
    sys.exit(f"{path} has no {FACE}")


def add_subscripts(font: TTFont) -> None:
    """₀ to ₉, which the face lacks and CO₂e needs: its own digits, smaller and lower."""
    scale, drop = 0.62, -130
    top = font["CFF "].cff.topDictIndex[0]
    strings, cmap, glyphs = top.CharStrings, font.getBestCmap(), font.getGlyphSet()
    order = list(font.getGlyphOrder())
    last = max(int(name.removeprefix("cid")) for name in order if name.startswith("cid"))
    for digit in range(10):
        source, name = cmap[ord(str(digit))], f"cid{last + 1 + digit:05d}"
        fd = top.FDSelect[font.getGlyphID(source)]
        width = round(font["hmtx"][source][0] * scale)
        pen = T2CharStringPen(width, glyphs)
        glyphs[source].draw(TransformPen(pen, (scale, 0, 0, scale, 0, drop)))
        private = top.FDArray[fd].Private
        outline = pen.getCharString(private=private, globalSubrs=top.GlobalSubrs)
        strings.charStringsIndex.append(outline)
        strings.charStrings[name] = len(strings.charStringsIndex) - 1
        top.charset.append(name)
        top.FDSelect.gidArray.append(fd)
        order.append(name)
        font["hmtx"].metrics[name] = (width, round(font["hmtx"][source][1] * scale))
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[0x2080 + digit] = name
    font.setGlyphOrder(order)


def ranges_of(points: set[int]) -> str:
    """Ranges of characters in hexadecimal, one a line."""
    ends: list[list[int]] = []
    for point in sorted(points):
        if ends and point == ends[-1][1] + 1:
            ends[-1][1] = point
        else:
            ends.append([point, point])
    return "".join(f"{first:X}-{last:X}\n" for first, last in ends)


def make(weight: str, wanted: set[int]) -> set[int]:
    font = open_face(NOTO / f"NotoSansCJK-{weight}.ttc")
    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.notdef_outline = True
    options.glyph_names = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.drop_tables += ["BASE", "GSUB", "vhea", "vmtx", "VORG", "DSIG"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    buffer = io.BytesIO()
    font.save(buffer)
    # Read again: only then do all tables speak of the characters that are left.
    font = TTFont(buffer)
    add_subscripts(font)
    path = INTO / f"NotoSansSC-{weight}.otf"
    font.save(str(path))
    size, known = path.stat().st_size, font.getBestCmap()
    print(
        f"{path.name}: {size:,} bytes, {len(known):,} characters; {len(wanted - set(known))} are not in the face"
    )
    if size > BYTES_MAX:
        sys.exit(f"more than {BYTES_MAX:,} bytes")
    return set(known)


def main() -> None:
    INTO.mkdir(parents=True, exist_ok=True)
    wanted = (
        gb2312()
        | of_names()
        | our_own()
        | {code for first, last in RANGES for code in range(first, last + 1)}
    )
    drawn = set.intersection(*(make(weight, wanted) for weight in ("Regular", "Bold")))
    DRAWN.write_text(ranges_of(drawn), encoding="ascii")


if __name__ == "__main__":
    main()
