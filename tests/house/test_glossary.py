"""The glossary names what the code names, and words that were given up do not come back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.house.source import ROOT, Module, modules
from tests.house.test_subjects import SUBJECTS

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in GLOSSARY.splitlines()
    if line.startswith("| ") and not line.startswith("| 中文")
]

# The old word in a name, and where the field's own word is meant: (word, names that may hold it).
GIVEN_UP: tuple[tuple[str, frozenset[str]], ...] = (
    (r"_told$|^told_of|^tell_of", frozenset({"_told", "_as_told", "revision_told"})),
    (r"(?<![a-z])bites?(?![a-z])", frozenset()),
    (r"for_ever|forever", frozenset()),
    # The earlier name of self_declared_g in answers of event reports, until 0.2.0.
    (r"own_?word", frozenset({"own_word_g"})),
    (r"crowd(?!ed)", frozenset({"crowd", "_crowd", "_crowds"})),
    (r"Door(?!Code)|(?<![a-z])door(?![a-z])", frozenset({"door", "_door"})),
    (r"shelf|Shelf", frozenset()),
    (r"(?<![a-z])brake(?![a-z])|Brake", frozenset()),
    (r"(?<![A-Za-z])[Uu]nseal|(?<![A-Za-z])seal(?![a-z])|^Seal(?![a-z])|^Sealed$", frozenset()),
    (r"asker|OffsetAsk|ReviewAsk", frozenset({"asker_id"})),
    (r"farewell|rhythms", frozenset()),
)


def identifiers_of(module: Module) -> Iterator[str]:
    """Names that a module makes: its own, classes, functions, parameters, variables, fields."""
    yield module.path.stem
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


@cache
def identifiers() -> frozenset[str]:
    names = {name for module in modules() for name in identifiers_of(module)}
    folders = {part for module in modules() for part in module.name.split(".")}
    # Units, products and the like are values: texts that the code and its data compare.
    texts = {text for module in modules() for _, text in module.texts if re.fullmatch(r"[a-z_]+", text)}
    return frozenset(names | folders | texts)


def models() -> set[str]:
    return {
        node.name
        for module in modules()
        if module.room == "models"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Model" for base in node.bases)
    }


def named() -> list[str]:
    return [row[2].strip("`") for row in ROWS]


def test_every_row_has_both_languages_an_identifier_and_a_meaning() -> None:
    for row in ROWS:
        assert len(row) == 4, row
        assert all(row), row
        assert re.search(r"[\u4e00-\u9fff]", row[0]), row
        assert re.fullmatch(r"`[A-Za-z0-9_]+`", row[2]), row


def test_every_identifier_of_the_glossary_is_in_the_code() -> None:
    assert set(named()) - identifiers() == set()


def test_no_identifier_stands_for_two_things() -> None:
    assert sorted(name for name in set(named()) if named().count(name) > 1) == []


def test_every_subject_and_every_table_is_in_the_glossary() -> None:
    assert set(SUBJECTS) - set(named()) == set()
    assert models() - set(named()) == set()


def test_words_that_were_given_up_do_not_come_back() -> None:
    found = {
        (module.name, name)
        for module in modules()
        for name in set(identifiers_of(module))
        for word, allowed in GIVEN_UP
        if re.search(word, name) and name not in allowed
    }
    assert found == set()
