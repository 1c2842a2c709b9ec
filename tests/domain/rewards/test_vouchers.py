"""Codes of vouchers and coupons, and files of codes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from backend.domain.imports.reader import read_table
from backend.domain.rewards.coupon_csv import codes_columns, read_codes
from backend.domain.rewards.vouchers import (
    ALPHABET,
    new_coupon_code,
    new_voucher_code,
    read_voucher_code,
    voucher_expiry,
)
from backend.errors.rewards import CodesFileBroken


def test_ten_thousand_codes_are_all_different_and_use_every_character() -> None:
    for new, chars in ((new_voucher_code, 20), (new_coupon_code, 16)):
        codes = {new() for _ in range(10_000)}
        assert len(codes) == 10_000
        assert {len(code.replace("-", "")) for code in codes} == {chars}
        # Each place takes each of the 32 characters: none of its five bits stands still.
        plain = [code.replace("-", "") for code in codes]
        assert all({code[place] for code in plain} == set(ALPHABET) for place in range(chars))


@pytest.mark.parametrize(
    "typed",
    [
        "0ABCD-1EFGH-2JKMN-3PQRS",
        " 0abcd-1efgh-2jkmn-3pqrs ",
        "OABCDIEFGH2JKMN3PQRS",
        "oabcd lefgh 2jkmn 3pqrs",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_voucher_code(typed) == "0ABCD-1EFGH-2JKMN-3PQRS"


@pytest.mark.parametrize(
    "typed", ["", "0ABCD", "0ABCD-1EFGH-2JKMN-3PQRU", "-" * 81, "茶" * 20, "0" * 21, "ß" * 20]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_voucher_code(typed) is None


def test_a_new_code_reads_as_itself() -> None:
    code = new_voucher_code()
    assert read_voucher_code(code) == code


@pytest.mark.parametrize(
    ("redeemed_at", "days", "expected"),
    [
        # One minute before and one minute after midnight in Chengdu.
        (datetime(2026, 10, 31, 15, 59, tzinfo=UTC), 1, datetime(2026, 11, 1, 16, tzinfo=UTC)),
        (datetime(2026, 10, 31, 16, 1, tzinfo=UTC), 1, datetime(2026, 11, 2, 16, tzinfo=UTC)),
        (datetime(2026, 10, 31, 16, 1, tzinfo=UTC), 30, datetime(2026, 12, 1, 16, tzinfo=UTC)),
    ],
)
def test_a_voucher_is_good_to_the_end_of_its_last_day_in_chengdu(
    redeemed_at: datetime, days: int, expected: datetime
) -> None:
    assert voucher_expiry(redeemed_at, days) == expected


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"code\nAAAA\nBBBB\n", {"AAAA": 2, "BBBB": 3}),
        (b"\xef\xbb\xbf Code \r\n\r\n AAAA \r\nBBBB", {"AAAA": 3, "BBBB": 4}),
        (b'code\n"A,""A"\n', {'A,"A': 2}),
        (b"code\n" + b"x" * 64, {"x" * 64: 2}),
    ],
)
def test_a_file_gives_its_codes_with_their_rows(content: bytes, codes: dict[str, int]) -> None:
    table = read_table(content, codes_columns(10).first_keys, 10)
    assert read_codes(table, 10)[0] == codes


@pytest.mark.parametrize(
    ("content", "code", "row", "broken"),
    [
        (b"code\nAAAA\nAAA\nBBBB,B\nCC CC\n", "codes_row_form", 3, 3),
        (b"code\nAAAA\n" + b"x" * 65, "codes_row_form", 3, 1),
        (b"code\nA\x00AA\n", "codes_row_form", 2, 1),
        (b"code\nAAAA\n=AAA\nAAAA\nAAAA\n", "codes_row_repeated", 4, 2),
        (b'code\nAAAA\n"BB"BB\n', "codes_file_broken", 3, 1),
        (b"code\nAAAA\n" + b"x" * 200_000, "codes_file_broken", 3, 1),
    ],
)
def test_the_first_broken_row_is_named_and_the_others_are_counted(
    content: bytes, code: str, row: int, broken: int
) -> None:
    with pytest.raises(CodesFileBroken) as caught:
        read_codes(read_table(content, codes_columns(100).first_keys, 100), 100)
    assert (caught.value.code, caught.value.facts["errors_total"]) == (code, broken)
    assert caught.value.row_errors("en")[0][0].startswith(f"/rows/{row}/")
    for language in ("zh-CN", "en"):
        assert str(row) in caught.value.detail(language)
