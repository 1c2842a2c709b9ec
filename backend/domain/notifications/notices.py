"""Fits notices into WeChat subscribe messages: the limits of each kind of value; and back-off between attempts.

A value that is too long makes WeChat refuse the whole message (47003), so texts are cut to what fits. Numbers and
dates are never cut to something else than they were: one that does not fit is refused here (Unfit).

Source: WeChat mini-program documents, "subscribeMessage.send", limits by the name of a template's key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from backend.domain.days import SHANGHAI

THING_CHARS_MAX = 20
NUMBER_DIGITS_MAX = 32
LETTERS_MAX = 32
SYMBOLS_MAX = 5
CHARACTER_STRING_MAX = 32
AMOUNT_DIGITS_MAX = 10
PHONE_NUMBER_MAX = 17
CAR_NUMBER_MAX = 8
NAME_HAN_MAX = 10
NAME_LETTERS_MAX = 20
PHRASE_HAN_MAX = 5
NOTHING: Final = "—"
"""In the place of an empty text: WeChat refuses a message with an empty value."""

ATTEMPTS_MAX = 10
BACK_OFF_S = 30.0
BACK_OFF_S_MAX = 6 * 3600.0

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_KEY = re.compile(r"([a-z_]+?)(\d{1,3})")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_AMOUNT = re.compile(r"([^\d\s.]?)(\d+(?:\.\d+)?)(元?)")
_TIME = re.compile(r"(?:\d{4}年\d{1,2}月\d{1,2}日 ?)?\d{1,2}:\d{2}(?::\d{2})?")
_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日(?: ?\d{1,2}:\d{2})?")


class Unfit(ValueError):
    """A value that does not fit under its key and must not be cut."""


def fit(key: str, value: str) -> str:
    """The value as WeChat accepts it under a key such as `thing1`. Raises Unfit."""
    found = _KEY.fullmatch(key)
    rule = FITTING.get(found[1]) if found else None
    if rule is None:
        raise Unfit(f"{key} is no key of a WeChat template")
    return rule(value)


def fit_thing(value: str) -> str:
    """At most 20 characters on one line; one outside the basic plane counts as two, as JavaScript counts."""
    return _cut(_on_one_line(value), THING_CHARS_MAX) or NOTHING


def fit_number(value: str) -> str:
    """At most 32 digits; of a longer fraction its end is left out."""
    text = value.replace(",", "").strip()
    if not _NUMBER.fullmatch(text) or not text.isascii():
        raise Unfit(f"{value!r} is no number")
    whole, _, fraction = text.partition(".")
    room = NUMBER_DIGITS_MAX - len(whole.lstrip("-"))
    if room < 0:
        raise Unfit(f"a number has {NUMBER_DIGITS_MAX} digits at most")
    return f"{whole}.{fraction[:room]}" if fraction[:room] else whole


def fit_letter(value: str) -> str:
    """At most 32 letters; what is no letter is left out."""
    kept = "".join(sign for sign in value if sign.isascii() and sign.isalpha())[:LETTERS_MAX]
    if not kept:
        raise Unfit(f"{value!r} has no letter")
    return kept


def fit_symbol(value: str) -> str:
    """At most 5 signs that are neither letters nor digits."""
    kept = "".join(sign for sign in value if not sign.isalnum() and sign.isprintable() and sign != " ")
    if not kept:
        raise Unfit(f"{value!r} has no symbol")
    return kept[:SYMBOLS_MAX]


def fit_character_string(value: str) -> str:
    """At most 32 digits, letters and signs, none of them Chinese."""
    kept = "".join(sign for sign in value if "!" <= sign <= "~")[:CHARACTER_STRING_MAX]
    if not kept:
        raise Unfit(f"{value!r} has no digit, letter or sign")
    return kept


def fit_time(value: str) -> str:
    """`15:01` or `2019年10月1日 15:01`; an instant in RFC 3339 is written so, in the time of Shanghai."""
    if _TIME.fullmatch(value.strip()):
        return value.strip()
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise Unfit(f"{value!r} is no time") from None
    if at.tzinfo is None:
        raise Unfit(f"{value!r} does not say its zone")
    local = at.astimezone(SHANGHAI)
    return f"{chinese_date(local.date())} {local:%H:%M}"


def fit_date(value: str) -> str:
    """`2019年10月1日`, also with a time; a day in RFC 3339 is written so."""
    if _DATE.fullmatch(value.strip()):
        return value.strip()
    try:
        return chinese_date(date.fromisoformat(value))
    except ValueError:
        raise Unfit(f"{value!r} is no date") from None


def fit_amount(value: str) -> str:
    """One sign of a currency, at most 10 digits, 元 at the end: the sign and 元 may be missing."""
    found = _AMOUNT.fullmatch(value.replace(",", "").strip())
    if found is None or not found[2].isascii():
        raise Unfit(f"{value!r} is no amount")
    whole, _, fraction = found[2].partition(".")
    room = AMOUNT_DIGITS_MAX - len(whole)
    if room < 0:
        raise Unfit(f"an amount has {AMOUNT_DIGITS_MAX} digits at most")
    number = f"{whole}.{fraction[:room]}" if fraction[:room] else whole
    return f"{found[1]}{number}{found[3]}"


def fit_phone_number(value: str) -> str:
    """At most 17 digits and signs. Half a number would call somebody else, so a longer one is refused."""
    text = value.strip()
    if not re.fullmatch(r"[0-9+\-() ]{1,17}", text):
        raise Unfit("a telephone number has 17 digits and signs at most")
    return text


def fit_car_number(value: str) -> str:
    """At most 8 characters, the first and the last of which may be Chinese."""
    text = value.strip()
    if not 1 <= _units(text) <= CAR_NUMBER_MAX:
        raise Unfit(f"a car's number has {CAR_NUMBER_MAX} characters at most")
    return text


def fit_name(value: str) -> str:
    """At most 10 characters when one of them is Chinese, else 20 letters; what is neither letter nor sign goes."""
    text = "".join(sign for sign in _on_one_line(value) if not sign.isdigit())
    is_chinese = _HAN.search(text) is not None
    return _cut(text.strip(), NAME_HAN_MAX if is_chinese else NAME_LETTERS_MAX, ending="") or NOTHING


def fit_phrase(value: str) -> str:
    """At most 5 Chinese characters, and nothing else."""
    kept = "".join(_HAN.findall(value))[:PHRASE_HAN_MAX]
    if not kept:
        raise Unfit(f"{value!r} has no Chinese character")
    return kept


def fit_enum(value: str) -> str:
    """One of the words that were agreed with the template: never cut."""
    if not value or _units(value) > THING_CHARS_MAX:
        raise Unfit(f"{value!r} is no word of a template")
    return value


FITTING: dict[str, Callable[[str], str]] = {
    "thing": fit_thing,
    "number": fit_number,
    "letter": fit_letter,
    "symbol": fit_symbol,
    "character_string": fit_character_string,
    "time": fit_time,
    "date": fit_date,
    "amount": fit_amount,
    "phone_number": fit_phone_number,
    "car_number": fit_car_number,
    "name": fit_name,
    "phrase": fit_phrase,
    "enum": fit_enum,
}


def chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def back_off_s(attempts: int, spread: float) -> float:
    """Seconds until the next attempt: 30, 60, 120 … up to six hours, times 0.5 to 1.5.

    `spread` in 0 … 1 is drawn by the caller: what failed at one moment must not come back at one moment.
    """
    # Past the tenth doubling the bound holds anyway, and 2.0 ** 2000 is no float.
    middle_s = min(BACK_OFF_S * 2.0 ** min(attempts - 1, 16), BACK_OFF_S_MAX)
    return middle_s * (0.5 + spread)


def _on_one_line(value: str) -> str:
    """Without line breaks and signs that cannot be seen, which WeChat refuses; spaces are single."""
    seen = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in value)
    return " ".join(seen.split())


def _cut(text: str, units_max: int, ending: str = "…") -> str:
    """At most so many UTF-16 units, never half a character, with an ending that says that something is missing."""
    if _units(text) <= units_max:
        return text
    room = units_max - len(ending)
    kept = ""
    for sign in text:
        if _units(kept) + _units(sign) > room:
            break
        kept += sign
    # A sign that joins what stands before and after it must not end the text: a half emoji would.
    return kept.rstrip(" \u200d\ufe0f") + ending


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
