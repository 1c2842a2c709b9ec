"""Drawing: our own fonts alone, no empty boxes, lines broken where readers expect it, codes that can be read."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops

from backend.catalogue.loader import DIRECTORY
from backend.domain.certificates.drawn_names import undrawn_sign
from backend.render.drawing import Box, Canvas
from backend.render.drawing import colours as c
from backend.render.drawing.fonts import (
    FOLDER,
    STAND_IN,
    drawable,
    font,
    has_character,
    shorten,
    text_width,
    wrap,
)
from tests.house.source import ROOT

SIZE_BYTES_MAX = 3_000_000


def drawn(text: str, *, is_bold: bool = False) -> bytes:
    return bytes(font(64, is_bold).getmask(text))


def gb2312() -> list[str]:
    found = []
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            letter = bytes([high, low]).decode("gb2312", "ignore")
            if letter:
                found.append(letter)
    return found


@pytest.mark.parametrize("is_bold", [False, True])
def test_chinese_characters_are_themselves_and_no_boxes(is_bold: bool) -> None:
    box = drawn("\ufffe", is_bold=is_bold)
    pictures = [drawn(letter, is_bold=is_bold) for letter in "低碳天府积分减排量郫都区龙泉驿〇"]
    assert box not in pictures
    assert len(set(pictures)) == len(pictures)


def test_every_character_of_gb_2312_is_there() -> None:
    letters = gb2312()
    assert len(letters) == 6763
    assert [letter for letter in letters if not has_character(letter)] == []


def test_every_character_that_our_texts_use_is_there() -> None:
    texts = [
        *(ROOT / "backend" / "texts").glob("*/*.json"),
        # Signs that people may type, which we read and never write.
        *(path for path in DIRECTORY.glob("*.toml") if path.name != "traditional.toml"),
        *DIRECTORY.glob("*.csv"),
    ]
    letters = {letter for path in texts for letter in path.read_text(encoding="utf-8")} - set("\n\t")
    assert len(letters) > 1000
    assert {letter for letter in letters if drawable(letter) != letter} == set()


def test_the_signs_of_the_field_are_there() -> None:
    assert drawable("CO₂e 12 m² ≈ ≤ ≥ × ± – — … “” ‘’ 《》「」 ￥ ℃ ½ → ↑ ↓ é ü") == (
        "CO₂e 12 m² ≈ ≤ ≥ × ± – — … “” ‘’ 《》「」 ￥ ℃ ½ → ↑ ↓ é ü"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("𠮷野家", f"{STAND_IN}野家"),
        ("繁體龘", f"繁體{STAND_IN}" if has_character("體") else f"繁{STAND_IN}{STAND_IN}"),
        ("走🚶‍♀️路", f"走{STAND_IN}路"),
        ("👨‍👩‍👧 一家", f"{STAND_IN} 一家"),
        ("a\u200bb\u202ec\x07", "abc"),
        ("一\n二\t三", "一 二 三"),
        ("e\u0301", "é"),
    ],
)
def test_what_the_fonts_lack_becomes_a_word_that_was_not_read(text: str, shown: str) -> None:
    assert drawable(text) == shown
    assert drawn("\ufffe") not in {drawn(letter) for letter in drawable(text) if letter.strip()}


def test_lines_are_no_wider_than_asked_and_lose_nothing() -> None:
    text = "减排量为相对基准情景的估算，与活动足迹、抵消分别列示（不能相减）。CO₂e 12,345 kg of it."
    for width in (120, 200, 333, 800):
        lines = wrap(text, 24, width, lines_max=99)
        assert all(text_width(line, 24) <= width for line in lines)
        assert "".join("".join(lines).split()) == "".join(text.split())
        for one, other in pairwise(lines):
            assert other[0] not in "，。、；：？！）」』》,.;:"
            assert one[-1] not in "（「『《"


def test_a_word_is_not_torn_unless_it_is_wider_than_the_line() -> None:
    assert wrap("verified reduction", 24, 130, lines_max=9) == ["verified", "reduction"]
    torn = wrap("a" * 60, 24, 130, lines_max=99)
    assert len(torn) > 1
    assert "".join(torn) == "a" * 60


def test_what_does_not_fit_says_so() -> None:
    lines = wrap("一二三四五六七八九十" * 5, 24, 240, lines_max=2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert text_width(lines[1], 24) <= 240
    assert shorten("short", 24, 500) == "short"


@pytest.mark.parametrize("text", ["https://carbon.example.org", "https://carbon.example.org/c/" + "A" * 60])
def test_a_code_on_a_canvas_can_be_read(text: str) -> None:
    canvas = Canvas(300, 300, c.PAPER)
    place = canvas.qr(Box(10, 10, 280, 280), text, c.INK)
    assert place.right <= 290
    assert [code.text for code in zxingcpp.read_barcodes(canvas.image)] == [text]


def test_bars_are_as_long_as_their_shares() -> None:
    canvas = Canvas(220, 40, c.PAPER)
    canvas.bar(Box(10, 10, 200, 20), [(0.5, c.BAR), (0.25, c.BAR_PALE)], c.BAR_TRACK)
    middle = [canvas.image.getpixel((x, 20)) for x in range(220)]
    assert middle.count(c.BAR) == 100
    assert middle.count(c.BAR_PALE) == 50
    assert middle.count(c.BAR_TRACK) == 50


def test_a_panel_has_round_smooth_corners() -> None:
    canvas = Canvas(100, 100, c.PAPER)
    canvas.panel(Box(0, 0, 100, 100), c.BRAND, radius=30)
    assert canvas.image.getpixel((0, 0)) == c.PAPER
    assert canvas.image.getpixel((50, 50)) == c.BRAND
    shades = {canvas.image.getpixel((x, 4)) for x in range(30)}
    assert len(shades) > 3
    turned = canvas.image.transpose(Image.Transpose.ROTATE_180)
    assert ImageChops.difference(canvas.image, turned).getbbox() is None


@pytest.mark.parametrize("name", ["王玥", "王祎", "陳龍", "Ngọc Ánh", "Ольга", "阿·丹", "O’Neil", "e\u0301"])
def test_names_of_people_are_drawn_as_they_are(name: str) -> None:
    assert undrawn_sign(name) is None
    assert STAND_IN not in drawable(name)
    assert all(drawn(letter) != drawn(STAND_IN) for letter in drawable(name) if letter.isalpha())


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("𠮷野", "𠮷 (U+20BB7)"),
        ("김민수", "김 (U+AE40)"),
        ("王👩", "👩 (U+1F469)"),
        ("x\u0301", "U+0301"),
        ("a\u200db", "U+200D"),
    ],
)
def test_a_sign_that_would_not_be_drawn_is_named(name: str, sign: str) -> None:
    assert undrawn_sign(name) == sign


def test_what_is_said_to_be_drawn_has_a_glyph() -> None:
    letters = set(map(chr, range(0x20, 0x3100))) | set(map(chr, range(0x4E00, 0x9FFF, 7)))
    for letter in letters:
        if undrawn_sign(letter) is None and letter != " ":
            assert has_character(letter), f"U+{ord(letter):04X}"


def test_the_fonts_come_with_their_licence_and_into_the_package() -> None:
    licence = (FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Adobe" in licence
    for path in FOLDER.glob("*.otf"):
        assert path.name in licence
        assert path.stat().st_size < SIZE_BYTES_MAX
    forms = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {"*.otf", "*.txt"} <= set(forms["tool"]["setuptools"]["package-data"]["*"])


def test_no_font_of_the_machine_is_asked_for(tmp_path: Path) -> None:
    """In a process that may open no font but ours, the same characters come out."""
    script = """
import builtins, sys
from PIL import ImageFont
opened = []
sys.addaudithook(lambda name, args: opened.append(str(args[0])) if name == "open" else None)
from backend.render.drawing.fonts import font, FOLDER
real = ImageFont.truetype(FOLDER / "NotoSansSC-Regular.otf", 64)
print(bytes(font(64).getmask("低碳天府")) == bytes(real.getmask("低碳天府")))
fonts = [path for path in opened if path.endswith((".ttf", ".otf", ".ttc"))]
print(all(path.startswith(str(FOLDER)) for path in fonts))
"""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "FONTCONFIG_FILE": "/nonexistent",
        "HOME": str(tmp_path),
    }
    run = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.stdout.split() == ["True", "True"], run.stderr
