"""Facts of refusals: what each is for a program (a number, an instant, codes), and how a sentence says it.

A fact has the same name and kind in every refusal, so a client reads `left_g` once. In a sentence grams become the
mass that pages write, instants the time in Shanghai, codes the names of what they stand for; what somebody typed
stands in quotation marks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Final

from backend.texts import name_of, say
from backend.texts.mass import mass

FactValue = str | int | float | bool | list[str | int | float]

TEXT_CHARS_MAX = 300
LIST_ITEMS_MAX = 50
WHOLE_MAX = 2**53 - 1
"""The greatest whole number that every JSON reader keeps exact; a greater one is told as a text."""
THOUSANDS_FROM = 10_000
_SHANGHAI: Final = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Fact:
    """A kind of fact: its JSON schema, and how one value of it is said in a language."""

    schema: Mapping[str, Any]
    say: Callable[[str, Any], str]
    is_list: bool = False


def _as_it_is(language: str, value: Any) -> str:
    return str(value)


def _quoted(language: str, value: Any) -> str:
    return say(language, "refusal_words.quoted", text=value)


def _count(language: str, value: Any) -> str:
    if isinstance(value, int) and abs(value) >= THOUSANDS_FROM:
        return f"{value:,}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _size(language: str, value: Any) -> str:
    """A number of bytes, as programs show the sizes of files where it is a whole one of these."""
    exact = say(language, "refusal_words.bytes", n=_count(language, value))
    for name, unit in (("MB", 1024**2), ("KB", 1024)):
        if isinstance(value, int) and value >= unit and value % unit == 0:
            return say(language, "refusal_words.size", size=f"{value // unit:,} {name}", exact=exact)
    return exact


def _mass(language: str, value: Any) -> str:
    return mass(value) if isinstance(value, int) else str(value)


def _local(language: str, value: Any) -> str:
    """An instant as a clock in Shanghai shows it; what is no instant as it is: `outside_window` may name none."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    if at.tzinfo is None:
        return str(value)
    try:
        return at.astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M")
    except OverflowError:
        return str(value)


def _named(*kinds: str) -> Callable[[str, Any], str]:
    """The name of a code by the texts of one of some kinds; a code without a name stands in quotation marks."""

    def say_name(language: str, value: Any) -> str:
        for kind in kinds:
            name = name_of(language, kind, value)
            if name != str(value):
                return name
        return _quoted(language, value)

    return say_name


_TEXT = {"type": "string"}
_WHOLE = {"type": "integer"}
_NUMBER = {"type": ["number", "string"], "description": "a text when no JSON reader keeps the number"}


def _of_many(one: Fact) -> Fact:
    return Fact({"type": "array", "items": dict(one.schema)}, one.say, is_list=True)


_GRAMS = Fact(_WHOLE, _mass)
_COUNT = Fact(_WHOLE, _count)
_SIZE = Fact(_WHOLE, _size)
_MEASURE = Fact(_NUMBER, _count)
_NUMBERED = Fact(_WHOLE, _as_it_is)
_INSTANT = Fact({"type": "string", "format": "date-time"}, _local)
_DAY = Fact({"type": "string", "format": "date"}, _as_it_is)
_AS_IT_IS = Fact(_TEXT, _as_it_is)
_TYPED = Fact(_TEXT, _quoted)


def _code(*kinds: str) -> Fact:
    return Fact(_TEXT, _named(*kinds))


