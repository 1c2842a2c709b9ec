"""What a cell means: numbers, days and serials as people and spreadsheets write them, and nothing else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.imports.cells import cleaned, day_of_cell, is_calculated, is_error, number_of


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.0", "1"), ("1E+11", "1E+11"), ("-0.5", "-0.5"), ("３０．６", "30.6"), ("−5", "-5"), (".5", "0.5")],
)
def test_a_number_is_read_however_it_is_written(text: str, value: str) -> None:
    assert number_of(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["3_0.6", "1,5", "1,000", "1.23457E+11", "nan", "inf", "", "1e9999", "٣", "0x10", "1 0"]
)
def test_what_is_no_number_or_lost_its_digits_is_none(text: str) -> None:
    assert number_of(text) is None


@pytest.mark.parametrize(
    "text", ["2026-11-01", "2026/11/1", "2026.11.1", "2026年11月1日", "2026-11-01 00:00:00"]
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert day_of_cell(text, may_be_number=False) == date(2026, 11, 1)


def test_a_count_of_days_is_a_day_in_a_spreadsheet_only() -> None:
    assert day_of_cell("46327", may_be_number=True) == date(2026, 11, 1)
    for text in ("46327", "1.11.2026", "11/1/2026", "2026-13-01", "2026-11"):
        assert day_of_cell(text, may_be_number=False) is None


def test_errors_and_formulas_of_spreadsheets_are_known() -> None:
    assert all(map(is_error, ("#REF!", "#N/A", "#DIV/0!", "########")))
    assert not any(map(is_error, ("#", "#1", "# A", "REF!")))
    assert all(map(is_calculated, ("=1", "＝1", "\u200b@x", "\t+1")))


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)


@given(st.text())
def test_any_text_is_a_number_a_day_or_none(text: str) -> None:
    number_of(text)
    day_of_cell(text, may_be_number=True)
