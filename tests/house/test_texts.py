"""The catalogue of texts: each stands once in every language with the same facts, and none is asked for in vain."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from backend.render.pages.html import page_modules
from backend.texts import CATALOGUE, LANGUAGES, facts_of, has_text
from tests.house.source import BACKEND, FILES

FACT = re.compile(r"\{(\w+)\}")
AGREES = re.compile(r"\{(\w+):[^{}|]*\|[^{}|]*\}")
# A number that comes before a word in the plural and has no form for one.
RIGID = re.compile(
    r"\{(?:n|count|points|actions|days|people|steps|size|offsets)\} (?:more )?(?!is\b)[a-z]+s\b(?!\|)"
)
KNOWN_PLURAL = {"staff.minutes.lead", "staff.minutes.label"}
# What a language makes of a date is its own affair.
OF_THE_LANGUAGE = "format."
I18N = "/static/js/shared/i18n.js"
# What its functions ask for on behalf of a script that calls them.
ASKS_FOR = {"advice(": "next.", "unitOf(": "unit."}
SCRIPTS = sorted(BACKEND.glob("static/js/*/*.js"))
TEMPLATES = sorted(BACKEND.glob("templates/*/*.html"))
ASKED = re.compile(r"""\bt\(["']([\w.]+)["']\s*[,)]""")
TAKEN = re.compile(r"texts_for_scripts\(\[([^\]]+)\]")
SUBJECT_OF = {key: subject for subject, texts in CATALOGUE["en"].items() for key in texts}
# Kinds of names that `word` looks up, and where they are the whole beginning of a key.
WORD = re.compile(r"""\bword\(["']([\w.]+)["'],""")
BEGINNING = re.compile(r"""\bt\(`([\w.]+\.)\$\{""")


@cache
def texts() -> dict[str, dict[str, str]]:
    return {
        language: {key: text for subject in subjects.values() for key, text in subject.items()}
        for language, subjects in CATALOGUE.items()
    }


def test_every_text_says_something_and_its_facts_are_the_same_in_every_language() -> None:
    assert LANGUAGES == ("zh-CN", "en")
    for key in texts()["en"]:
        said = {language: texts()[language][key] for language in LANGUAGES}
        assert all(said.values()), key
        if not key.startswith(OF_THE_LANGUAGE):
            assert Counter(FACT.findall(said["zh-CN"])).keys() == Counter(FACT.findall(said["en"])).keys(), (
                key
            )
        assert set(AGREES.findall(said["en"])) <= facts_of("en", key), key


def test_no_english_count_says_1_actions() -> None:
    rigid = {key for key, text in texts()["en"].items() if RIGID.search(text)}
    assert rigid - KNOWN_PLURAL == set()


@pytest.mark.parametrize("path", [*SCRIPTS, *TEMPLATES], ids=lambda path: path.name)
def test_no_page_asks_for_a_text_that_is_not_there(path: Path) -> None:
    asked = ASKED.findall(path.read_text(encoding="utf-8"))
    assert [key for key in asked if not has_text(key)] == []


@pytest.mark.parametrize("template", [path for path in TEMPLATES if 'type="module"' in path.read_text()])
def test_a_page_takes_along_the_texts_that_its_scripts_ask_for(template: Path) -> None:
    page = template.read_text(encoding="utf-8")
    taken = {name.strip(' "') for names in TAKEN.findall(page) for name in names.split(",")}
    assert taken <= set(CATALOGUE["en"])
    entry = re.search(r'src="(/static/js/[\w/]+\.js)"', page)
    assert entry is not None
    missing = {
        (module, key)
        for module in page_modules(entry[1])
        if module != I18N
        for key in asked_by((BACKEND / module.lstrip("/")).read_text(encoding="utf-8"))
        if SUBJECT_OF[key] not in taken
    }
    assert missing == set()


def asked_by(script: str) -> set[str]:
    """Keys that stand in a script as they are, and those that begin as it says."""
    found = {key for key in re.findall(r"""["'`]([\w]+(?:\.[\w]+)*)["'`]""", script) if key in SUBJECT_OF}
    beginnings = [*BEGINNING.findall(script), *(f"{kind}." for kind in WORD.findall(script))]
    beginnings += [begin for call, begin in ASKS_FOR.items() if call in script]
    return found | {key for key in SUBJECT_OF for begin in beginnings if key.startswith(begin)}


def test_no_module_asks_for_a_text_that_is_not_there() -> None:
    asked = {
        (path.name, key)
        for path in FILES
        for key in keys_in(ast.parse(path.read_text(encoding="utf-8")))
        if not has_text(key)
    }
    assert asked == set()


def keys_in(tree: ast.AST) -> set[str]:
    """Keys that stand as they are in calls of `say` and `both` from the catalogue."""
    ours = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "backend.texts"
        for alias in node.names
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ours:
            at = {"say": 1, "both": 0}.get(node.func.id)
            if at is not None and len(node.args) > at and isinstance(node.args[at], ast.Constant):
                found.add(str(node.args[at].value))  # type: ignore[attr-defined]
    return found


def test_chinese_stands_in_the_catalogue_and_not_in_the_code() -> None:
    """Besides the data of the demo, and signs that are read, not said."""
    allowed = ("services/operations/demo",)
    read = {
        "simulation.py": "a crowd's journeys",
        "routes/pages.py": "cities that are offered first",
        "domain/catalogue/city_names.py": "kinds of places around a city's name",
        "domain/badges/serials.py": "words before a printed serial",
        "domain/catalogue/factors.py": "the end of a city's name",
        "domain/imports/cells.py": "a day and a serial as they are written",
        "domain/imports/separated.py": "signs between cells",
        "domain/notifications/notices.py": "WeChat's form of a date",
        "domain/security/names.py": "signs that are the same in a name",
        "messages/notifications/notice_kinds.py": "WeChat's form of a month",
    }
    stray = set()
    for path in FILES:
        name = path.relative_to(BACKEND).as_posix()
        if name.startswith(allowed) or name in read:
            continue
        strings = (
            node.value
            for node in ast.walk(without_docstrings(ast.parse(path.read_text(encoding="utf-8"))))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        stray |= {(name, text[:20]) for text in strings if re.search(r"[\u4e00-\u9fff]", text)}
    assert stray == set()


def without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [  # type: ignore[attr-defined]
                each
                for each in body
                if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
            ]
    return tree


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_begins_by_saying_what_it_is_and_can_be_read_at_once(script: Path) -> None:
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("// ")
    assert len(lines) <= 300


def test_no_english_text_calls_anything_neutral() -> None:
    """EU 2024/825: no claim of neutrality on the ground of offsets; the certificates say that they make none."""
    neutral = {
        key
        for key, text in texts()["en"].items()
        if "neutral" in text.lower().replace("no claim of neutrality", "")
    }
    assert neutral == set()