FACTS: Final[Mapping[str, Fact]] = {
    # -- grams -------------------------------------------------------------------------------------
    **dict.fromkeys(
        ("assigned_g", "emission_g", "left_g", "material_g", "most_g", "personal_g", "retired_g", "worth_g"),
        _GRAMS,
    ),
    # -- counts and limits ---------------------------------------------------------------------------
    **dict.fromkeys(
        (
            "actions_max",
            "age",
            "balance",
            "byte",
            "certificates_max",
            "chars_max",
            "chars_min",
            "children_max",
            "codes_max",
            "columns_found",
            "companions_max",
            "cost_points",
            "days",
            "days_max",
            "decimals_max",
            "digits_max",
            "digits",
            "documents_max",
            "errors_total",
            "event_days",
            "guardians_max",
            "merges_max",
            "pass_score",
            "hours_max",
            "issued_points",
            "items",
            "items_max",
            "open_items",
            "threshold_pct",
            "items_min",
            "keys_max",
            "members_max",
            "members_min",
            "nights",
            "nights_max",
            "minutes_max",
            "passkeys_max",
            "people_max",
            "per_person_max",
            "photos_max",
            "pixels_max",
            "points",
            "points_left",
            "points_spent",
            "retry_after_s",
            "revisions_max",
            "quantity_t",
            "rows_broken",
            "rows_max",
            "seconds_max",
            "serials_t",
            "sheets",
            "sheets_max",
            "side_max",
            "size_max",
            "size_min",
            "sold",
            "teams_max",
            "times_max",
            "tonnes",
            "total_points",
            "tries_left",
            "uses_max",
        ),
        _COUNT,
    ),
    "bytes_max": _SIZE,
    **dict.fromkeys(("km", "max", "min", "quantity", "quantity_max", "score"), _MEASURE),
    # -- numbers of something ------------------------------------------------------------------------
    **dict.fromkeys(
        (
            "errcode",
            "first",
            "first_row",
            "km_max",
            "km_min",
            "line",
            "number",
            "reissued_as",
            "row",
            "serial",
            "server_s",
            "vintage",
            "year_max",
            "year_min",
        ),
        _NUMBERED,
    ),
    # -- time ----------------------------------------------------------------------------------------
    **dict.fromkeys(
        ("at", "closes_at", "effective_at", "ends_at", "expires_at", "opens_at", "starts_at", "used_at"),
        _INSTANT,
    ),
    "server_time": Fact({"type": "string", "format": "date-time"}, _as_it_is),
    **dict.fromkeys(("day_max", "day_min", "ends_on", "first_day", "retired_on"), _DAY),
    # -- codes, which a sentence names -----------------------------------------------------------------
    "accepted": _of_many(_AS_IT_IS),
    "agencies": _of_many(_code("agency")),
    "allowed": _of_many(_code("choice")),
    "claim_state": _code("refusal_words.claim_state"),
    "category": _code("refusal_words.growing"),
    "duties": _of_many(_code("members.duty", "organisations.duty")),
    "fields": _of_many(_code("field")),
    "from_state": _code("state"),
    "kind": _code("organiser.kind", "scene.kind"),
    "kinds": _of_many(_code("document")),
    "method": _code("method"),
    "methods": _of_many(_code("method")),
    "gaps": _of_many(_code("inventory.missing")),
    "criteria": _of_many(_code("criterion")),
    "missing": _of_many(_code("credits.field", "field")),
    "mode": _code("mode", "local_mode"),
    "names": _of_many(_code("credits.field", "field")),
    "other": _code("field"),
    "parameter": _code("parameter", "field"),
    "possible": _of_many(_code("mode")),
    "product": _code("product"),
    "role": _TYPED,
    "roles": _of_many(_code("accounts.role", "refusal_words.role")),
    "scope": _code("consent_scope", "organiser.scope"),
    "scopes": _of_many(_code("consent_scope")),
    "state": _code("refusal_words.state", "act.review.state", "credits.state", "organisations.state"),
    **dict.fromkeys(("of", "reading", "reason", "tier"), _AS_IT_IS),
    "suggestions": _of_many(_AS_IT_IS),
    "to_state": _code("state"),
    "unit": _code("method_unit", "unit"),
    # -- texts -----------------------------------------------------------------------------------------
    **dict.fromkeys(
        (
            "address",
            "columns",
            "entry",
            "import_id",
            "media_type",
            "page",
            "period",
            "release",
            "rows",
            "serials",
            "sign",
            "version",
            "where",
        ),
        _AS_IT_IS,
    ),
    "charsets": _of_many(_AS_IT_IS),
    "column": _AS_IT_IS,
    "encodings": _of_many(_AS_IT_IS),
    "media_types": _of_many(_AS_IT_IS),
    # -- what somebody typed, and names of ours that are no words -----------------------------------------
    "city": _code("city"),
    **dict.fromkeys(
        (
            "district",
            "factor",
            "factor_set",
            "found",
            "from_city",
            "key",
            "name",
            "provider",
            "scene",
            "suggestion",
            "username",
        ),
        _TYPED,
    ),
    "value": _code("choice"),
}

