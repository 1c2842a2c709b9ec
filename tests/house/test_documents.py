"""The documents say what the code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from backend.settings import SETTINGS
from tests.house.source import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
READMES = ("README.md", "README.zh-CN.md")
WORDS = {"README.md": ("(empty)", "(demo only)"), "README.zh-CN.md": ("（空）", "（仅演示）")}


def settings_rows(name: str) -> list[list[str]]:
    """Rows of the table between the markers, without its head."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = re.search(r"<!-- settings -->\n(.*?)<!-- /settings -->", text, re.DOTALL)
    assert found, f"{name} has no settings table between its markers"
    lines = [line for line in found[1].splitlines() if line.strip()]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def shown_default(default: str, name: str) -> str:
    empty, demo_only = WORDS[name]
    return {"": empty, "(demo only)": demo_only}.get(default, f"`{default}`")


@pytest.mark.parametrize("name", READMES)
def test_the_settings_table_lists_every_setting_in_order(name: str) -> None:
    rows = settings_rows(name)
    assert [row[0] for row in rows] == [f"`{setting.env}`" for setting in SETTINGS]
    for row, setting in zip(rows, SETTINGS, strict=True):
        assert row[1] == shown_default(setting.default, name)
        assert (row[2] if len(row) > 3 else "") == setting.unit
        assert row[-1], f"{setting.env} has no meaning"


def test_the_english_table_says_what_the_code_says() -> None:
    for row, setting in zip(settings_rows("README.md"), SETTINGS, strict=True):
        assert row[-1] == setting.help


@pytest.mark.parametrize("name", READMES)
def test_links_in_a_readme_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", text):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("name", READMES)
def test_variables_a_readme_names_are_settings(name: str) -> None:
    known = {setting.env for setting in SETTINGS} | {f"{setting.env}_FILE" for setting in SETTINGS}
    text = (ROOT / name).read_text(encoding="utf-8")
    assert set(re.findall(r"TIANFU_[A-Z0-9_]*[A-Z0-9]", text)) <= known


@pytest.mark.parametrize("name", READMES)
def test_commands_a_readme_names_are_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = (ROOT / "backend" / "cli.py").read_text(encoding="utf-8")
    for target in set(re.findall(r"^make ([a-z-]+)", text, re.MULTILINE)):
        assert re.search(rf"^{target}\b.*:", makefile, re.MULTILINE), target
    for command in set(re.findall(r"`?tianfu ([a-z]+)", text)):
        assert re.search(rf'(def {command}\(|name="{command}")', commands), command


def test_the_changelog_knows_the_version() -> None:
    version = PYPROJECT["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[?{re.escape(version)}\b", changelog, re.MULTILINE)


def test_the_licence_is_the_one_that_is_named() -> None:
    assert PYPROJECT["project"]["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_data_files_of_the_package_are_packaged() -> None:
    packaged = {Path(form).suffix for form in PYPROJECT["tool"]["setuptools"]["package-data"]["*"]}
    backend = ROOT / "backend"
    found = {path.suffix for path in backend.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert found - {".py", ""} <= packaged | {".typed"}


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    for path in folder.glob("[0-9]*.md"):
        assert path.name in index, path.name


def test_documents_that_comments_name_are_there() -> None:
    for top in ("backend", "loadtests", "deploy"):
        for path in (ROOT / top).rglob("*"):
            if path.suffix in (".py", ".sql", ".lua", ".sh", ".conf"):
                for name in re.findall(r"docs/decisions/[\w-]+\.md", path.read_text(encoding="utf-8")):
                    assert (ROOT / name).exists(), f"{path}: {name}"
