"""Renders the pages' templates: texts, numbers, days and instants as people read them, in Chinese and English.

Every text stands once, in both languages, in files of `static/` that the templates and the page scripts share.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from backend.domain.plurals import agreeing
from backend.messages.shape import Bilingual

BACKEND: Final = Path(__file__).resolve().parents[2]
CITY_TIME: Final = ZoneInfo("Asia/Shanghai")
KG_G: Final = 1000
TEXTS: Final = (
    "texts.js",
    "account_texts.js",
    "organiser_texts.js",
    "organiser_desk_texts.js",
    "venue_texts.js",
    "scanner_texts.js",
    "phone_texts.js",
)
_IMPORTS = re.compile(r'^(?:import|export)\b[^"]*?"(\.[^"]+)"', re.MULTILINE)


# -- texts and numbers ------------------------------------------------------------------------------


@cache
def texts() -> dict[str, dict[str, str]]:
    """Text by key and language. Each file is a JavaScript module whose one value is strict JSON."""
    found: dict[str, dict[str, str]] = {}
    for name in TEXTS:
        module = (BACKEND / "static" / name).read_text(encoding="utf-8")
        found |= json.loads(module[module.index("{") : module.rindex("}") + 1])
    return found


def say(language: str, key: str, **facts: object) -> str:
    """A text with its {facts} filled in. Raises KeyError for an unknown key: a page is never half told."""
    text = agreeing(texts()[key][language], facts)
    for name, value in facts.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def mass(grams: int) -> str:
    """Grams below 1,000, kilograms with two decimals above."""
    if abs(grams) < KG_G:
        return f"{grams} g"
    return f"{(Decimal(grams) / KG_G).quantize(Decimal('0.01'), ROUND_HALF_UP):,} kg"


def number(value: Decimal | int) -> str:
    return f"{value:,}"


def day(language: str, value: date) -> str:
    if language == "en":
        return f"{value.day} {value:%B %Y}"
    return f"{value.year}年{value.month}月{value.day}日"


def moment(language: str, value: datetime) -> str:
    """An instant on the clock of the event's city."""
    local = value.astimezone(CITY_TIME)
    return f"{day(language, local.date())} {local:%H:%M}"


# -- rendering --------------------------------------------------------------------------------------


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(BACKEND / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@cache
def page_modules(address: str) -> tuple[str, ...]:
    """The scripts that a page's script imports, itself first, each once: what a browser fetches ahead.

    A browser learns of a module's imports when it has read the module, one round trip a level; a page that names them
    all needs one.
    """
    found: dict[str, None] = {}
    waiting = [BACKEND / address.removeprefix("/")]
    while waiting:
        script = waiting.pop(0)
        name = f"/{script.relative_to(BACKEND).as_posix()}"
        if name not in found:
            found[name] = None
            text = script.read_text(encoding="utf-8")
            waiting += [(script.parent / each).resolve() for each in _IMPORTS.findall(text)]
    return tuple(found)


def render(template: str, language: str, is_demo: bool, **facts: object) -> bytes:
    def t(key: str, **values: object) -> str:
        return say(language, key, **values)

    def name(text: Bilingual) -> str:
        return text.en if language == "en" else text.zh

    def word(kind: str, key: object) -> str:
        """The name of something the catalogue may add to: shown as it is when it has no name yet."""
        found = texts().get(f"{kind}.{key}")
        return found[language] if found else str(key)

    def unit(key: str, quantity: Decimal) -> str:
        one = f"{key}.one"
        return word("unit", one if quantity == 1 and f"unit.{one}" in texts() else key)

    found = _environment().get_template(template)
    html = found.render(
        language=language,
        is_demo=is_demo,
        t=t,
        name=name,
        word=word,
        unit=unit,
        mass=mass,
        number=number,
        day=lambda value: day(language, value),
        moment=lambda value: moment(language, value),
        modules=page_modules,
        **facts,
    )
    return html.encode("utf-8")
