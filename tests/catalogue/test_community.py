"""Districts, levels and medals as they are shipped, and what is wrong with them when something is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from backend.catalogue import CatalogueError
from backend.catalogue.community import load_community
from backend.catalogue.loader import DIRECTORY
from tests.shipped import shipped_catalogue

METHODS = shipped_catalogue().methods


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the shipped files, to be broken."""
    for name in ("districts", "levels", "medals"):
        shutil.copy(DIRECTORY / f"{name}.toml", tmp_path)
    return tmp_path


def test_what_is_shipped_can_be_loaded() -> None:
    rules = load_community(METHODS)
    assert rules.levels[0].from_g == 0
    assert {"metro", "walk_steps"} <= set(rules.medals_methods)


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("levels", "from_g = 5000", "from_g = 500", "from_g must begin with 0 and rise"),
        ("levels", "from_g = 0", "from_g = 1", "from_g must begin with 0 and rise"),
        ("levels", 'en = "Seed" }', 'en = "" }', "name must have zh-CN and en"),
        ("medals", "steps = [7, 30, 100]", "steps = [7, 100, 30]", "streak: steps must be whole numbers"),
        ("medals", "steps = [1]", "steps = []", "first_action: steps must be whole numbers"),
        ("medals", '"bike_own"', '"bike_flown"', "cyclist: unknown methods bike_flown"),
        ("medals", 'measure = "streak_days"', 'measure = "luck"', "streak: Invalid enum value"),
        ("medals", 'measure = "offsets"', 'measure = "quantity"', "neutral: a quantity is that of named"),
        ("districts", 'code = "wuhou"', 'code = "jinjiang"', "jinjiang: duplicate code"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_entry(
    files: Path, file: str, old: str, new: str, complaint: str
) -> None:
    path = files / f"{file}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_community(METHODS, files)
    assert f"{file}.toml: " in str(caught.value)
    assert complaint in str(caught.value)
