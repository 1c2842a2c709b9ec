"""What a code is, how long it holds, and what is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend.domain.identity.sign_in_codes import LIFE, TRIES_MAX, SignInDigests, is_open, typed_code

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
EDGE = timedelta(microseconds=1)
KEYS = {"k2": b"2" * 32, "k1": b"1" * 32}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("012345", "012345"),
        (" 012 345\n", "012345"),
        ("０１２３４５", "012345"),
        ("٠١٢٣٤٥", "012345"),
        ("012-345", "012345"),
        ("01234", None),
        ("0123456", None),
        ("O12345", None),
        ("-12345", None),
        ("", None),
    ],
)
def test_six_digits_are_read_however_they_were_typed(typed: str, code: str | None) -> None:
    assert typed_code(typed) == code


def test_a_code_holds_to_the_last_microsecond_of_five_minutes_and_no_longer() -> None:
    ends_at = NOW + LIFE
    assert timedelta(minutes=5) == LIFE
    for at, holds in ((ends_at - EDGE, True), (ends_at, False), (ends_at + EDGE, False)):
        assert is_open(at, expires_at=ends_at, used_at=None, failures=0) is holds


def test_a_code_takes_five_tries_and_is_used_once() -> None:
    ends_at = NOW + LIFE
    assert TRIES_MAX == 5
    assert is_open(NOW, expires_at=ends_at, used_at=None, failures=4)
    assert not is_open(NOW, expires_at=ends_at, used_at=None, failures=5)
    assert not is_open(NOW, expires_at=ends_at, used_at=NOW, failures=0)


def test_digests_are_of_their_key_their_way_and_their_challenge() -> None:
    both, first = SignInDigests(KEYS), SignInDigests({"k2": KEYS["k2"]})
    new, old = both.subjects("email", "lin@mail.cn")
    assert first.subjects("email", "lin@mail.cn") == [new] != [old]
    assert first.subjects("phone", "lin@mail.cn") != [new]
    kept = SignInDigests({"k1": KEYS["k1"]}).of_code("a", "012345")
    assert both.is_code(kept, "a", "012345")
    assert not both.is_code(kept, "a", "012346")
    assert not both.is_code(kept, "b", "012345")
    assert not first.is_code(kept, "a", "012345")
