from __future__ import annotations

from decimal import ROUND_UP, Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.catalogue.refusals import UnknownCity
from backend.domain.footprint.footprint import Journey
from tests.domain.attendances import PLANE, RAIL, SHIPPED, changed, grams, profile, reckon

D = Decimal


def test_two_days_by_high_speed_rail_come_to_133_294_grams() -> None:
    result = reckon(RAIL)
    assert grams(result) == [
        ("travel_intercity", 18_288),  # 600 × 30.48
        ("travel_local", 843),  # 3 days × 20 × 14.04 = 842.4
        ("lodging", 107_000),  # 2 × 53,500
        ("meals", 5_370),  # 3 × 1,790
        ("venue_energy", 843),  # 2 × 3 kWh × 140.4 = 842.4
        ("materials", 550),
        ("waste", 400),  # 2 × 0.5 kg × 400
    ]
    assert result.total_g == 133_294


def test_two_days_by_plane_from_beijing_come_to_503_057_grams() -> None:
    result = reckon(PLANE)
    assert grams(result) == [
        ("travel_intercity", 383_860),  # 3,400 × 112.9
        ("airport_transfer", 843),  # 60 × 14.04 = 842.4
        ("airport_transfer", 3_348),  # 60 × 55.80
        ("travel_local", 843),
        ("lodging", 107_000),
        ("meals", 5_370),
        ("venue_energy", 843),
        ("materials", 550),
        ("waste", 400),
    ]
    assert result.total_g == 503_057
    assert [line.note for line in result.lines[1:3]] == ["event", "home"]
    assert [line.factor_id for line in result.lines[1:3]] == ["grid-sichuan-2022", "grid-beijing-2022"]


def test_sharing_the_room_halves_the_lodging() -> None:
    result = reckon(changed(RAIL, room_sharing=2))
    assert result.total_g == 133_294 - 53_500 == 79_794


def test_the_core_boundary_is_travel_local_transport_and_lodging() -> None:
    result = reckon(RAIL, profile=profile(boundary="core"))
    assert result.total_g == 18_288 + 843 + 107_000 == 126_131
    by_plane = reckon(PLANE, profile=profile(boundary="core"))
    assert by_plane.total_g == 503_057 - (5_370 + 843 + 550 + 400)


def test_a_declared_distance_replaces_the_computed_one() -> None:
    assert reckon(PLANE).lines[0].quantity == 3400
    computed = reckon(changed(PLANE, distance_km=None)).lines[0]
    assert 3200 < computed.quantity < 3400
    assert computed.factor_ids == ("flight-cn-economy", "air-uplift")


def test_one_way_is_half_of_the_travel_and_of_the_airport_transfer() -> None:
    there = reckon(changed(PLANE, return_trip=False))
    assert [line.quantity for line in there.lines[:3]] == [1700, 30, 30]


def test_an_attendee_without_declaration_and_ticket_is_local() -> None:
    for ticket in (None, "local", "vip"):
        result = reckon(None, ticket)
        assert [name for name, _ in grams(result)] == [
            "travel_local",
            "meals",
            "venue_energy",
            "materials",
            "waste",
        ]
        assert (result.basis, result.uncertainty_pct, result.default_pct) == ("default", 50, 100)


def test_an_empty_journey_is_no_journey() -> None:
    assert reckon(Journey()) == reckon(None)


@pytest.mark.parametrize(
    ("ticket", "km", "factor_id"),
    [
        ("province", 400, "hsr-cn"),
        ("national", 2600, "flight-cn-economy"),
        ("international", 12000, "flight-long-haul-economy-2024"),
    ],
)
def test_a_ticket_category_is_a_profile_until_the_attendee_declares_a_journey(
    ticket: str, km: int, factor_id: str
) -> None:
    line = reckon(None, ticket).lines[0]
    assert (line.quantity, line.factor_id) == (D(km), factor_id)
    assert line.defaults == ("distance_km", "mode")
    assert f"profile-km-{ticket}" in line.factor_ids


