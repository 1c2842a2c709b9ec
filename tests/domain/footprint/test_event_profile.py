"""What an organiser sets for an event, and what it changes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backend.domain.catalogue.refusals import OverrideNotUsable, UnknownCity
from backend.domain.footprint.footprint import check_profile
from tests.domain.attendances import PLANE, RAIL, SET, SHIPPED, TWO_DAYS, grams, profile, reckon

D = Decimal


def test_a_venues_meter_replaces_the_assumption() -> None:
    line = reckon(RAIL, profile=profile(venue_kwh_per_person_day=D("1.5"))).lines[4]
    assert (line.quantity, line.emission_g, line.factor_ids, line.defaults) == (
        D(3),
        422,  # 421.2
        ("grid-sichuan-2022",),
        (),
    )


def test_an_organiser_can_replace_a_factor_by_another_of_the_catalogue() -> None:
    hotel = profile(overrides={"hotel_room_night": "hotel-sichuan-bottom-up"})
    assert ("lodging", 25_488) in grams(reckon(RAIL, profile=hotel))  # 2 × 12,744
    forced = profile(overrides={"flight_domestic": "flight-cn-economy-rf"})
    assert grams(reckon(PLANE, profile=forced))[0] == ("travel_intercity", 652_562)  # 3,400 × 191.93
    for good in (hotel, forced):
        check_profile(good, SET, SHIPPED.factors, SHIPPED.cities)


@pytest.mark.parametrize(
    "overrides",
    [
        {"no_such_role": "hsr-cn"},
        {"hsr": "no-such-factor"},
        {"hsr": "hotel-cn"},
        {"petrol_car": "petrol-car-per-passenger"},
    ],
)
def test_an_override_that_does_not_fit_is_refused(overrides: dict[str, str]) -> None:
    with pytest.raises(OverrideNotUsable):
        check_profile(profile(overrides=overrides), SET, SHIPPED.factors, SHIPPED.cities)


def test_a_profile_in_an_unknown_city_is_refused() -> None:
    with pytest.raises(UnknownCity):
        check_profile(profile(city="Atlantis"), SET, SHIPPED.factors, SHIPPED.cities)


def test_the_set_of_the_event_decides_the_grid() -> None:
    national = reckon(RAIL, profile=profile(factor_set="china-2026.1"))
    assert national.factor_set == "china-2026.1"
    assert ("venue_energy", 3184) in grams(national)  # 6 × 530.6 = 3,183.6


def test_an_event_that_ends_on_the_day_it_starts_has_one_day() -> None:
    assert profile(ends_day=TWO_DAYS.starts_day).event_days == 1
    assert TWO_DAYS.event_days == 2
