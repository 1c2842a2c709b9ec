"""The query of an address: strict where programs read it, lenient where people follow links.

A route of the API refuses a parameter that it does not know, one that comes twice and one without a value, as it
refuses unknown fields of a body: `?asof=` must not be answered with today's balance. A page takes what it knows and
leaves the rest: WeChat and others add parameters of their own to a link that is passed on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Final
from urllib.parse import parse_qsl
from uuid import UUID

from backend.errors import InvalidQuery
from backend.errors.fields import NAME_CHARS_MAX, FieldError, field_error

PARAMETERS_MAX = 20
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Of days and instants in a query: nothing here is older, and a calculation with a later one would overflow."""
MAY_BE_EMPTY: Final = frozenset({"query"})
"""A search without a text, as a form sends it, is no search."""
_WHOLE: Final = re.compile(r"[0-9]{1,16}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?)"
    r"([Zz]|[+\-][0-9]{2}:[0-9]{2})?"
)
_LOST_PLUS: Final = re.compile(r" (?=[0-9]{2}:?[0-9]{2}$)")
_FRACTION: Final = re.compile(r"[.,]([0-9]{1,6})[0-9]*")


def lenient(raw: bytes) -> dict[str, str]:
    """The parameters of a page's address, each by its last value; nothing where it cannot be read.

    Without the NUL that PostgreSQL takes in no text, whatever a page compares a parameter with.
    """
    try:
        pairs = parse_qsl(raw.decode("utf-8", "replace"), max_num_fields=PARAMETERS_MAX)
    except ValueError:
        return {}
    return {name: value.replace("\0", "") for name, value in pairs}


def strict(raw: bytes, known: Collection[str]) -> dict[str, str]:
    """The parameters by name. Raises InvalidQuery with all that is wrong with their names, and with empty values."""
    try:
        pairs = parse_qsl(
            raw.decode("utf-8"), keep_blank_values=True, max_num_fields=PARAMETERS_MAX, errors="strict"
        )
    except UnicodeDecodeError:
        raise InvalidQuery.at("", "not_percent_encoded") from None
    except ValueError:
        raise InvalidQuery.at("", "too_many_parameters") from None
    found: dict[str, str] = {}
    errors: list[FieldError] = []
    for name, value in pairs:
        code, facts = _wrong(name, value, known, found)
        if code:
            errors.append(field_error(_pointer(name), code, **facts))
        found[name] = value
    if errors:
        raise InvalidQuery(errors=errors)
    return found


def _wrong(
    name: str, value: str, known: Collection[str], found: Mapping[str, str]
) -> tuple[str, dict[str, object]]:
    if name not in known:
        near = get_close_matches(name[:NAME_CHARS_MAX].lower().replace("-", "_"), list(known), 1)
        return ("parameter_did_you_mean", {"suggestion": near[0]}) if near else ("parameter_unknown", {})
    if name in found:
        return "repeated", {}
    if not value and name not in MAY_BE_EMPTY:
        return "empty", {}
    return ("nul" if "\0" in value else ""), {}


def _pointer(name: str) -> str:
    return "#query/" + name.replace("~", "~0").replace("/", "~1")[: NAME_CHARS_MAX * 2]


def read_whole(name: str, text: str, least: int, most: int) -> int:
    """A whole number in ASCII digits. Raises InvalidQuery."""
    if not _WHOLE.fullmatch(text):
        raise InvalidQuery.of(name, "not_whole")
    if not least <= int(text) <= most:
        raise InvalidQuery.of(name, "out_of_range", min=least, max=most)
    return int(text)


def read_day(name: str, text: str) -> date:
    """A calendar day. Raises InvalidQuery."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise InvalidQuery.of(name, "not_day")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidQuery.of(name, "year_out_of_range", year_min=FIRST_YEAR, year_max=LAST_YEAR)
    return day


def read_instant(name: str, text: str) -> datetime:
    """An instant of RFC 3339, in UTC. A plus sign that was not escaped comes as a space. Raises InvalidQuery."""
    found = _INSTANT.fullmatch(_LOST_PLUS.sub("+", text))
    if found is None:
        raise InvalidQuery.of(name, "not_instant")
    day, clock, offset = found.groups()
    if offset is None:
        raise InvalidQuery.of(name, "no_offset")
    shortened = _FRACTION.sub(lambda each: "." + each[1].ljust(6, "0"), clock)
    try:
        at = datetime.fromisoformat(f"{day}T{shortened}{'+00:00' if offset in 'Zz' else offset}")
    except ValueError:
        raise InvalidQuery.of(name, "not_instant") from None
    # By its own clock first: an instant of the years 1 and 9999 may have none in UTC.
    if not FIRST_YEAR <= at.year <= LAST_YEAR or not FIRST_YEAR <= at.astimezone(UTC).year <= LAST_YEAR:
        raise InvalidQuery.of(name, "year_out_of_range", year_min=FIRST_YEAR, year_max=LAST_YEAR)
    return at.astimezone(UTC)


def read_id(name: str, text: str) -> UUID:
    """Raises InvalidQuery."""
    try:
        return UUID(text)
    except ValueError:
        raise InvalidQuery.of(name, "not_id") from None
