"""Journeys as people make them, under the rules of 2026.2: what is charged, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from backend.domain.footprint.footprint import EventProfile, Footprint, FootprintLine, Journey
from backend.errors.events.journeys import (
    DaysBeyondEvent,
    DistanceImplausible,
    JourneyContradictory,
    JourneyFieldsUnused,
    LocalDistanceImplausible,
    ModeImplausible,
    NightsBeyondEvent,
)
from backend.messages.encoding import encode
from backend.texts import say
from tests.domain.attendances import PLANE, RAIL, TWO_DAYS, grams, reckon

TODAY = msgspec.structs.replace(TWO_DAYS, factor_set="sichuan-2026.2")
GAMES = msgspec.structs.replace(TODAY, ends_day=date(2026, 5, 11))


def made(
    journey: Journey | None = None, profile: EventProfile = TODAY, ticket: str | None = None, **told: Any
) -> Footprint:
    return reckon(Journey(**told) if journey is None else journey, ticket, profile)


def line(result: Footprint, source: str) -> FootprintLine:
    (found,) = [each for each in result.lines if each.source == source]
    return found


def sources(result: Footprint) -> list[str]:
    return [each.source for each in result.lines]


def test_the_worked_examples_with_todays_factors() -> None:
    assert grams(made(RAIL)) == [
        ("travel_intercity", 18_288),
        ("travel_local", 939),  # 3 days × 20 × 15.64 = 938.4
        ("lodging", 107_000),
        ("meals", 7_041),  # 3 × 2,347
        ("venue_energy", 939),
        ("materials", 550),
        ("waste", 400),
    ]
    assert made(PLANE).total_g == 383_860 + 939 + 3_333 + 939 + 107_000 + 7_041 + 939 + 550 + 400


@pytest.mark.parametrize("mode", ["car", "train", "hsr"])
def test_from_a_city_to_the_same_city_is_a_day_in_town(mode: str) -> None:
    result = made(from_city="成都", mode=mode)
    assert "travel_intercity" not in sources(result)
    assert "airport_transfer" not in sources(result)
    unit_g = {"car": Decimal("162.34") / Decimal("1.5")}.get(mode, Decimal("15.64"))
    assert line(result, "travel_local").factor_g == pytest.approx(unit_g)


@pytest.mark.parametrize(
    ("mode", "unit_g"),
    [
        ("metro", "15.64"),  # 0.10 kWh × 156.4
        ("bus", "25.024"),
        ("car", "108.226667"),
        ("bev", "17.377778"),  # 0.15 kWh / 0.9 × 156.4 / 1.5
        ("taxi", "148.6"),
        ("bike", "0"),
        ("walk", "0"),
    ],
)
def test_the_local_vehicle_decides_the_local_grams(mode: str, unit_g: str) -> None:
    assert line(made(local_mode=mode), "travel_local").factor_g == Decimal(unit_g)


def test_kilometres_a_day_are_the_attendees_own() -> None:
    local = line(made(local_mode="bus", local_km_per_day=7.5, days_attended=2), "travel_local")
    assert (local.quantity, local.defaults) == (15, ("nights",))


def test_a_way_by_car_from_the_same_city_has_no_second_line() -> None:
    result = made(from_city="成都", distance_km=15, mode="car", days_attended=2)
    assert sources(result)[0] == "travel_local"
    assert line(result, "travel_local").quantity == 60  # there and back on two days
    assert sources(result).count("travel_local") == 1


def test_a_way_by_car_without_a_city_has_no_metro_beside_it() -> None:
    result = made(distance_km=40, mode="car", nights=0, days_attended=1)
    assert line(result, "travel_intercity").quantity == 80
    assert "travel_local" not in sources(result)


def test_four_in_a_car_pay_a_quarter_each() -> None:
    four = line(made(from_city="重庆", mode="car", car_persons=4), "travel_intercity")
    one = line(made(from_city="重庆", mode="car", car_persons=1), "travel_intercity")
    assert four.factor_g * 4 == one.factor_g == Decimal("162.34")


def test_persons_share_a_taxi() -> None:
    assert line(made(local_mode="taxi", car_persons=2), "travel_local").factor_g == 104


def test_of_games_of_eleven_days_a_local_attends_one() -> None:
    result = made(profile=GAMES)
    assert line(result, "travel_local").quantity == 20
    assert line(result, "meals").quantity == 3
    assert "days_attended" in line(result, "venue_energy").defaults
    assert result.total_g < 10_000
    assert line(made(profile=GAMES, days_attended=4), "meals").quantity == 12


def test_of_games_of_eleven_days_a_visitor_attends_three() -> None:
    result = made(profile=GAMES, from_city="北京")
    assert (line(result, "lodging").quantity, line(result, "meals").quantity) == (2, 9)


def test_who_goes_home_every_night_makes_the_way_every_day() -> None:
    result = made(from_city="德阳", mode="hsr", home_every_night=True, days_attended=2)
    once = made(from_city="德阳", mode="hsr", nights=0, days_attended=2)
    assert line(result, "travel_intercity").quantity == 2 * line(once, "travel_intercity").quantity
    assert "lodging" not in sources(result)


def test_nights_with_friends_need_no_hotel() -> None:
    assert line(made(from_city="重庆", nights=2, free_nights=1), "lodging").quantity == 1
    assert "lodging" not in sources(made(from_city="重庆", nights=2, free_nights=2))


@pytest.mark.parametrize(
    ("city", "cabin", "times"),
    [
        ("伦敦", "economy", "1"),
        ("伦敦", "premium", "1.6"),
        ("伦敦", "business", "2.9"),
        ("伦敦", "first", "4"),
        ("北京", "business", "1.5"),
    ],
)
def test_the_cabin_multiplies_the_flight(city: str, cabin: str, times: str) -> None:
    flight = line(made(from_city=city, mode="plane", cabin=cabin), "travel_intercity")
    economy = line(made(from_city=city, mode="plane"), "travel_intercity")
    assert flight.factor_g == economy.factor_g * Decimal(times)
    assert "cabin" in economy.defaults
    assert "cabin" not in flight.defaults


def test_of_a_stay_for_other_reasons_the_events_share_is_charged_and_said() -> None:
    half = made(from_city="北京", mode="plane", event_share_pct=50)
    whole = made(from_city="北京", mode="plane")
    flight = line(half, "travel_intercity")
    assert flight.quantity * 2 == line(whole, "travel_intercity").quantity
    assert flight.event_share_pct == 50
    assert line(half, "lodging") == line(whole, "lodging")


def test_an_infant_has_no_seat_no_bed_and_no_meal() -> None:
    infant = made(from_city="北京", mode="plane", age_group="infant")
    assert sources(infant) == ["travel_local", "venue_energy", "materials", "waste"]


def test_a_child_eats_half_a_meal() -> None:
    child, adult = made(age_group="child"), made(age_group="adult")
    assert line(child, "meals").quantity * 2 == line(adult, "meals").quantity
    assert "child-meal-share" in line(child, "meals").factor_ids


def test_radiative_forcing_is_the_events_choice() -> None:
    with_it = msgspec.structs.replace(TODAY, radiative_forcing=True)
    for city, off, on in (("北京", "112.9", "179.61"), ("伦敦", "64.49", "109.16")):
        for profile, value in ((TODAY, off), (with_it, on)):
            flight = line(made(profile=profile, from_city=city, mode="plane"), "travel_intercity")
            assert flight.factor_g == Decimal(value)


# -- what cannot be -------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["hsr", "train", "coach", "car", "bev", "taxi", "motorbike"])
@pytest.mark.parametrize("city", ["奥克兰", "纽约", "东京", "Kaohsiung", "Seoul"])
def test_nothing_rolls_across_a_sea(city: str, mode: str) -> None:
    with pytest.raises(ModeImplausible) as refused:
        made(from_city=city, mode=mode)
    assert refused.value.facts["possible"] == "plane"
    assert "Plane" in refused.value.detail("en")
    assert "飞机" in refused.value.detail("zh-CN")


@pytest.mark.parametrize(
    ("city", "mode"),
    [
        ("香港", "hsr"),
        ("澳门", "hsr"),
        ("Haikou", "train"),
        ("Sanya", "car"),
        ("Moscow", "train"),
        ("Vientiane", "train"),
        ("Haikou", "plane"),
        ("Kaohsiung", "plane"),
        ("伦敦", "plane"),
    ],
)
def test_what_goes_there_is_taken(city: str, mode: str) -> None:
    assert made(from_city=city, mode=mode).total_g > 0


@pytest.mark.parametrize(("city", "mode"), [("Haikou", "hsr"), ("Moscow", "hsr"), ("北京", "taxi")])
def test_what_does_not_go_so_far_is_refused(city: str, mode: str) -> None:
    with pytest.raises(ModeImplausible):
        made(from_city=city, mode=mode)


REASONS = [
    # from, vehicle, kilometres told, event in, what speaks against it
    ("成都", "plane", None, "成都", "own_city"),
    ("成都", "plane", 150.0, "成都", "own_city"),
    ("奥克兰", "hsr", None, "成都", "sea"),
    ("海口", "hsr", None, "广州", "sea"),
    ("台北", "hsr", None, "成都", "sea"),
    ("台北", "coach", None, "福州", "sea"),
    ("三沙", "train", None, "海口", "sea"),
    ("都柏林", "train", None, "伦敦", "sea"),
    ("首尔", "car", None, "成都", "sea"),
    ("悉尼", "bev", None, "惠灵顿", "sea"),
    ("拉萨", "hsr", None, "成都", "no_high_speed_rail"),
    ("喀什", "hsr", None, "成都", "no_high_speed_rail"),
    ("河内", "hsr", None, "南宁", "no_high_speed_rail"),
    ("巴黎", "hsr", None, "伦敦", "no_high_speed_rail"),
    ("彭州", "plane", None, "成都", "too_near"),
    ("都江堰", "plane", None, "成都", "too_near"),
    (None, "plane", 0.0, "成都", "too_near"),
    (None, "plane", 1e-9, "成都", "too_near"),
    (None, "plane", 49.0, "成都", "too_near"),
    ("北京", "taxi", None, "成都", "too_far"),
    (None, "hsr", 5_001.0, "成都", "too_far"),
    (None, "coach", 20_100.0, "成都", "too_far"),
]


@pytest.mark.parametrize(("home", "mode", "km", "city", "reason"), REASONS)
def test_each_vehicle_that_does_not_lead_there_is_refused_with_its_reason(
    home: str | None, mode: str, km: float | None, city: str, reason: str
) -> None:
    here = msgspec.structs.replace(TODAY, city=city)
    with pytest.raises(ModeImplausible) as refused:
        made(profile=here, from_city=home, mode=mode, distance_km=km)
    facts = refused.value.facts
    assert facts["reason"] == reason
    assert facts["possible"]
    for language in ("en", "zh-CN"):
        assert say(language, f"refusal.mode_implausible.because.{reason}", **facts) in refused.value.detail(
            language
        )


@pytest.mark.parametrize(
    ("home", "mode", "city"),
    [
        ("乌鲁木齐", "hsr", "成都"),
        ("三亚", "hsr", "海口"),
        ("台北", "plane", "成都"),
        ("拉萨", "train", "成都"),
        ("都柏林", "car", "伦敦"),
        ("海口", "coach", "广州"),
        ("澳门", "car", "香港"),
        ("都江堰", "hsr", "成都"),
        ("巴黎", "train", "伦敦"),
        ("札幌", "train", "东京"),
    ],
)
def test_ferries_tunnels_and_lines_that_there_are_are_taken(home: str, mode: str, city: str) -> None:
    assert made(profile=msgspec.structs.replace(TODAY, city=city), from_city=home, mode=mode).total_g > 0


@pytest.mark.parametrize(
    ("mode", "km", "most"), [("bike", 500, 200), ("walk", 61, 60), ("metro", 301, 300), ("bus", 401, 400)]
)
def test_more_kilometres_a_day_than_anybody_makes_are_refused(mode: str, km: float, most: int) -> None:
    with pytest.raises(LocalDistanceImplausible) as refused:
        made(local_mode=mode, local_km_per_day=km)
    assert refused.value.facts["km_max"] == most
    for language in ("en", "zh-CN"):
        assert str(most) in refused.value.detail(language)
    assert made(local_mode=mode, local_km_per_day=most).total_g >= 0


def test_a_week_of_nights_around_the_event_is_taken_and_more_is_not() -> None:
    assert made(from_city="北京", nights=TODAY.event_days + 7).total_g > 0
    with pytest.raises(NightsBeyondEvent) as refused:
        made(from_city="北京", nights=TODAY.event_days + 8)
    assert refused.value.facts == {"nights": 10, "event_days": 2, "nights_max": 9}
    assert "9" in refused.value.detail("en")
    assert "9" in refused.value.detail("zh-CN")


def test_an_older_set_computes_what_it_computed() -> None:
    assert made(profile=TWO_DAYS, from_city="奥克兰", mode="hsr", nights=60).total_g > 0


def test_a_refusal_that_was_kept_before_there_were_reasons_still_has_its_sentence() -> None:
    kept = ModeImplausible(mode="hsr", where="奥克兰", possible="plane")
    assert "Plane" in kept.detail("en")
    assert "飞机" in kept.detail("zh-CN")


def test_the_longest_taxi_ride_of_the_world_is_refused() -> None:
    with pytest.raises(ModeImplausible):
        made(distance_km=20_100, mode="taxi", nights=60, hotel_stars=5, meals=200)


def test_from_hainan_the_usual_way_over_land_is_the_train() -> None:
    in_guangzhou = msgspec.structs.replace(TODAY, city="广州")
    travel = line(made(profile=in_guangzhou, from_city="海口"), "travel_intercity")
    assert travel.factor_id == "train-cn"
    assert "mode" in travel.defaults


@pytest.mark.parametrize(
    ("city", "km"), [("纽约", 1), ("北京", 1000), ("北京", 5000), ("重庆", 200), ("德阳", 0), ("成都", 201)]
)
def test_a_distance_that_is_none_between_the_cities_is_refused_with_the_range(city: str, km: float) -> None:
    with pytest.raises(DistanceImplausible) as refused:
        made(from_city=city, distance_km=km, mode="plane")
    facts = refused.value.facts
    assert not facts["km_min"] <= km <= facts["km_max"]  # type: ignore[operator]
    for language in ("en", "zh-CN"):
        assert str(facts["km_min"]) in refused.value.detail(language)


@pytest.mark.parametrize(("city", "km"), [("北京", 1700), ("重庆", 300), ("伦敦", 8300), ("纽约", 13_000)])
def test_an_honest_distance_is_taken(city: str, km: float) -> None:
    assert made(from_city=city, distance_km=km).total_g > 0


@pytest.mark.parametrize(
    "told",
    [
        {"home_every_night": True, "nights": 2},
        {"home_every_night": True, "return_trip": False},
        {"nights": 1, "free_nights": 2},
        {"mode": "hsr", "cabin": "business"},
    ],
)
def test_two_answers_that_exclude_each_other_are_refused(told: dict[str, Any]) -> None:
    with pytest.raises(JourneyContradictory):
        made(from_city="重庆", **told)


def test_more_days_than_the_event_has_are_refused() -> None:
    with pytest.raises(DaysBeyondEvent):
        made(days_attended=3)


def test_an_older_set_refuses_what_it_does_not_know() -> None:
    with pytest.raises(JourneyFieldsUnused, match="Vehicle in the city, Nights that cost nothing"):
        made(profile=TWO_DAYS, local_mode="bus", free_nights=1, nights=1)


def test_a_journey_without_the_new_answers_has_the_bytes_it_had() -> None:
    assert encode(Journey(nights=1)) == (
        b'{"from_city":null,"distance_km":null,"mode":null,"return_trip":true,"nights":1,"room_sharing":null,'
        b'"hotel_stars":null,"diet":null,"meals":null}'
    )
    assert encode(reckon(RAIL)).count(b"event_share_pct") == 0
    assert msgspec.json.decode(b'{"local_mode":null}', type=Journey).told("local_mode") is None


@pytest.mark.parametrize(
    "body",
    [
        b'{"local_mode": "rocket"}',
        b'{"local_km_per_day": 501}',
        b'{"days_attended": 0}',
        b'{"free_nights": -1}',
        b'{"car_persons": 10}',
        b'{"car_persons": 0}',
        b'{"cabin": "cockpit"}',
        b'{"event_share_pct": 0}',
        b'{"event_share_pct": 101}',
        b'{"age_group": "elder"}',
    ],
)
def test_a_new_answer_out_of_bounds_is_none(body: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=Journey)
