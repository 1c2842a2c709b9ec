from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalogue import Catalogue
from backend.domain.actions.quantification import Usage, apply_caps, period_start, usage_scope
from backend.domain.catalogue.factors import Cap, Period

D = Decimal
KM = Cap("km_per_day", "quantity", "day", D(20))
RIDES = Cap("rides_per_day", "count", "day", D(6))
TRIP = Cap("pkm_per_trip", "quantity", "trip", D(1500))


@pytest.mark.parametrize(
    ("used", "asked", "credited", "by"),
    [
        ("0", "19.999", "19.999", None),
        ("0", "20", "20", None),  # exactly the limit is not above it
        ("0", "20.001", "20", "km_per_day"),
        ("15.5", "10", "4.5", "km_per_day"),
        ("19.999", "0.001", "0.001", None),
        ("20", "0.001", "0", "km_per_day"),
        ("25", "1", "0", "km_per_day"),  # a limit lowered since takes nothing back
    ],
)
def test_a_quantity_cap_trims_to_what_remains(used: str, asked: str, credited: str, by: str | None) -> None:
    usage = {"km_per_day": Usage(quantity=D(used), count=1)}
    assert apply_caps((KM,), usage, D(asked)) == (D(credited), by)


@pytest.mark.parametrize(("count", "credited", "by"), [(0, 3, None), (5, 3, None), (6, 0, "rides_per_day")])
def test_a_count_cap_is_all_or_nothing(count: int, credited: int, by: str | None) -> None:
    usage = {"rides_per_day": Usage(quantity=D(100), count=count)}
    assert apply_caps((RIDES,), usage, D(3)) == (D(credited), by)


def test_the_tightest_cap_is_named() -> None:
    usage = {"km_per_day": Usage(D(18), 6), "rides_per_day": Usage(D(18), 6)}
    assert apply_caps((KM, RIDES), usage, D(5)) == (D(0), "rides_per_day")
    usage["rides_per_day"] = Usage(D(18), 5)
    assert apply_caps((KM, RIDES), usage, D(5)) == (D(2), "km_per_day")


def test_the_first_of_equal_caps_is_named() -> None:
    usage = {"km_per_day": Usage(D(20), 6), "rides_per_day": Usage(D(20), 6)}
    assert apply_caps((RIDES, KM), usage, D(5)) == (D(0), "rides_per_day")


def test_other_trips_do_not_use_up_a_trip() -> None:
    usage = {"pkm_per_trip": Usage(D(1500), 1)}
    assert apply_caps((TRIP,), usage, D(1600)) == (D(1500), "pkm_per_trip")


def test_nothing_used_and_no_caps_credit_everything() -> None:
    assert apply_caps((KM, RIDES), {}, D(7)) == (D(7), None)
    assert apply_caps((), {}, D(7)) == (D(7), None)


_amounts = st.decimals("0.001", "50", places=3)


@given(asked=st.lists(_amounts, max_size=30))
def test_a_day_never_holds_more_than_its_caps(asked: list[Decimal]) -> None:
    used = Usage()
    for quantity in asked:
        credited, by = apply_caps((KM, RIDES), {"km_per_day": used, "rides_per_day": used}, quantity)
        assert (by is None) == (credited == quantity)
        if credited:
            used = Usage(used.quantity + credited, used.count + 1)
    assert used.quantity <= KM.limit
    assert used.count <= RIDES.limit


@pytest.mark.parametrize(
    ("period", "day", "start"),
    [
        ("day", date(2026, 5, 1), date(2026, 5, 1)),
        ("trip", date(2026, 5, 1), date(2026, 5, 1)),
        ("week", date(2026, 5, 4), date(2026, 5, 4)),  # a Monday
        ("week", date(2026, 5, 3), date(2026, 4, 27)),  # the Sunday before it
        ("week", date(2027, 1, 1), date(2026, 12, 28)),
        ("month", date(2026, 2, 28), date(2026, 2, 1)),
        ("year", date(2024, 12, 31), date(2024, 1, 1)),
    ],
)
def test_a_period_starts_on_its_first_day(period: Period, day: date, start: date) -> None:
    assert period_start(period, day) == start


@given(day=st.dates(date(2020, 1, 1), date(2099, 12, 31)))
def test_weeks_start_on_monday_and_hold_seven_days(day: date) -> None:
    start = period_start("week", day)
    assert start.weekday() == 0
    assert timedelta(0) <= day - start < timedelta(7)


def test_each_kind_of_learning_is_counted_apart(catalogue: Catalogue) -> None:
    method = catalogue.methods["learn"]
    (cap,) = method.caps
    assert usage_scope(method, cap, {"kind": "quiz"}) == "learn.once_per_day.quiz"
    assert usage_scope(method, cap, {}) == "learn.once_per_day.learn"


def test_a_cap_on_the_whole_method_has_one_scope(catalogue: Catalogue) -> None:
    method = catalogue.methods["recyclables"]
    (cap,) = method.caps
    assert (
        usage_scope(method, cap, {"material": "pet"})
        == usage_scope(method, cap, {})
        == "recyclables.kg_per_day"
    )