def test_the_far_end_of_an_unknown_city_is_the_national_grid() -> None:
    home = reckon(None, "national").lines[2]
    assert (home.note, home.factor_id, home.emission_g) == ("home", "grid-national-2022", 3220)  # 60 × 53.66


def test_defaults_for_one_who_comes_from_afar() -> None:
    result = reckon(Journey(distance_km=300))
    by_source = {line.source: line for line in result.lines}
    assert by_source["lodging"].quantity == 1  # nights are event days − 1
    assert by_source["lodging"].factor_ids == ("hotel-cn", "hotel-star-4")
    assert by_source["travel_local"].quantity == 40  # nights + 1 days in town
    assert by_source["meals"].quantity == 6  # 3 per event day
    assert by_source["meals"].factor_ids == ("meal-mixed", "meals-per-event-day")
    assert (result.basis, result.uncertainty_pct) == ("partial", 30)


def test_locals_come_every_day_and_sleep_at_home() -> None:
    result = reckon(Journey(from_city="Chengdu", nights=0))
    assert [line.source for line in result.lines[:2]] == ["travel_local", "meals"]
    assert result.lines[0].quantity == 40


@pytest.mark.parametrize(
    ("km", "factor_id"),
    [
        (150, "coach-2025"),
        (150.001, "hsr-cn"),
        (1000, "hsr-cn"),
        (1000.001, "flight-cn-economy"),
    ],
)
def test_an_undeclared_vehicle_follows_the_distance(km: float, factor_id: str) -> None:
    line = reckon(Journey(distance_km=km)).lines[0]
    assert line.factor_id == factor_id
    assert "mode" in line.defaults


@pytest.mark.parametrize(
    ("mode", "factor_g"),
    [
        ("hsr", "30.48"),
        ("train", "30.48"),
        ("plane", "112.9"),
        ("coach", "27.76"),
        ("car", "108"),
        ("taxi", "148.6"),
        ("motorbike", "113.67"),
        # 0.15 kWh / 0.9 × 536.6 / 1.5: the national grid is the dirtier end; cut upwards
        ("bev", "59.622223"),
    ],
)
def test_every_vehicle_has_its_factor(mode: Any, factor_g: str) -> None:
    assert reckon(Journey(distance_km=100, mode=mode)).lines[0].factor_g == D(factor_g)


def test_an_electric_car_within_sichuan_charges_at_its_grid() -> None:
    line = reckon(Journey(from_city="绵阳", mode="bev")).lines[0]
    assert line.factor_g == D("15.6")  # 0.15 / 0.9 × 140.4 / 1.5


def test_a_foreign_city_means_a_long_haul_flight_without_a_second_uplift() -> None:
    line = reckon(Journey(from_city="London")).lines[0]
    assert line.factor_ids == ("flight-long-haul-economy-2024",)
    assert line.quantity / 2 == 8280


def test_an_unknown_city_is_refused_by_name() -> None:
    with pytest.raises(UnknownCity, match="Atlantis") as caught:
        reckon(Journey(from_city="Atlantis"))
    assert (caught.value.status, caught.value.code) == (422, "unknown_city")


@pytest.mark.parametrize("name", ["重庆", "重庆市", "Chongqing", " CHONGQING "])
def test_a_city_is_found_in_either_language(name: str) -> None:
    assert reckon(Journey(from_city=name)) == reckon(Journey(from_city="重庆"))


def test_five_taps_make_it_declared() -> None:
    told: dict[str, Any] = {"mode": "hsr", "nights": 1, "room_sharing": 2, "diet": "vegan"}
    declared = reckon(Journey(from_city="重庆", **told))
    assert (declared.basis, declared.uncertainty_pct) == ("declared", 20)
    for name in told:
        assert reckon(Journey(from_city="重庆", **(told | {name: None}))).basis == "partial"
    assert reckon(Journey(**told)).basis == "partial"
    # Nobody shares a room in which they did not sleep.
    told |= {"nights": 0, "room_sharing": None}
    assert reckon(Journey(from_city="重庆", **told)).basis == "declared"


