"""Addresses that sign-in codes are sent to: e-mail addresses and phone numbers, each folded to one spelling.

An e-mail address is folded to small letters as a whole, its domain to the form that mail servers use (IDNA). Dots and
a `+` before the @ stay: whether they make a difference is for the provider to say, and two persons may not share an
account because of a guess. A phone number is folded to E.164, `+8613800138000`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from backend.domain.folding import seen

HOME_REGION = "CN"
"""Where a number is from that names no country."""
TAKES_MESSAGES = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
SHOWN_FIRST, SHOWN_LAST = 3, 4
_FULL_STOPS = str.maketrans("\u3002\uff61", "..")


def email_address(text: str) -> str | None:
    """The address in its one spelling; None for what is no address that a mail server takes.

    Before the @ it is ASCII: few mail servers take more there (SMTPUTF8). An internationalised domain is taken.
    """
    if _has_control_signs(text):
        return None
    name, _, domain = seen(text).strip().rpartition("@")
    try:
        found = validate_email(
            f"{name}@{domain.translate(_FULL_STOPS)}",
            check_deliverability=False,
            allow_smtputf8=False,
            strict=True,
        )
    except EmailNotValidError:
        return None
    return None if found.ascii_email is None else found.ascii_email.lower()


def mailbox(provider: str, address: str) -> str:
    """Where an address most likely ends up, for counting what is sent there: many providers let their people write
    dots and a `+` as they like. Never for telling whose an account is.
    """
    if provider != "email":
        return address
    name, _, domain = address.rpartition("@")
    return f"{name.partition('+')[0].replace('.', '')}@{domain}"


def phone_number(text: str) -> str | None:
    """A number of a phone that takes messages, in E.164; None for what is none."""
    plain = seen(text).strip()
    if _has_control_signs(text) or any(sign.isalpha() for sign in plain):
        return None
    try:
        number = phonenumbers.parse(plain, HOME_REGION)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or number.extension:
        return None
    if phonenumbers.number_type(number) not in TAKES_MESSAGES:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_of_country(number: str, country_codes: Collection[str]) -> bool:
    """Whether a number in E.164 is of one of these countries, named as `+86`; no codes at all means every country."""
    country = phonenumbers.parse(number).country_code
    return not country_codes or f"+{country}" in country_codes


def masked(provider: str, address: str) -> str:
    """An address as its owner recognises it and nobody else learns it: `l***@mail.cn`, `+86 138****8000`."""
    if provider == "email":
        name, _, domain = address.rpartition("@")
        return f"{name[:1]}***@{domain}"
    number = phonenumbers.parse(address)
    digits = str(number.national_number)
    first = digits[:SHOWN_FIRST] if len(digits) > 2 * SHOWN_LAST else ""
    return f"+{number.country_code} {first}****{digits[-SHOWN_LAST:]}"


def _has_control_signs(text: str) -> bool:
    """A line break or another control sign inside: it would begin a header of a mail."""
    return any(unicodedata.category(sign) == "Cc" for sign in text.strip(" \t\r\n"))
