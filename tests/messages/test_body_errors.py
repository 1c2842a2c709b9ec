"""What is wrong with a body: all of it that can be found at once, at the right place, by a code."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest
from msgspec import Meta

from backend.errors import InvalidBody, MalformedBody
from backend.messages.encoding import check_keys, check_numbers, decode_body
from backend.messages.shape import Bilingual, Instant, Request


class Inner(Request):
    share: Annotated[int, Meta(ge=0, le=100)]
    note: Annotated[str, Meta(min_length=2, max_length=5)] | None = None


class Outer(Request):
    name: Bilingual
    quantity: Decimal
    at: Instant | None = None
    kind: Literal["a", "b"] = "a"
    inner: Inner | None = None
    items: Annotated[list[Inner], Meta(max_length=2)] = []  # noqa: RUF012
    id: UUID | None = None
    km: float | None = None
    is_open: bool = True


DECODER = msgspec.json.Decoder(Outer)
GOOD: dict[str, Any] = {"name": {"zh-CN": "名", "en": "n"}, "quantity": 1}


def errors(**changed: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidBody) as caught:
        decode_body(DECODER, msgspec.json.encode(GOOD | changed))
    return [(each.pointer, each.code) for each in caught.value.errors]


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"quantity": "1,5"}, "/quantity", "not_number"),
        ({"quantity": True}, "/quantity", "not_number"),
        ({"at": "2026-05-31"}, "/at", "not_instant"),
        ({"at": "2026-05-31T09:00:00"}, "/at", "no_offset"),
        ({"at": "2026-05-31T24:00:00Z"}, "/at", "not_instant"),
        ({"at": "2016-12-31T23:59:60Z"}, "/at", "not_instant"),
        ({"kind": "c"}, "/kind", "not_one_of"),
        ({"inner": {"share": 101}}, "/inner/share", "out_of_range"),
        ({"inner": {"share": 5.0}}, "/inner/share", "not_whole"),
        ({"inner": {"share": 1, "note": "x"}}, "/inner/note", "length"),
        ({"inner": {}}, "/inner/share", "missing"),
        ({"inner": []}, "/inner", "not_object"),
        ({"items": [{"share": 1}, {"share": "1"}]}, "/items/1/share", "not_whole"),
        ({"items": [{"share": 1}] * 3}, "/items", "too_many"),
        ({"items": {}}, "/items", "not_list"),
        ({"id": "x"}, "/id", "not_id"),
        ({"km": "1"}, "/km", "not_number"),
        ({"is_open": 1}, "/is_open", "not_truth"),
        ({"quantty": 1}, "/quantty", "unknown"),
        ({"inner": {"share": 1, "nte": "ab"}}, "/inner/nte", "unknown_did_you_mean"),
        ({"a/b~c": 1}, "/a~1b~0c", "unknown"),
        ({"name": {"zh-CN": "", "en": "n"}}, "/name/zh-CN", "too_short"),
    ],
)
def test_a_wrong_field_is_pointed_at(changed: dict[str, Any], pointer: str, code: str) -> None:
    assert errors(**changed) == [(pointer, code)]


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert errors(kind="c", km="x", inner={"share": -1, "more": 1}, quantity=None) == [
        ("/quantity", "not_number"),
        ("/kind", "not_one_of"),
        ("/km", "not_number"),
        ("/inner/share", "out_of_range"),
        ("/inner/more", "unknown"),
    ]


def test_of_a_thousand_wrong_entries_twenty_are_told() -> None:
    decoder = msgspec.json.Decoder(list[int])
    with pytest.raises(InvalidBody) as caught:
        decode_body(decoder, msgspec.json.encode(["x"] * 1000))
    assert len(caught.value.errors) == 20


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "no_body"),
        (b"  \n", "no_body"),
        (b'{"name"', "cut_off"),
        (b'{"name" 1}', "no_json"),
        (b"{'name': 1}", "no_json"),
        (b'{"km": NaN}', "not_finite"),
        (b'{"km": -Infinity}', "not_finite"),
        ('{"name": 1}'.encode("utf-16"), "utf16"),
        ('{"name": 1}'.encode("utf-16-le"), "utf16"),
        ('{"name": "张"}'.encode("gbk"), "not_utf8"),
        (b'{"kind": "\xed\xa0\x80"}', "not_utf8"),
        (b'{"kind": "\\ud800"}', "half_character"),
        (b"[" * 10_000, "too_deep"),
        (b'{"name":' * 10_000, "too_deep"),
    ],
    ids=repr,
)
def test_what_is_no_json_is_told_why(raw: bytes, code: str) -> None:
    with pytest.raises((MalformedBody, InvalidBody)) as caught:
        decode_body(msgspec.json.Decoder(Any), raw)
    assert [each.code for each in caught.value.errors] == [code]


def test_numbers_beyond_all_bounds_are_refused_where_they_stand() -> None:
    raw = b'{"name":{"zh-CN":"x","en":"x"},"quantity":1,"km":1e400}'
    with pytest.raises(InvalidBody) as caught:
        decode_body(DECODER, raw)
    assert [(each.pointer, each.code) for each in caught.value.errors] == [("/km", "too_large")]


@pytest.mark.parametrize("text", ["1_0", "１５", "٣", "1_000.5"])
def test_a_number_that_only_python_reads_is_none(text: str) -> None:
    with pytest.raises(InvalidBody) as caught:
        check_numbers(DECODER, msgspec.json.encode(GOOD | {"quantity": text}))
    assert [(each.pointer, each.code) for each in caught.value.errors] == [("/quantity", "not_number")]


@pytest.mark.parametrize("text", ["1.5", "-2", "1e3", ".5", "NaN"])
def test_a_decimal_may_come_as_a_text(text: str) -> None:
    check_numbers(DECODER, msgspec.json.encode(GOOD | {"quantity": text}))


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        (b'{"a":1,"a":1}', "/a"),
        (b'{"a":{"b":1,"b":2}}', "/b"),
        (b'{"a":1,"\\u0061":2}', "/a"),
        (b'{"a":1,"b":{"a":1},"c":{"a":1}}', None),
        (b'{"a":"\\"a\\":", "b":"\\"a\\":"}', None),
    ],
)
def test_a_name_stands_once_in_an_object(raw: bytes, pointer: str | None) -> None:
    if pointer is None:
        check_keys(raw)
        return
    with pytest.raises(InvalidBody) as caught:
        check_keys(raw)
    assert [(each.pointer, each.code) for each in caught.value.errors] == [(pointer, "repeated")]


def test_an_instant_is_what_msgspec_says() -> None:
    found = decode_body(DECODER, msgspec.json.encode(GOOD | {"at": "2026-05-31T09:00:00+14:00"}))
    assert isinstance(found.at, datetime)
