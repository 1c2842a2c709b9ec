"""What is wrong with one field of a body, one parameter of a query, one header: where, a stable code, a sentence.

A pointer into a body is a JSON pointer (RFC 6901): `/journey/distance_km`, `/items/3/quantity`, empty for the body as
a whole. Outside the body it begins with a fragment sign: `#query/as_of`, `#header/X-Device`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from backend.errors.facts import FactValue, plain, spoken
from backend.texts import CATALOGUE, FIRST, has_text, say

_KEY: Final = "field_error."
FIELD_ERROR_CODES: Final = tuple(
    sorted(key.removeprefix(_KEY) for key in CATALOGUE[FIRST]["field_errors"] if key.startswith(_KEY))
)
"""The closed list: a code without a sentence in the texts does not exist."""
ERRORS_MAX = 20
"""Of one body: a client that sends more wrong fields has another problem than the twenty-first."""
NAME_CHARS_MAX = 64


@dataclass(frozen=True, slots=True)
class FieldError:
    pointer: str
    code: str
    facts: Mapping[str, FactValue] = field(default_factory=dict)

    def detail(self, language: str) -> str:
        """Which field, and what is wrong with it, in a sentence."""
        reason = say(language, _KEY + self.code, **spoken(language, self.facts))
        where = field_name(language, self.pointer)
        if where:
            return say(language, "field_error_where", field=where, reason=reason)
        return reason[:1].upper() + reason[1:]


def field_error(pointer: str, code: str, **facts: object) -> FieldError:
    """What is wrong with one field. Raises AssertionError for a code that has no sentence."""
    assert code in FIELD_ERROR_CODES, code
    return FieldError(pointer, code, {name: plain(fact) for name, fact in facts.items()})


def pointed(*names: str | int) -> str:
    """The JSON pointer to a field by the names and numbers that lead to it."""
    return "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)


def field_name(language: str, pointer: str) -> str:
    """What people call the field at a pointer; empty for the body as a whole."""
    if not pointer:
        return ""
    names = [name.replace("~1", "/").replace("~0", "~") for name in pointer.split("/")[1:]]
    if pointer.startswith("#"):
        kind = pointer.partition("/")[0].removeprefix("#")
        return say(language, f"field_in.{kind}", name=_short(names[-1]))
    numbers = [int(name) + 1 for name in names if name.isascii() and name.isdigit()]
    words = [name for name in names if not (name.isascii() and name.isdigit())]
    name = _label(language, words) if words else say(language, "field_in.list")
    return say(language, "field_in.entry", field=name, number=numbers[-1]) if numbers else name


def _label(language: str, words: list[str]) -> str:
    key = f"field.{words[-1]}"
    if words[-1] in ("zh-CN", "en") and len(words) > 1 and has_text(f"field.{words[-2]}"):
        return say(language, f"field_in.{words[-1]}", field=say(language, f"field.{words[-2]}"))
    return (
        say(language, key) if has_text(key) else say(language, "refusal_words.quoted", text=_short(words[-1]))
    )


def _short(name: str) -> str:
    shown = "".join(sign if sign.isprintable() else "�" for sign in name[:NAME_CHARS_MAX])
    return shown + ("…" if len(name) > NAME_CHARS_MAX else "")
