"""Voucher and coupon codes: random, and easy to read out loud.

A voucher's code has 20 characters of Crockford's base 32, which are 100 random bits: a merchant with a verifying
device can guess on and on without finding one. Reading forgives what people mistype (O for 0, I and L for 1).
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from backend.domain.days import SHANGHAI
from backend.domain.folding import folded_code

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VOUCHER_CHARS = 20
VOUCHER_GROUP = 5
COUPON_CHARS = 16
COUPON_GROUP = 4
_BITS_PER_CHAR = 5


def new_voucher_code() -> str:
    """100 random bits as four groups of five characters."""
    return _random_code(VOUCHER_CHARS, VOUCHER_GROUP)


def new_coupon_code() -> str:
    """80 random bits as four groups of four characters: told apart from a voucher's code at a glance."""
    return _random_code(COUPON_CHARS, COUPON_GROUP)


def read_voucher_code(text: str) -> str | None:
    """A voucher's code in its stored form, or None for another text."""
    if len(text) > 4 * VOUCHER_CHARS:
        return None
    plain = folded_code(text)
    if len(plain) != VOUCHER_CHARS or not set(plain) <= set(ALPHABET):
        return None
    return _grouped(plain, VOUCHER_GROUP)


def voucher_expiry(redeemed_at: datetime, days: int) -> datetime:
    """The end of the last of so many days in Asia/Shanghai; the day of redemption is not counted."""
    today = redeemed_at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return (today + timedelta(days=days + 1)).astimezone(UTC)


def _random_code(chars: int, group: int) -> str:
    bits = secrets.randbits(chars * _BITS_PER_CHAR)
    text = "".join(ALPHABET[bits >> _BITS_PER_CHAR * index & 31] for index in range(chars))
    return _grouped(text, group)


def _grouped(text: str, group: int) -> str:
    return "-".join(text[start : start + group] for start in range(0, len(text), group))
