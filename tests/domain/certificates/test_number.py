"""Certificate numbers: their form, the event in them, and that nobody guesses one from another."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.certificates.number import (
    event_code_of,
    new_certificate_number,
    new_event_code,
    read_certificate_number,
)
from backend.domain.qr_codes import EVENT_CODE_ALPHABET, EVENT_CODE_LENGTH

event_codes = st.text(EVENT_CODE_ALPHABET, min_size=EVENT_CODE_LENGTH, max_size=EVENT_CODE_LENGTH)
NUMBER = "TF-AB0YZ-0123-4567-89AB"


@given(event_codes)
def test_number_leads_to_its_event(event_code: str) -> None:
    number = new_certificate_number(event_code)
    assert re.fullmatch(rf"TF-{event_code}(-[{EVENT_CODE_ALPHABET}]{{4}}){{3}}", number)
    assert event_code_of(number) == event_code
    # As people type it.
    assert read_certificate_number(f"  {number.lower()}\n") == number


@pytest.mark.parametrize(
    "number",
    [
        "",
        "TF",
        NUMBER[:-1],
        NUMBER + "C",
        NUMBER.replace("TF", "XX"),
        NUMBER.replace("-", ""),
        NUMBER.replace("-", "–"),
        NUMBER.replace("AB0YZ", "ABOYZ"),
        NUMBER.replace("89AB", "89AU"),
        NUMBER.replace("0123", "０１２３"),
        f"{NUMBER} {NUMBER}",
        NUMBER + "\0",
    ],
)
def test_what_is_no_number_leads_nowhere(number: str) -> None:
    assert event_code_of(NUMBER) == "AB0YZ"
    assert event_code_of(number) is None


@given(st.text(max_size=40))
def test_any_text_is_answered(text: str) -> None:
    assert event_code_of(text) is None or event_code_of(text) in text.upper()


def test_numbers_of_one_event_do_not_repeat_and_use_every_character() -> None:
    numbers = {new_certificate_number("AB0YZ") for _ in range(5000)}
    assert len(numbers) == 5000
    for place in (9, 10, 11, 12, 14, 15, 16, 17, 19, 20, 21, 22):
        assert {number[place] for number in numbers} == set(EVENT_CODE_ALPHABET), place


def test_event_codes_have_their_form() -> None:
    codes = {new_event_code() for _ in range(500)}
    assert len(codes) > 490
    assert all(re.fullmatch(f"[{EVENT_CODE_ALPHABET}]{{5}}", code) for code in codes)
