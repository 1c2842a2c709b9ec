"""The developer's tools do what they say: `make help`, a new migration, hooks, what the browser tests need."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tests.house.source import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
MIGRATIONS = sorted(path.stem for path in (ROOT / "backend/migrations").glob("[0-9]*.py"))


def test_make_help_names_every_target() -> None:
    named = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    phony = re.findall(r"^\.PHONY: (.*(?:\\\n.*)*)", MAKEFILE, re.MULTILINE)
    targets = {target for line in phony for target in line.replace("\\", " ").split()}
    assert {line.split()[0] for line in named.splitlines()} == targets
    assert targets == set(re.findall(r"^([a-z-]+):(?!=)", MAKEFILE, re.MULTILINE))


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_migration", ROOT / "scripts/make_migration.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The folders that a migration goes into, with the migrations that are there."""
    shutil.copytree(ROOT / "backend/migrations", tmp_path / "backend/migrations")
    (tmp_path / "tests/storage").mkdir(parents=True)
    return tmp_path


def test_a_new_migration_follows_the_last_one_and_brings_its_sql_and_test_rows(
    tool: ModuleType, house: Path
) -> None:
    number = f"{int(MIGRATIONS[-1][:4]) + 1:04}"
    made = [str(path.relative_to(house)) for path in tool.make_migration(house, "partner_webhooks")]
    assert made == [
        f"backend/migrations/{number}_partner_webhooks.py",
        f"backend/migrations/sql/{number}_partner_webhooks.up.sql",
        f"backend/migrations/sql/{number}_partner_webhooks.down.sql",
        "tests/storage/rows_partner_webhooks.py",
    ]
    stub = (house / made[0]).read_text(encoding="utf-8")
    assert f'dependencies = [("backend", "{MIGRATIONS[-1]}")]' in stub
    assert stub.replace(f"{number}_partner_webhooks", MIGRATIONS[-1]).replace(
        f'"{MIGRATIONS[-1]}")]', f'"{MIGRATIONS[-2]}")]'
    ) == (ROOT / f"backend/migrations/{MIGRATIONS[-1]}.py").read_text(encoding="utf-8")
    for path in made[1:3]:
        lines = (house / path).read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith(f"-- {number}")
        assert max(map(len, lines)) <= 120
    rows: dict[str, object] = {}
    exec((house / made[3]).read_text(encoding="utf-8"), rows)  # noqa: S102 - what we have just written
    assert (rows["GOOD"], rows["REFUSED"], rows["KEYS"], rows["REFERENCES"]) == (
        {},
        (),
        frozenset(),
        frozenset(),
    )
    shutil.copy(ROOT / "pyproject.toml", house)
    for words in (["format", "--check"], ["check"]):
        subprocess.run([sys.executable, "-m", "ruff", *words, "--no-cache"], cwd=house, check=True)


def test_no_migration_is_left_as_the_tool_wrote_it(tool: ModuleType) -> None:
    for path in (ROOT / "backend/migrations/sql").glob("*.sql"):
        assert tool.PLACEHOLDER not in path.read_text(encoding="utf-8"), path.name


@pytest.mark.parametrize("name", ["", "Webhooks", "web-hooks", "../x", "1st", "x" * 41, MIGRATIONS[-1][5:]])
def test_a_name_that_is_none_or_is_taken_is_refused_and_nothing_written(
    tool: ModuleType, house: Path, name: str
) -> None:
    before = sorted(house.rglob("*"))
    with pytest.raises(tool.NameRefused):
        tool.make_migration(house, name)
    assert sorted(house.rglob("*")) == before


def test_hooks_run_the_tools_of_the_environment_and_fetch_nothing() -> None:
    configuration = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in configuration["repos"]] == ["local"]
    for hook in configuration["repos"][0]["hooks"]:
        assert hook["language"] == "system"
        assert hook["entry"].startswith(".venv/bin/")


@pytest.mark.parametrize(
    ("system", "programs", "words"),
    [
        ("Linux", [], "need Chromium and a Chinese font:"),
        ("Linux", ["chromium"], "need a Chinese font:"),
        ("Darwin", [], "need Chromium:"),
        ("Darwin", ["chromium"], None),
    ],
)
def test_who_may_not_install_a_browser_is_told_in_one_sentence_what_to_install(
    tmp_path: Path, system: str, programs: list[str], words: str | None
) -> None:
    answers = {"id": "1000", "uname": system} | dict.fromkeys(programs, "")
    for name, answer in answers.items():
        (tmp_path / name).write_text(f"#!/bin/sh\necho {answer}\n")
        (tmp_path / name).chmod(0o755)
    asked = subprocess.run(
        ["/bin/sh", ROOT / "scripts/ensure-chromium.sh"],
        env=os.environ | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    if words is None:
        assert (asked.returncode, asked.stderr) == (0, "")
    else:
        assert asked.returncode == 1
        assert words in asked.stderr
        assert asked.stderr.count("\n") == 1
        assert "apt install chromium fonts-noto-cjk fontconfig" in asked.stderr
