"""SECURITY.md names a test for each of its promises, and every test that it names is there."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.source import ROOT

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
_, PROMISES = TEXT.split("## What each promise is held by")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PROMISES.splitlines()
    if line.startswith("| ") and not line.startswith("| promise |")
]
NAMED = re.findall(r"`(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`", PROMISES)
PROMISES_MIN = 12


def test_every_promise_names_tests_and_nothing_else() -> None:
    assert len(ROWS) >= PROMISES_MIN
    for promise, tests in ROWS:
        assert promise
        assert re.fullmatch(r"`tests/\S+::test_\S+`( `tests/\S+::test_\S+`)*", tests), promise


@pytest.mark.parametrize(("path", "test"), NAMED)
def test_a_test_that_is_named_is_there(path: str, test: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    [function] = [node for node in found if node.name == test]
    marks = " ".join(ast.unparse(mark) for mark in function.decorator_list)
    assert "skip" not in marks
    assert "xfail" not in marks


def test_all_of_them_are_read() -> None:
    assert len(NAMED) == sum(tests.count("::") for _, tests in ROWS)
