"""Every text that people read, one folder per language: `<language>/<subject>.json`, text by key, for translators.

Pages, page scripts, PDF, PNG, CSV and notices speak through `say`. A further language is a further folder with the
same files and keys; it needs no code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from backend.tenant import current_tenant, per_tenant
from backend.texts.plurals import agreeing

DIRECTORY: Final = Path(__file__).parent
FIRST: Final = "zh-CN"
"""The city's own language: spoken to somebody who asks for none that we have."""
_FACT = re.compile(r"\{(\w+)\}")
_CHOICE = re.compile(r"\{(\w+):")


class UnevenTexts(ValueError):
    """Two languages hold different keys, or one key stands in two files."""


def read_catalogue(directory: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Texts by language, subject and key. Raises UnevenTexts."""
    languages = sorted((path.name for path in directory.iterdir() if any(path.glob("*.json"))), key=_rank)
    found = {
        language: {
            path.stem: json.loads(path.read_text(encoding="utf-8"))
            for path in sorted((directory / language).glob("*.json"))
        }
        for language in languages
    }
    keys = {
        language: sorted((subject, key) for subject, texts in subjects.items() for key in texts)
        for language, subjects in found.items()
    }
    for language in languages:
        if uneven := set(keys[language]) ^ set(keys[languages[0]]):
            raise UnevenTexts(f"{language} and {languages[0]} differ: {sorted(uneven)[:3]}")
        if len({key for _, key in keys[language]}) != len(keys[language]):
            raise UnevenTexts(f"a key of {language} stands in two files")
    return found


def _rank(language: str) -> tuple[bool, str]:
    return language != FIRST, language


CATALOGUE: Final[Mapping[str, Mapping[str, Mapping[str, str]]]] = read_catalogue(DIRECTORY)
LANGUAGES: Final = tuple(CATALOGUE)
_TEXTS: Final = {
    language: {key: text for texts in subjects.values() for key, text in texts.items()}
    for language, subjects in CATALOGUE.items()
}


def _texts(language: str) -> Mapping[str, str]:
    """The texts of a language, with those that the tenant says in its own way."""
    return _texts_of_tenant(language) if current_tenant().words else _TEXTS[language]


@per_tenant
def _texts_of_tenant(language: str) -> Mapping[str, str]:
    return {**_TEXTS[language], **current_tenant().words.get(language, {})}


def texts_naming(language: str, name: str) -> dict[str, str]:
    """The texts of a language in which a name stands, by key."""
    return {key: text for key, text in _TEXTS[language].items() if name in text}


def has_text(key: str) -> bool:
    return key in _TEXTS[FIRST]


def text_or_nothing(language: str, key: str) -> str:
    """A text with its {facts} still open; empty for a key that has none."""
    return _texts(language).get(key, "")


@per_tenant
def facts_of(language: str, key: str) -> frozenset[str]:
    """Names of the facts that a text needs."""
    text = _texts(language)[key]
    return facts_in(text)


def facts_in(text: str) -> frozenset[str]:
    """Names of the facts that stand open in a text."""
    return frozenset(_FACT.findall(text)) | frozenset(_CHOICE.findall(text))


def say(language: str, key: str, /, **facts: object) -> str:
    """A text with its {facts} filled in, its words in the form that fits the numbers.

    Raises KeyError for an unknown key and for a fact that is not given: nothing is said in part.
    """
    text = _texts(language)[key]
    if "{" not in text:
        return text
    return _FACT.sub(lambda found: str(facts[found[1]]), agreeing(text, facts))


@per_tenant
def _learned() -> dict[str, dict[str, Mapping[str, str]]]:
    return {}


def learn_names(kind: str, names: Mapping[str, Mapping[str, str]]) -> None:
    """Take up names that the catalogue brings along, by code and language: methods, cities, agencies."""
    _learned().setdefault(kind, {}).update(names)


def name_of(language: str, kind: str, key: object) -> str:
    """The name of something that the database or the catalogue may add to; what has no name yet stands for itself."""
    found = _texts(language).get(f"{kind}.{key}")
    if found is not None:
        return found
    return _learned().get(kind, {}).get(str(key), {}).get(language, str(key))


def both(key: str, /, **facts: object) -> tuple[str, str]:
    """A text in Chinese and in English, as the answers of the API carry it."""
    return say("zh-CN", key, **facts), say("en", key, **facts)


def both_names(kind: str, key: object) -> tuple[str, str]:
    """A name in Chinese and in English, as the answers of the API carry it."""
    return name_of("zh-CN", kind, key), name_of("en", kind, key)


@per_tenant
def subject_texts(language: str, subjects: tuple[str, ...]) -> dict[str, str]:
    """The texts of some files: what a page takes along for its scripts."""
    spoken = _texts(language)
    return {key: spoken[key] for subject in subjects for key in CATALOGUE[language][subject]}
