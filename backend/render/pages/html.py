"""Renders the pages' templates: texts, numbers, days and instants as people read them, in every language we have.

A page's scripts speak the page's language: the texts that they need are part of the page, so that no further request
is needed for them and the scanner has them without a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from backend.domain.mass import mass
from backend.messages.shape import Bilingual
from backend.render.texts.dates import day, moment
from backend.tenant import current_tenant, per_tenant
from backend.texts import has_text, name_of, say, subject_texts

BACKEND: Final = Path(__file__).resolve().parents[2]
ATTENDEE_LANGUAGES: Final = ("zh-CN", "en")
"""A screen at a gate speaks to everybody at once."""
_IMPORTS = re.compile(r'^(?:import|export)\s+(?:[^"(;]*?\bfrom\s+)?"(\.[^"]+)"', re.MULTILINE)


# -- texts and numbers ------------------------------------------------------------------------------


@per_tenant
def script_texts(languages: tuple[str, ...], subjects: tuple[str, ...]) -> Markup:
    """The texts of some subjects as a block of JSON that a page's scripts read (static/js/shared/i18n.js).

    A block of data is not run, so the page's Content-Security-Policy has nothing against it.
    """
    spoken = {language: subject_texts(language, subjects) for language in languages}
    body = json.dumps(spoken, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(f'<script type="application/json" class="texts">{body}</script>')  # noqa: S704 - texts of ours


def number(value: Decimal | int) -> str:
    return f"{value:,}"


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
        return text.zh if language == "zh-CN" else text.en

    def word(kind: str, key: object) -> str:
        return name_of(language, kind, key)

    def unit(key: str, quantity: Decimal) -> str:
        one = f"{key}.one"
        return word("unit", one if quantity == 1 and has_text(f"unit.{one}") else key)

    def texts_for_scripts(subjects: Iterable[str], *, to_attendees: bool = False) -> Markup:
        return script_texts(ATTENDEE_LANGUAGES if to_attendees else (language,), tuple(subjects))

    found = _environment().get_template(template)
    html = found.render(
        language=language,
        tenant=current_tenant(),
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
        texts_for_scripts=texts_for_scripts,
        **facts,
    )
    return html.encode("utf-8")
