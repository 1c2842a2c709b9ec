"""One spelling for each address, and none for what is no address; what its owner is shown of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.identity.addresses import email_address, is_of_country, mailbox, masked, phone_number


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("lin@mail.cn", "lin@mail.cn"),
        (" Lin@Mail.CN\n", "lin@mail.cn"),
        ("ｌｉｎ＠ｍａｉｌ．ｃｎ", "lin@mail.cn"),
        ("lin@邮件。中国", "lin@xn--5nq051n.xn--fiqs8s"),
        ("li\u200bn@mail.cn", "lin@mail.cn"),
        ("l.in+events@mail.cn", "l.in+events@mail.cn"),
        ("lin@mail.cn\r\nBcc: x@mail.cn", None),
        ("lin@mail.cn\x00", None),
        ("lin\t@mail.cn", None),
        ("林@mail.cn", None),
        ("lin", None),
        ("lin@", None),
        ("lin@mail", None),
        ("lin@mail..cn", None),
        ("lin@@mail.cn", None),
        ("lin@mail.local", None),
        ("a" * 65 + "@mail.cn", None),
        ("lin@" + "a" * 250 + ".cn", None),
        ("", None),
    ],
)
def test_an_email_address_has_one_spelling(typed: str, address: str | None) -> None:
    assert email_address(typed) == address


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800138000", "+8613800138000"),
        ("１３８　００１３　８０００", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("＋８６１３８００１３８０００", "+8613800138000"),
        ("(+86) 13800138000", "+8613800138000"),
        ("0086 138 0013 8000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("+44 7911 123456", "+447911123456"),
        ("+852 5123 4567", "+85251234567"),
        ("028-85551234", None),
        ("12345", None),
        ("110", None),
        ("138001380001", None),
        ("13800138000 ext. 5", None),
        ("13800138000;ext=5", None),
        ("1-800-FLOWERS", None),
        ("+8613800138000\n+8613800138001", None),
        ("+1 900 555 0123", None),
        ("lin@mail.cn", None),
        ("", None),
    ],
)
def test_a_phone_number_has_one_spelling(typed: str, number: str | None) -> None:
    assert phone_number(typed) == number


@given(st.text(max_size=60))
def test_whatever_is_typed_folds_to_an_address_that_folds_to_itself(text: str) -> None:
    for fold in (email_address, phone_number):
        found = fold(text)
        if found is not None:
            assert found.isascii()
            assert found.isprintable()
            assert " " not in found
            assert fold(found) == found


def test_no_country_named_means_every_country() -> None:
    assert is_of_country("+447911123456", ())
    assert is_of_country("+8613800138000", ("+86", "+852"))
    assert not is_of_country("+447911123456", ("+86",))


@pytest.mark.parametrize(
    ("provider", "address", "shown"),
    [
        ("email", "lin@mail.cn", "l***@mail.cn"),
        ("email", "l@mail.cn", "l***@mail.cn"),
        ("phone", "+8613800138000", "+86 138****8000"),
        ("phone", "+85251234567", "+852 ****4567"),
    ],
)
def test_an_address_is_shown_so_that_its_owner_knows_it(provider: str, address: str, shown: str) -> None:
    assert masked(provider, address) == shown


@pytest.mark.parametrize(
    ("provider", "address", "ends_up"),
    [
        ("email", "l.in+events@mail.cn", "lin@mail.cn"),
        ("email", "lin@mail.cn", "lin@mail.cn"),
        ("email", "+x@mail.cn", "@mail.cn"),
        ("phone", "+8613800138000", "+8613800138000"),
    ],
)
def test_what_is_sent_is_counted_by_mailbox(provider: str, address: str, ends_up: str) -> None:
    assert mailbox(provider, address) == ends_up