@pytest.mark.parametrize(("diet", "meal_g"), [("mixed", 1790), ("vegetarian", 1387), ("vegan", 823)])
def test_a_declared_diet_replaces_the_organisers(diet: Any, meal_g: int) -> None:
    result = reckon(changed(RAIL, diet=diet), profile=profile(diet="vegetarian"))
    assert ("meals", 3 * meal_g) in grams(result)


@pytest.mark.parametrize(("stars", "lodging_g"), [(2, 64_200), (3, 85_600), (4, 107_000), (5, 149_800)])
def test_stars_scale_the_room(stars: int, lodging_g: int) -> None:
    assert ("lodging", lodging_g) in grams(reckon(changed(RAIL, hotel_stars=stars)))


def test_a_third_of_a_room_is_rounded_up() -> None:
    line = reckon(changed(RAIL, nights=1, room_sharing=3)).lines[2]
    assert (line.quantity, line.emission_g) == (D("0.333334"), 17_834)  # 17,833.33…


def test_no_meals_is_no_line() -> None:
    assert "meals" not in [name for name, _ in grams(reckon(changed(RAIL, meals=0)))]


def test_a_line_is_as_trustworthy_as_its_weakest_entry() -> None:
    kinds = {line.source: line.source_kind for line in reckon(RAIL).lines}
    assert kinds["travel_intercity"] == "published"
    assert kinds["meals"] == "calculated"
    assert kinds["travel_local"] == "assumption"


def test_equal_journeys_are_one_key() -> None:
    assert len({RAIL, changed(RAIL), PLANE}) == 2


@pytest.mark.parametrize(
    "body",
    [
        b'{"distance_km": -1}',
        b'{"distance_km": 20101}',
        b'{"nights": 61}',
        b'{"nights": -1}',
        b'{"nights": 1.5}',
        b'{"room_sharing": 0}',
        b'{"hotel_stars": 6}',
        b'{"meals": 201}',
        b'{"mode": "rocket"}',
        b'{"diet": "air"}',
        b'{"from_city": ""}',
        b'{"from_city": "' + b"x" * 41 + b'"}',
        b'{"speed": 1}',
    ],
)
def test_a_journey_out_of_bounds_is_not_a_journey(body: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=Journey)


_journeys = st.builds(
    Journey,
    from_city=st.none() | st.sampled_from([city.name["en"] for city in SHIPPED.cities.values()]),
    distance_km=st.none() | st.floats(0, 20_000),
    mode=st.none() | st.sampled_from(["hsr", "train", "plane", "coach", "car", "bev", "taxi", "motorbike"]),
    return_trip=st.booleans(),
    nights=st.none() | st.integers(0, 60),
    room_sharing=st.none() | st.integers(1, 10),
    hotel_stars=st.none() | st.integers(2, 5),
    diet=st.none() | st.sampled_from(["mixed", "vegetarian", "vegan"]),
    meals=st.none() | st.integers(0, 200),
)
_tickets = st.sampled_from([None, "local", "province", "national", "international"])


@given(journey=_journeys, ticket=_tickets)
def test_every_line_is_its_quantity_times_its_factor_rounded_up(journey: Journey, ticket: str | None) -> None:
    result = reckon(journey, ticket)
    for line in result.lines:
        assert line.emission_g == int((line.quantity * line.factor_g).to_integral_value(ROUND_UP))
        assert line.emission_g >= 0
        assert line.factor_id == line.factor_ids[0]
        assert all(factor_id in SHIPPED.factors for factor_id in line.factor_ids)
    assert result.total_g == sum(line.emission_g for line in result.lines)
    assert 0 <= result.default_pct <= 100


@given(journey=_journeys, ticket=_tickets)
def test_the_extended_boundary_is_never_smaller_than_the_core(journey: Journey, ticket: str | None) -> None:
    core = reckon(journey, ticket, profile(boundary="core"))
    extended = reckon(journey, ticket)
    assert extended.lines[: len(core.lines)] == core.lines
    assert extended.total_g > core.total_g
