"""Names on boards, joining codes, weeks and months, levels and medals: the rules by themselves."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis.strategies import dates, integers, text

from backend.catalogue.community import load_community
from backend.domain.community.community import read_joining_code, shown_name
from backend.domain.community.medals import MethodTotals, Totals, earned, level_of, measure, progress
from backend.domain.community.periods import PERIOD_NAMES, month_of, period_of, week_of
from tests.shipped import shipped_catalogue

RULES = load_community(shipped_catalogue().methods)
SOMEBODY = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


@pytest.mark.parametrize(
    ("nickname", "shown"),
    [
        ("林小满", "林＊＊"),
        ("林", "林＊＊"),
        ("  林", "林＊＊"),
        ("Ann", "A＊＊"),
        ("😀笑", "😀＊＊"),
    ],
)
def test_a_name_shows_its_first_character_and_not_its_length(nickname: str, shown: str) -> None:
    assert shown_name(SOMEBODY, nickname, shows_name=True)[0] == shown


@pytest.mark.parametrize("nickname", [None, "", "   ", "\u200bx", "\u0007x"])
def test_without_a_character_to_show_there_are_four_digits_that_stay(nickname: str | None) -> None:
    zh, en = shown_name(SOMEBODY, nickname, shows_name=True)
    assert zh.startswith("低碳市民 ")
    assert zh[-4:].isdigit()
    assert en == f"Citizen {zh[-4:]}"
    assert shown_name(SOMEBODY, "林", shows_name=False) == (zh, en)


@given(text(max_size=40))
def test_whatever_the_nickname_little_of_it_is_shown(nickname: str) -> None:
    zh, en = shown_name(SOMEBODY, nickname, shows_name=True)
    assert 3 <= len(zh) <= 12
    assert zh.isprintable()
    assert en.isprintable()


def test_a_code_is_read_however_it_is_typed() -> None:
    assert read_joining_code(" 0o1il-abcde ") == "00111ABCDE"
    assert read_joining_code("0123456789") == "0123456789"


@given(dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_weeks_and_months_leave_no_day_out_and_count_none_twice(day: date) -> None:
    for of in (week_of, month_of):
        period = of(day)
        assert period.first <= day <= period.last
        assert of(period.first) == of(period.last) == period
        assert of(period.after).first == period.after
    assert week_of(day).first.weekday() == 0
    assert period_of("last_month", day).after == month_of(day).first
    assert period_of("last_week", day).after == week_of(day).first
    assert len({period_of(name, day).key for name in PERIOD_NAMES}) == 4


def test_a_week_may_lie_in_two_years() -> None:
    week = week_of(date(2027, 1, 1))
    assert (week.first, week.last) == (date(2026, 12, 28), date(2027, 1, 3))
    assert week.starts_at.utcoffset() == timedelta(hours=8)


@given(integers(0, 10**9))
def test_a_level_is_the_last_one_that_is_reached(grams: int) -> None:
    reached, following = level_of(RULES.levels, grams)
    assert reached.from_g <= grams
    assert following is None or grams < following.from_g


def totals(**by_method: MethodTotals) -> Totals:
    return Totals(by_method=by_method)


@given(integers(0, 20_000), integers(0, 20_000))
def test_more_of_something_never_earns_less(less: int, more: int) -> None:
    less, more = sorted((less, more))
    medals = list(RULES.medals.values())

    def of(value: int) -> Totals:
        metro = MethodTotals(value, value, value, value, Decimal(value))
        return Totals({"metro": metro}, value, value, value)

    assert set(earned(medals, of(less))) <= set(earned(medals, of(more)))


def test_a_medal_counts_its_methods_alone_and_whole_units() -> None:
    metro = RULES.medals["metro"]
    mixed = totals(
        metro=MethodTotals(quantity=Decimal("99.999")), bike_own=MethodTotals(quantity=Decimal(500))
    )
    assert measure(metro, mixed) == 99
    assert progress(metro, mixed).level == 0
    cyclist = progress(RULES.medals["cyclist"], mixed)
    assert (cyclist.value, cyclist.level, cyclist.next_at) == (500, 1, 1000)


def test_a_self_declared_action_counts_only_where_it_may() -> None:
    word = totals(own_cup=MethodTotals(actions=10, reduction_g=150), bus=MethodTotals(actions=50))
    assert progress(RULES.medals["own_things"], word).level == 1
    assert progress(RULES.medals["bus"], word).level == 0
    assert progress(RULES.medals["saver"], word).value == 0


def test_there_is_no_step_after_the_last() -> None:
    first = RULES.medals["first_action"]
    assert progress(first, totals(bus=MethodTotals(actions=3))).next_at is None


def test_the_city_has_its_twenty_districts_and_three_new_areas() -> None:
    numbers = [district.gb_code for district in RULES.districts.values()]
    assert (len(numbers), numbers.count(None)) == (23, 3)
    assert all(number is None or number.startswith("5101") for number in numbers)
