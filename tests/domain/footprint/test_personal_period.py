"""The footprint of a period of somebody's life: what was told, line by line, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.footprint.footprint import Footprint
from backend.domain.footprint.personal_period import (
    DAILY_MAX,
    SOURCES,
    LifePeriod,
    PeriodInputs,
    not_included,
    period_footprint,
)
from backend.errors.events.journeys import ModeImplausible
from backend.errors.neutrality import PeriodJourneyWithin, PeriodQuantityImplausible
from tests.shipped import shipped_catalogue

CATALOGUE = shipped_catalogue()
JUNE = LifePeriod(date(2026, 6, 1), date(2026, 6, 30), "成都")


def computed(period: LifePeriod = JUNE, **told: Any) -> Footprint:
    return period_footprint(
        period,
        msgspec.convert(told, PeriodInputs),
        CATALOGUE.factor_sets["life-2026.1"],
        CATALOGUE.factors,
        CATALOGUE.cities,
        CATALOGUE.rail_km,
    )


def sums(footprint: Footprint) -> dict[str, int]:
    return {line.source: line.emission_g for line in footprint.lines}


def test_what_is_not_told_has_no_line_and_is_named() -> None:
    assert computed().lines == ()
    assert computed().total_g == 0
    assert not_included(PeriodInputs()) == SOURCES
    told = computed(electricity_kwh={"quantity": 0})
    assert sums(told) == {"home_electricity": 0}
    assert "home_electricity" not in not_included(
        msgspec.convert({"electricity_kwh": {"quantity": 0}}, PeriodInputs)
    )


def test_lines_are_activity_times_factor_by_hand() -> None:
    footprint = computed(
        household=3,
        electricity_kwh={"quantity": 100},
        gas_m3={"quantity": 30},
        heat_kwh={"quantity": 90},
        everyday=[{"mode": "bike", "distance_km": 50}, {"mode": "ebike", "distance_km": 10}],
        food="vegan",
        is_food_assumed=False,
    )
    by_note = {(line.source, line.note): line.emission_g for line in footprint.lines}
    # A third of 100 kWh is 33.333334 when rounded up; × 156.4 g = 5,213.33….
    assert by_note[("home_electricity", None)] == 5214
    assert by_note[("home_gas", None)] == 21_622
    assert by_note[("home_heat", None)] == 11_880
    assert by_note[("everyday_travel", "bike")] == 0
    assert by_note[("everyday_travel", "ebike")] == 17
    assert by_note[("food", None)] == 90 * 823
    assert footprint.boundary == "personal_life"


def test_meals_that_are_counted_at_events_are_not_counted_here() -> None:
    whole = computed(food="low_meat")
    less = computed(msgspec.structs.replace(JUNE, days_with_meals_elsewhere=2), food="low_meat")
    assert whole.total_g - less.total_g == 6 * 1790
    assert computed(msgspec.structs.replace(JUNE, days_with_meals_elsewhere=30), food="low_meat").lines == ()


def test_an_assumption_is_marked_and_a_whole_account_is_declared() -> None:
    assert computed(food="vegan").default_pct == 100
    assert computed(food="vegan", is_food_assumed=False).default_pct == 0
    assert computed(food="vegan", is_food_assumed=False).basis == "partial"
    journey = {"day": "2026-06-10", "from_city": "成都", "to_city": "北京", "mode": "hsr"}
    everything = computed(
        electricity_kwh={"quantity": 1},
        gas_m3={"quantity": 1},
        heat_kwh={"quantity": 0},
        everyday=[{"mode": "metro", "distance_km": 1}],
        journeys=[journey],
        food="vegan",
        is_food_assumed=False,
    )
    assert (everything.basis, everything.uncertainty_pct) == ("declared", 20)


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        (
            {"electricity_kwh": {"quantity": 30 * DAILY_MAX["home_electricity"] + 1}},
            PeriodQuantityImplausible,
        ),
        ({"gas_m3": {"quantity": 30 * DAILY_MAX["home_gas"] + 1}}, PeriodQuantityImplausible),
        ({"everyday": [{"mode": "walk", "distance_km": 30 * 60 + 1}]}, PeriodQuantityImplausible),
        (
            {"journeys": [{"day": "2026-06-10", "from_city": "成都", "to_city": "成都", "mode": "hsr"}]},
            PeriodJourneyWithin,
        ),
        (
            {"journeys": [{"day": "2026-06-10", "from_city": "成都", "to_city": "伦敦", "mode": "hsr"}]},
            ModeImplausible,
        ),
    ],
)
def test_what_cannot_be_is_refused(told: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        computed(**told)


@given(st.floats(0, 5000), st.integers(1, 20), st.floats(0, 900))
def test_more_is_never_lighter_and_the_sum_is_of_the_lines(kwh: float, household: int, more: float) -> None:
    one = computed(household=household, electricity_kwh={"quantity": kwh})
    other = computed(household=household, electricity_kwh={"quantity": kwh + more})
    assert other.total_g >= one.total_g
    assert one.total_g == sum(line.emission_g for line in one.lines)
    assert one.total_g >= kwh * 156.4 / household - 1e-6
