"""What pages say: every text in both languages, once, and none that is asked for and missing."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from backend.errors import LANGUAGES
from backend.render.pages.html import TEXTS, texts
from tests.house.source import BACKEND

FACT = re.compile(r"\{(\w+)\}")
AGREES = re.compile(r"\{(\w+):[^{}|]+\|[^{}|]+\}")
# A number that comes before a word in the plural and has no form for one.
RIGID = re.compile(
    r"\{(?:n|count|points|actions|days|people|steps|size|offsets)\} (?:more )?(?!is\b)[a-z]+s\b(?!\|)"
)
KNOWN_PLURAL = {"staff.minutes.lead", "staff.minutes.label"}
SCRIPTS = sorted(BACKEND.glob("static/js/*/*.js"))
TEMPLATES = sorted(BACKEND.glob("templates/*/*.html"))
ASKED = re.compile(r"""\bt\(["']([\w.]+)["']\s*[,)]""")


def test_every_text_is_there_once_and_in_both_languages() -> None:
    keys: Counter[str] = Counter()
    for name in TEXTS:
        module = (BACKEND / "static" / name).read_text(encoding="utf-8")
        pairs = json.loads(module[module.index("{") : module.rindex("}") + 1], object_pairs_hook=list)
        keys.update(key for key, _ in pairs)
    assert [key for key, times in keys.items() if times > 1] == []
    for key, text in texts().items():
        assert tuple(text) == LANGUAGES, key
        assert all(text.values()), key
        assert Counter(FACT.findall(text["zh-CN"])) == Counter(FACT.findall(text["en"])), key
        assert set(AGREES.findall(text["en"])) <= set(FACT.findall(text["en"])), key


def test_no_english_count_says_1_actions() -> None:
    rigid = {key for key, text in texts().items() if RIGID.search(text["en"])}
    assert rigid - KNOWN_PLURAL == set()


@pytest.mark.parametrize("path", [*SCRIPTS, *TEMPLATES], ids=lambda path: path.name)
def test_no_page_asks_for_a_text_that_is_not_there(path: Path) -> None:
    asked = ASKED.findall(path.read_text(encoding="utf-8"))
    assert [key for key in asked if key not in texts()] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_begins_by_saying_what_it_is_and_can_be_read_at_once(script: Path) -> None:
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("// ")
    assert len(lines) <= 300
