"""Everything that is wrong with the shape of a body: msgspec stops at the first field, and says so in English."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cache
from itertools import islice
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import inspect

from backend.errors.facts import WHOLE_MAX
from backend.errors.fields import ERRORS_MAX, NAME_CHARS_MAX, FieldError, field_error, pointed
from backend.messages.names import VISIBLE_PATTERN, unseen_sign

_PATH: Final = re.compile(r"`(key in )?\$(?P<path>[^`]*)`")
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_NUMBER_TEXT: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")

Path = tuple[str | int, ...]


def shape_errors(value: object, shape: Any) -> list[FieldError]:
    """What is wrong with a value read from JSON that should have this shape; at most ERRORS_MAX."""
    return list(islice(_errors(value, _info(shape), ()), ERRORS_MAX))


def error_of(message: str) -> FieldError:
    """The field that a message of msgspec names, when nothing better is known of it."""
    found = _PATH.search(message)
    steps = _STEP.findall(found["path"]) if found else []
    return field_error(pointed(*(name or number for name, number in steps)), "malformed")


def decimal_names(shape: Any) -> frozenset[str]:
    """Names of the fields of a shape that are decimals, at any depth."""
    found: set[str] = set()
    seen: set[type] = set()

    def look(info: Any, name: str) -> None:
        if isinstance(info, inspect.DecimalType):
            found.add(name)
        elif isinstance(info, inspect.StructType):
            if info.cls not in seen:
                seen.add(info.cls)
                for each in info.fields:
                    look(each.type, each.encode_name)
        else:
            inner = [getattr(info, held, None) for held in ("item_type", "value_type", "type")]
            for each in (*inner, *getattr(info, "types", ()), *getattr(info, "item_types", ())):
                if each is not None:
                    look(each, name)

    look(_info(shape), "")
    return frozenset(found)


@cache
def _info(shape: Any) -> inspect.Type:
    return inspect.type_info(shape)


def _errors(value: Any, info: inspect.Type, path: Path) -> Iterator[FieldError]:
    while isinstance(info, inspect.Metadata):  # a description around the type
        info = info.type
    check = _CHECKS.get(type(info))
    if check is not None:
        yield from check(value, info, path)


def _at(path: Path, code: str, **facts: object) -> FieldError:
    return field_error(pointed(*path), code, **facts)


def _struct(value: Any, info: inspect.StructType, path: Path) -> Iterator[FieldError]:
    if not isinstance(value, dict):
        yield _at(path, "not_object")
        return
    known = {each.encode_name: each for each in info.fields}
    for name, held in value.items():
        if name in known:
            yield from _errors(held, known[name].type, (*path, name))
        elif info.forbid_unknown_fields:
            yield _unknown((*path, name), name, [each for each in known if each not in value])
    for name, each in known.items():
        if each.required and name not in value:
            yield _at((*path, name), "missing")


def _unknown(path: Path, name: str, known: Sequence[str]) -> FieldError:
    near = get_close_matches(name[:NAME_CHARS_MAX], known, 1)
    if near:
        return _at(path, "unknown_did_you_mean", suggestion=near[0])
    return _at(path, "unknown")


def _union(value: Any, info: inspect.UnionType, path: Path) -> Iterator[FieldError]:
    """The errors of the one kind that the value seems to be meant as."""
    kinds = [each for each in info.types if not isinstance(each, inspect.NoneType)]
    if value is None and len(kinds) < len(info.types):
        return
    found = [list(_errors(value, each, path)) for each in kinds]
    if kinds and all(found):
        # Of several kinds, the one that the value comes nearest to: fewest errors, and none about the value as a whole.
        whole = pointed(*path)
        yield from min(found, key=lambda each: (any(error.pointer == whole for error in each), len(each)))


def _text(value: Any, info: inspect.StrType, path: Path) -> Iterator[FieldError]:
    if not isinstance(value, str):
        yield _at(path, "not_text")
        return
    least, most = info.min_length or 0, info.max_length
    if len(value) < least or (most is not None and len(value) > most):
        if least > 1 and most is not None:
            yield _at(path, "length", chars_min=least, chars_max=most)
        elif len(value) < least:
            yield _at(path, "too_short", chars_min=least)
        else:
            yield _at(path, "too_long", chars_max=most)
    elif info.pattern is not None and not re.search(info.pattern, value):
        yield _form(value, info.pattern, path)


def _form(value: str, pattern: str, path: Path) -> FieldError:
    if pattern != VISIBLE_PATTERN:
        return _at(path, "form")
    sign = unseen_sign(value)
    return _at(path, "nothing_visible") if sign is None else _at(path, "unseen_sign", sign=sign)


def _bounds(value: Any, info: Any, path: Path) -> Iterator[FieldError]:
    least, most = info.ge, info.le
    if least is not None and most is not None and not least <= value <= most:
        yield _at(path, "out_of_range", min=least, max=most)
    elif least is not None and value < least:
        yield _at(path, "too_small", min=least)
    elif most is not None and value > most:
        yield _at(path, "too_large", max=most)
    elif info.gt is not None and value <= info.gt:
        yield _at(path, "not_above", min=info.gt)
    elif info.lt is not None and value >= info.lt:
        yield _at(path, "not_below", max=info.lt)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def _whole(value: Any, info: inspect.IntType, path: Path) -> Iterator[FieldError]:
    if not isinstance(value, int) or isinstance(value, bool):  # 5.0 is none either
        yield _at(path, "not_whole")
    else:
        yield from _bounds(value, info, path)


def _float(value: Any, info: inspect.FloatType, path: Path) -> Iterator[FieldError]:
    if not _is_number(value):
        yield _at(path, "not_number")
    elif not _is_finite(value):
        yield _at(path, "too_large", max=WHOLE_MAX)
    else:
        yield from _bounds(value, info, path)


def _decimal(value: Any, info: inspect.Type, path: Path) -> Iterator[FieldError]:
    if isinstance(value, str):
        try:
            # Python also reads 1_0 and digits of other writings, which nobody means as a number here.
            is_number = not Decimal(value).is_finite() or bool(_NUMBER_TEXT.fullmatch(value.strip()))
        except InvalidOperation:
            is_number = False
        if not is_number:
            yield _at(path, "not_number")
    elif not _is_number(value):
        yield _at(path, "not_number")


def _truth(value: Any, info: inspect.Type, path: Path) -> Iterator[FieldError]:
    if not isinstance(value, bool):
        yield _at(path, "not_truth")


def _none(value: Any, info: inspect.Type, path: Path) -> Iterator[FieldError]:
    if value is not None:
        yield _at(path, "not_empty_value")


def _choice(value: Any, info: inspect.LiteralType, path: Path) -> Iterator[FieldError]:
    # A boolean equals 0 or 1 in Python, and is another value in JSON.
    if not any(type(value) is type(each) and value == each for each in info.values):
        yield _at(path, "not_one_of", allowed=list(info.values))


def _enum(value: Any, info: inspect.EnumType, path: Path) -> Iterator[FieldError]:
    allowed = [each.value for each in info.cls]
    if value not in allowed:
        yield _at(path, "not_one_of", allowed=allowed)


def _converts(value: Any, shape: type) -> bool:
    if not isinstance(value, str):
        return False
    try:
        msgspec.convert(value, shape)
    except (msgspec.ValidationError, ValueError, OverflowError):
        return False
    return True


def _instant(value: Any, info: inspect.DateTimeType, path: Path) -> Iterator[FieldError]:
    if not _converts(value, datetime):
        yield _at(path, "not_instant")
    elif info.tz and msgspec.convert(value, datetime).tzinfo is None:
        yield _at(path, "no_offset")


def _day(value: Any, info: inspect.Type, path: Path) -> Iterator[FieldError]:
    if not _converts(value, date):
        yield _at(path, "not_day")


def _id(value: Any, info: inspect.Type, path: Path) -> Iterator[FieldError]:
    if not _converts(value, UUID):
        yield _at(path, "not_id")


def _list(value: Any, info: Any, path: Path) -> Iterator[FieldError]:
    if not isinstance(value, list):
        yield _at(path, "not_list")
        return
    if info.min_length is not None and len(value) < info.min_length:
        yield _at(path, "too_few", items_min=info.min_length, items=len(value))
    if info.max_length is not None and len(value) > info.max_length:
        yield _at(path, "too_many", items_max=info.max_length, items=len(value))
    else:
        for number, item in enumerate(value):
            yield from _errors(item, info.item_type, (*path, number))


def _tuple(value: Any, info: inspect.TupleType, path: Path) -> Iterator[FieldError]:
    if not isinstance(value, list):
        yield _at(path, "not_list")
    elif len(value) != len(info.item_types):
        wanted = len(info.item_types)
        few = len(value) < wanted
        yield _at(path, "too_few", items_min=wanted) if few else _at(path, "too_many", items_max=wanted)
    else:
        for number, (item, kind) in enumerate(zip(value, info.item_types, strict=True)):
            yield from _errors(item, kind, (*path, number))


def _mapping(value: Any, info: inspect.DictType, path: Path) -> Iterator[FieldError]:
    if not isinstance(value, dict):
        yield _at(path, "not_object")
        return
    if info.max_length is not None and len(value) > info.max_length:
        yield _at(path, "too_many", items_max=info.max_length, items=len(value))
    for name, held in value.items():
        yield from _errors(name, info.key_type, (*path, name))
        yield from _errors(held, info.value_type, (*path, name))


_CHECKS: Final[Mapping[type, Callable[[Any, Any, Path], Iterator[FieldError]]]] = {
    inspect.StructType: _struct,
    inspect.UnionType: _union,
    inspect.StrType: _text,
    inspect.IntType: _whole,
    inspect.FloatType: _float,
    inspect.DecimalType: _decimal,
    inspect.BoolType: _truth,
    inspect.NoneType: _none,
    inspect.LiteralType: _choice,
    inspect.EnumType: _enum,
    inspect.DateTimeType: _instant,
    inspect.DateType: _day,
    inspect.UUIDType: _id,
    inspect.ListType: _list,
    inspect.VarTupleType: _list,
    inspect.SetType: _list,
    inspect.FrozenSetType: _list,
    inspect.TupleType: _tuple,
    inspect.DictType: _mapping,
}
