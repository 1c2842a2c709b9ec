"""One JSON encoder for every answer, which writes decimals as JSON numbers, exactly; and bodies decoded or refused."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from decimal import Decimal
from typing import Any, Final, TypeVar

import msgspec

from backend.errors import InvalidBody, MalformedBody
from backend.errors.fields import FieldError, field_error, pointed
from backend.messages.body_errors import error_of, shape_errors

Found = TypeVar("Found")

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_ANY: Final = msgspec.json.Decoder(Any, float_hook=Decimal)
_BYTE: Final = re.compile(r"\(byte ([0-9]+)\)")
_HALF: Final = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_NO_NUMBERS: Final = (b"NaN", b"Inf", b"-Inf")
_KEY: Final = re.compile(rb'"([^"\\]*)"[ \t\r\n]*:')


def encode(message: object) -> bytes:
    """An answer as JSON."""
    return _ENCODER.encode(message)


def decode_body(decoder: msgspec.json.Decoder[Found], raw: bytes) -> Found:
    """A body as it was meant. Raises InvalidBody for one of another shape, MalformedBody for what is no JSON."""
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise InvalidBody(errors=errors_of(decoder, raw, error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if raw.startswith(BOM_UTF8):
            # Some clients write a byte-order mark, which is no part of the text.
            return decode_body(decoder, raw.removeprefix(BOM_UTF8))
        raise MalformedBody(errors=(_no_json(raw, error),)) from None


def errors_of(
    decoder: msgspec.json.Decoder[Any], raw: bytes | msgspec.Raw, error: Exception
) -> tuple[FieldError, ...]:
    """All that is wrong with a body that the decoder refused."""
    try:
        found = shape_errors(_ANY.decode(raw), decoder.type)
    except (ValueError, RecursionError):
        # The decoder stopped before the place where it is no JSON any more, or where a number has 9,000 digits.
        found = []
    return tuple(found) or (error_of(str(error)),)


def check_numbers(decoder: msgspec.json.Decoder[Any], raw: bytes) -> None:
    """Raises InvalidBody for a text in the place of a decimal that Python alone takes for a number."""
    try:
        found = shape_errors(_ANY.decode(raw), decoder.type)
    except (ValueError, RecursionError):
        return  # of the decoder's own fields each was read
    if found:
        raise InvalidBody(errors=found)


def check_keys(raw: bytes) -> None:
    """Raises InvalidBody for a name that stands twice in one object: readers differ in which of them they take."""
    if raw.count(b":") < 2:
        return
    names = _KEY.findall(raw)
    if len(set(names)) == len(names) and b"\\" not in raw:
        return
    found: list[FieldError] = []

    def hold(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        held = dict(pairs)
        if len(held) < len(pairs):
            seen: set[str] = set()
            for name, _ in pairs:
                if name in seen:
                    found.append(field_error(pointed(name), "repeated"))
                seen.add(name)
        return held

    try:
        json.loads(raw, object_pairs_hook=hold)
    except (ValueError, RecursionError):
        return  # not readable to Python alone: the names stay as the decoder took them
    if found:
        raise InvalidBody(errors=found[:1])


def _no_json(raw: bytes, error: Exception) -> FieldError:
    """Why bytes are no JSON."""
    if not raw.strip():
        return field_error("", "no_body")
    if raw.startswith(_UTF16_MARKS) or b"\0" in raw[:4]:
        return field_error("", "utf16")
    if isinstance(error, RecursionError):
        return field_error("", "too_deep")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return field_error("", "not_utf8")
    found = _BYTE.search(str(error))
    if found is None:
        return field_error("", "half_character" if _HALF.search(raw) and _is_json(raw) else "cut_off")
    byte = int(found[1])
    if raw[byte:].startswith(_NO_NUMBERS):
        return field_error("", "not_finite")
    return field_error("", "no_json", byte=byte + 1)


def _is_json(raw: bytes) -> bool:
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return True