RENAMED: Final[Mapping[str, str]] = {
    "broken": "rows_broken",
    "grams": "assigned_g",
    "grams_left": "left_g",
    "minutes": "minutes_max",
}
"""Names in refusals that were stored before, and what the same fact is called today."""


def plain(value: object) -> FactValue:
    """A fact as it is stored and sent: a number, a truth, a text, or a list of numbers and texts."""
    kind = type(value)  # nearly every fact is one of these two, and refusals at a gate come by the thousand
    if kind is str:
        return value[:TEXT_CHARS_MAX]  # type: ignore[index, no-any-return]
    if kind is int and -WHOLE_MAX <= value <= WHOLE_MAX:  # type: ignore[operator]
        return value  # type: ignore[return-value]
    if isinstance(value, bool | str):
        return value[:TEXT_CHARS_MAX] if isinstance(value, str) else value
    if isinstance(value, int):
        return value if abs(value) <= WHOLE_MAX else _shown(value)
    if isinstance(value, Decimal):
        return _plain_decimal(value)
    if isinstance(value, float):
        return value if abs(value) <= WHOLE_MAX else str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, list | tuple | set | frozenset):
        items = [plain(each) for each in list(value)[:LIST_ITEMS_MAX]]
        return [str(each) if isinstance(each, list) else each for each in items]
    return str(value)[:TEXT_CHARS_MAX]


def _shown(value: int) -> str:
    """A number of any length: Python writes out no more than some thousand digits."""
    return f"{value:.3e}" if value.bit_length() < 1000 else "…"


def _plain_decimal(value: Decimal) -> FactValue:
    if not value.is_finite() or abs(value) > WHOLE_MAX:
        return f"{value:.3g}" if value.is_finite() else str(value)
    return int(value) if value == value.to_integral_value() else float(value)


def typed(facts: Mapping[str, Any]) -> dict[str, FactValue]:
    """Facts by today's names and kinds, also of refusals that were stored when all of them were texts."""
    found: dict[str, FactValue] = {}
    for given, value in facts.items():
        name = RENAMED.get(given, given)
        fact = FACTS.get(name)
        if type(value) is int and fact is not None and fact.schema["type"] == "integer":
            found[name] = value
        elif fact is not None and (isinstance(value, str) or fact.is_list or fact.schema["type"] == "string"):
            found[name] = _read(fact, value)
        else:
            found[name] = plain(value)
    return found


def _read(fact: Fact, value: object) -> FactValue:
    held = plain(value)
    if fact.is_list:
        return held if isinstance(held, list) else [each for each in str(held).split(", ") if each]
    if isinstance(held, list):
        return ", ".join(map(str, held))
    if fact.schema["type"] == "string" or not isinstance(held, str):
        return str(held)
    try:
        return plain(Decimal(held.replace(",", "")))
    except InvalidOperation:
        return held


def spoken(language: str, facts: Mapping[str, Any]) -> dict[str, object]:
    """Facts as a sentence of a language says them."""
    return {name: _said(language, name, value) for name, value in typed(facts).items()}


def _said(language: str, name: str, value: FactValue) -> object:
    fact = FACTS.get(name)
    if fact is None:
        return value
    if isinstance(value, list):
        return say(language, "refusal_words.comma").join(fact.say(language, each) for each in value)
    # A bare number chooses between one and many before it is said.
    return fact.say(language, value)


def known_only(facts: Mapping[str, FactValue]) -> dict[str, FactValue]:
    """The facts that are promised to programs."""
    return {name: value for name, value in facts.items() if name in FACTS}
