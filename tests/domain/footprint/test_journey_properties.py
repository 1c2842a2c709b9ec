"""What holds of every journey under the rules of 2026.2, by property tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from backend.domain.footprint.footprint import EventProfile, Footprint, Journey, Mode
from backend.domain.footprint.plausibility import MODE_KM
from backend.errors.events.journeys import JourneyRefusal
from tests.domain.attendances import SHIPPED, TWO_DAYS, reckon

FIRST = date(2026, 5, 1)
CITIES = sorted({city.name["en"] for city in SHIPPED.cities.values()})

profiles = st.builds(
    lambda days, boundary, factor_set, forcing: msgspec.structs.replace(
        TWO_DAYS,
        starts_day=FIRST,
        ends_day=FIRST + timedelta(days=days - 1),
        boundary=boundary,
        factor_set=factor_set,
        radiative_forcing=forcing,
    ),
    st.integers(1, 12),
    st.sampled_from(["core", "extended"]),
    st.sampled_from(["sichuan-2026.2", "china-2026.2"]),
    st.booleans(),
)
OPTIONAL: dict[str, st.SearchStrategy[Any]] = {
    "from_city": st.sampled_from(CITIES),
    "distance_km": st.floats(0, 20_000),
    "mode": st.sampled_from(["hsr", "train", "plane", "coach", "car", "bev", "taxi", "motorbike"]),
    "return_trip": st.booleans(),
    "nights": st.integers(0, 60),
    "room_sharing": st.integers(1, 10),
    "hotel_stars": st.integers(2, 5),
    "diet": st.sampled_from(["mixed", "vegetarian", "vegan"]),
    "meals": st.integers(0, 200),
    "local_mode": st.sampled_from(["car", "bev", "bus", "metro", "bike", "walk", "taxi"]),
    "local_km_per_day": st.floats(0, 500),
    "days_attended": st.integers(1, 12),
    "home_every_night": st.booleans(),
    "free_nights": st.integers(0, 5),
    "car_persons": st.integers(1, 9),
    "cabin": st.sampled_from(["economy", "premium", "business", "first"]),
    "event_share_pct": st.integers(1, 100),
    "age_group": st.sampled_from(["infant", "child", "adult"]),
}
told = st.fixed_dictionaries({}, optional=OPTIONAL)
# Where another vehicle is usual: a day in town, coach and rail, rail and plane.
bounds_km = st.sampled_from([10.0, 20.0, 150.0, 194.3, 1_000.0])
tickets = st.sampled_from([None, "local", "province", "national", "international"])


def consistent(profile: EventProfile, answers: dict[str, Any]) -> dict[str, Any]:
    """The same answers without those that exclude another one: these are refused, and compare with nothing."""
    answers = dict(answers)
    if answers.get("days_attended", 1) > profile.event_days:
        answers["days_attended"] = profile.event_days
    if answers.get("home_every_night"):
        answers |= {"nights": 0, "return_trip": True}
    if "nights" in answers and answers.get("free_nights", 0) > answers["nights"]:
        answers["free_nights"] = answers["nights"]
    if answers.get("mode") not in (None, "plane"):
        answers.pop("cabin", None)
    return answers


def made(profile: EventProfile, ticket: str | None, answers: dict[str, Any]) -> Footprint:
    """The footprint; a journey that is refused is none to compare."""
    try:
        return reckon(Journey(**consistent(profile, answers)), ticket, profile)
    except JourneyRefusal:
        assume(False)
        raise


@given(profiles, tickets, told)
def test_lines_sum_to_the_total(profile: EventProfile, ticket: str | None, answers: dict[str, Any]) -> None:
    result = made(profile, ticket, answers)
    assert result.total_g == sum(line.emission_g for line in result.lines)
    assert 0 <= result.default_pct <= 100


@given(profiles, tickets, told, st.floats(0, 1), st.floats(0, 1), OPTIONAL["mode"])
def test_a_longer_way_with_one_vehicle_is_never_lighter(
    profile: EventProfile, ticket: str | None, answers: dict[str, Any], one: float, other: float, mode: Mode
) -> None:
    answers.pop("from_city", None)
    answers["mode"] = mode
    least, most = MODE_KM[mode]
    # Near ones as often as far ones: the rules change within the first kilometres.
    near, far = sorted(least + (most - least) * share**4 for share in (one, other))
    assert (
        made(profile, ticket, answers | {"distance_km": near}).total_g
        <= made(profile, ticket, answers | {"distance_km": far}).total_g
    )


@given(profiles, tickets, told, bounds_km, st.floats(0, 60), st.floats(0, 60))
def test_a_vehicle_filled_in_by_distance_never_makes_a_longer_way_lighter(
    profile: EventProfile,
    ticket: str | None,
    answers: dict[str, Any],
    bound: float,
    before: float,
    after: float,
) -> None:
    for name in ("from_city", "mode", "cabin"):
        answers.pop(name, None)
    near, far = max(0.0, bound - before), bound + after
    assert (
        made(profile, ticket, answers | {"distance_km": near}).total_g
        <= made(profile, ticket, answers | {"distance_km": far}).total_g
    )


@given(profiles, tickets, told, st.integers(0, 59))
def test_one_more_night_is_never_lighter(
    profile: EventProfile, ticket: str | None, answers: dict[str, Any], nights: int
) -> None:
    answers.pop("home_every_night", None)
    answers["free_nights"] = min(nights, answers.get("free_nights", 0))
    assert (
        made(profile, ticket, answers | {"nights": nights}).total_g
        <= made(profile, ticket, answers | {"nights": nights + 1}).total_g
    )


@given(profiles, tickets, told)
def test_a_heavier_diet_is_never_lighter(
    profile: EventProfile, ticket: str | None, answers: dict[str, Any]
) -> None:
    vegan, vegetarian, mixed = (
        made(profile, ticket, answers | {"diet": diet}).total_g for diet in ("vegan", "vegetarian", "mixed")
    )
    assert vegan <= vegetarian <= mixed


@given(profiles, told)
def test_a_local_weighs_as_much_as_a_visitor_with_distance_0_and_no_night(
    profile: EventProfile, answers: dict[str, Any]
) -> None:
    for name in ("from_city", "distance_km", "nights", "mode", "free_nights"):
        answers.pop(name, None)
    visitor = made(profile, None, answers | {"distance_km": 0.0, "nights": 0})
    for local in ({}, {"from_city": "成都"}, {"from_city": "成都", "distance_km": 0.0}):
        assert made(profile, "local", answers | local).total_g == visitor.total_g
