"""The developers' pages name files that are there, link to each other, and leave nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT

FOLDER = ROOT / "docs" / "development"
PAGES = [ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted(FOLDER.glob("*.md"))]
# What looks like a file of ours, in a command or between backticks; <subject> and … stand for something else.
NAMED = re.compile(
    r"(?<![\w/.<])((?:backend|tests|docs|scripts|loadtests|deploy|\.ci)/[\w./-]*[\w/])(?![\w/<…*-])"
)
# Made by the example that the page tells.
EXAMPLES = {"tests/routes/webhooks/"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = set(NAMED.findall(text)) - EXAMPLES
    assert {name for name in named if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", text):
        assert (page.parent / target).exists(), target


def test_the_pages_name_files_at_all() -> None:
    named = {name for page in PAGES for name in NAMED.findall(page.read_text(encoding="utf-8"))}
    assert len(named) > 30


def test_the_index_lists_every_page() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    for page in FOLDER.glob("*.md"):
        assert page.name == "README.md" or f"]({page.name})" in index, page.name
