"""Names that others see hold nothing that acts on the text around them, and say which sign is refused."""

from __future__ import annotations

import json
import unicodedata
from codecs import BOM_UTF8

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.errors import InvalidBody, MalformedBody
from backend.messages.community.community import ProfileRequest
from backend.messages.encoding import decode_body
from backend.messages.events.events import EventChangeRequest
from backend.messages.names import is_visible, unseen_sign

PROFILE = msgspec.json.Decoder(ProfileRequest)
CHANGE = msgspec.json.Decoder(EventChangeRequest)


@pytest.mark.parametrize(
    "name",
    [
        "王小明",
        "阿·丹",
        "👩\u200d💻",
        "👨\u200d👩\u200d👧 一家",
        "❤️",
        "1️⃣",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "क्\u200dष",
        "می\u200cخواهم",
        "Ольга",
        "김민수",
        "O'Neil – Müller",
        "e\u0301",
    ],
)
def test_names_of_every_script_and_joined_pictures_are_names(name: str) -> None:
    assert is_visible(name)
    assert decode_body(PROFILE, json.dumps({"nickname": name}).encode()).nickname == name


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("a\nb", "U+000A"),
        ("\u0007", "U+0007"),
        ("a\tb", "U+0009"),
        ("\u200b", "U+200B"),
        ("王\u200b明", "U+200B"),
        ("👩\u200d💻\u200b", "U+200B"),
        ("a\u202eb", "U+202E"),
        ("\u2066a\u2069", "U+2066"),
        ("a\u200db", "U+200D"),
        ("王\u200d明", "U+200D"),
        ("a\u2028b", "U+2028"),
        ("\ufeffa", "U+FEFF"),
        ("a\u00adb", "U+00AD"),
        ("\u3164", "U+3164"),
        ("a\ufffdb", "U+FFFD"),
        ("a\U000e0041", "U+E0041"),
        (" ", None),
        ("\u3000", None),
        ("\u0301", None),
        ("\ufe0f", None),
    ],
)
def test_a_sign_that_nobody_sees_is_refused_by_its_name(name: str, sign: str | None) -> None:
    assert not is_visible(name)
    assert unseen_sign(name) == sign
    body = json.dumps({"reason": "x", "name": {"zh-CN": "好", "en": name}}).encode()
    with pytest.raises(InvalidBody) as refused:
        decode_body(CHANGE, body)
    told = str(refused.value)
    assert (sign or "can be seen") in told
    assert told.startswith("Name (English): ")


@settings(max_examples=300)
@given(st.text(min_size=1, max_size=30))
def test_what_is_taken_shows_something_and_controls_nothing(name: str) -> None:
    if is_visible(name):
        assert not any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in name)
        assert unseen_sign(name) is None
        assert name.strip()


def test_a_byte_order_mark_before_json_is_no_part_of_it() -> None:
    assert decode_body(PROFILE, BOM_UTF8 + b'{"nickname": "a"}').nickname == "a"
    with pytest.raises(MalformedBody):
        decode_body(PROFILE, BOM_UTF8)
