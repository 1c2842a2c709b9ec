"""Reading the catalogue: a further language is a folder, and one that lacks a key is refused at the start."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from backend.texts import DIRECTORY, UnevenTexts, both, both_names, name_of, read_catalogue, say


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for language in ("zh-CN", "en"):
        shutil.copytree(DIRECTORY / language, tmp_path / language)
    return tmp_path


def test_a_further_language_is_a_folder(directory: Path) -> None:
    shutil.copytree(directory / "en", directory / "fr")
    assert tuple(read_catalogue(directory)) == ("zh-CN", "en", "fr")


def test_a_language_that_lacks_a_key_is_refused(directory: Path) -> None:
    path = directory / "en" / "shared.json"
    texts = json.loads(path.read_text(encoding="utf-8"))
    del texts["brand"]
    path.write_text(json.dumps(texts), encoding="utf-8")
    with pytest.raises(UnevenTexts, match="brand"):
        read_catalogue(directory)


def test_a_key_in_two_files_is_refused(directory: Path) -> None:
    for language in ("zh-CN", "en"):
        path = directory / language / "learn.json"
        texts = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(texts | {"brand": "x"}), encoding="utf-8")
    with pytest.raises(UnevenTexts, match="two files"):
        read_catalogue(directory)


def test_nothing_is_said_in_part() -> None:
    with pytest.raises(KeyError):
        say("en", "gate.none.such")
    with pytest.raises(KeyError):
        say("en", "report_picture.given")
    assert say("en", "report_picture.given", mass="{mass}") == "{mass} of it donated"


def test_a_name_that_nobody_gave_is_the_key() -> None:
    assert name_of("en", "source", "lodging") == "Lodging"
    assert name_of("en", "source", "balloons") == "balloons"
    assert both_names("category", "international") == ("境外", "International")
    assert both("citizen.unnamed", number=7) == ("低碳市民 7", "Citizen 7")
