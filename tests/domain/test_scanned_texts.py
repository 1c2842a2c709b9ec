"""What a scanner, a phone or WeChat hands over reads as the code in it, and what is no code reads as none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.folding import seen
from backend.domain.keyboards import AMERICAN, LAYOUTS, with_y_for_z
from backend.domain.qr_codes import EVENT_CODE_ALPHABET, SERIAL_MAX, CodeKeys
from backend.domain.scanned_texts import TEXT_LENGTH_MAX, TRIES_MAX, read_scanned
from backend.errors import CodeForged, CodeMalformed

KEYS = CodeKeys({"d": b"k" * 32})
NOW = datetime(2026, 11, 22, 4, 0, 7, tzinfo=UTC)
CASES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("scanned_texts.json").read_text(encoding="utf-8")
)
badges = st.builds(
    KEYS.badge, st.text(EVENT_CODE_ALPHABET, min_size=5, max_size=5), st.integers(1, SERIAL_MAX)
)


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def typed(text: str, layout: str) -> str:
    return text.translate(str.maketrans(AMERICAN, LAYOUTS[layout]))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_text_reads_as_the_shared_table_says(case: dict[str, Any]) -> None:
    found = read_scanned(case["text"])
    assert (list(found.codes), found.trouble) == (case["codes"], case["trouble"])
    if case["trouble"] is not None:
        with pytest.raises(CodeMalformed) as refused:
            KEYS.read(case["text"], NOW)
        assert refused.value.facts == {"reading": case["trouble"]}
    else:
        assert KEYS.read(case["text"], NOW).event_code == "AB0YZ"


def _in_address(code: str) -> str:
    return f"https://tianfu.example/q/{code}"


# Each keeps a code what it is, whatever was done to it before.
HARMLESS = {
    "in an address": lambda text: text if "/q/" in text else _in_address(text),
    "full width": full_width,
    "byte-order mark": lambda text: "\ufeff" + text,
    "invisible signs": lambda text: text[:7] + "\u200b" + text[7:] + "\u2060",
    "blanks": lambda text: f" {text}\r\n",
    "quotes": lambda text: f"“{text}”",
    "sentence": lambda text: f"我的码：{text} 请扫",
    "percent-encoded": lambda text: quote(text, safe=""),
    "query": lambda text: text + ("?from=poster" if "/q/" in text and "?" not in text else ""),
    "trailing slash": lambda text: text + ("/" if text.endswith("k") else ""),
    "twice": lambda text: f"{text}\n{text}",
    "line break within": lambda text: (
        f"{text[:-6]}\n{text[-6:]}" if text.isascii() and "%" not in text else text
    ),
    "Caps Lock": str.swapcase,
}


@settings(max_examples=150)
@given(badges, st.lists(st.sampled_from(sorted(HARMLESS)), max_size=4, unique=True))
def test_a_good_code_under_harmless_changes_reads_as_itself(code: str, changes: list[str]) -> None:
    text = code
    for change in changes:
        # The line is broken before the text is told twice or wrapped, as a chat does it.
        text = HARMLESS[change](text)
    if text.count("%25") > 60 or ("line break within" in changes and changes[-1] != "line break within"):
        return
    assert KEYS.read(text, NOW) == KEYS.read(code, NOW)


@settings(max_examples=100)
@given(badges, st.sampled_from(sorted(LAYOUTS)), st.booleans())
def test_a_good_code_typed_on_another_keyboard_reads_as_itself(
    code: str, layout: str, is_address: bool
) -> None:
    assert KEYS.read(typed(_in_address(code) if is_address else code, layout), NOW) == KEYS.read(code, NOW)


@settings(max_examples=200)
@given(st.text(max_size=200) | st.text("BdAB0YZ.7%ß!:?é'。——/q]1\\\u200b \n", max_size=200))
def test_any_text_is_read_or_refused_and_never_breaks(text: str) -> None:
    with pytest.raises((CodeForged, CodeMalformed)):
        KEYS.read(text, NOW)


@settings(max_examples=200)
@given(badges, st.data())
def test_a_code_with_one_other_letter_reads_as_none(code: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(code) - 1))
    sign = data.draw(st.sampled_from("".join(sorted(set(code)))) | st.characters())
    text = code[:index] + sign + code[index + 1 :]
    # The same letter in another width, or what a German keyboard makes of it, is that letter.
    if code in (seen(text), with_y_for_z(text)):
        return
    with pytest.raises((CodeForged, CodeMalformed)):
        KEYS.read(text, NOW)


@settings(max_examples=200)
@given(st.text(max_size=60), badges, st.text(max_size=60))
def test_no_text_gives_a_forger_more_than_two_guesses(before: str, code: str, after: str) -> None:
    found = read_scanned(before + code + after)
    assert len(found.codes) <= TRIES_MAX
    assert (found.trouble is None) == bool(found.codes)


def test_a_text_longer_than_any_scan_is_not_searched() -> None:
    assert read_scanned("é'" * TEXT_LENGTH_MAX).trouble == "malformed"


def test_every_keyboard_has_a_sign_for_every_key() -> None:
    assert {len(written) for written in LAYOUTS.values()} == {len(AMERICAN)} == {94}
