"""Every method gives its published grams. The numbers are worked out by hand beside each row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from backend.catalogue import Catalogue

D = Decimal
DAY = date(2026, 5, 1)

# code, quantity (None: not told), parameters, grams, points, all at tier E1
DEFAULTS: list[tuple[str, str | None, dict[str, object], int, int]] = [
    ("walk_steps", "10000", {}, 200, 20),  # 10,000 × 0.02
    ("bike_own", "10", {}, 487, 48),  # 10 × 48.7
    ("bike_share", "10", {}, 487, 48),  # 10 × 48.7
    ("ebike_share", "10", {}, 487, 48),  # 10 × 48.7, the bicycle's value
    ("bus", None, {}, 80, 8),  # floor of a ride
    ("metro", None, {}, 46, 4),  # floor of a ride
    ("brt", "10", {}, 269, 26),  # 10 × 26.9
    ("ev_trip", "10", {}, 1386, 138),  # 10 × (162 − 0.15 / 0.9 × 140.4)
    ("nev_ridehail", "10", {}, 1000, 100),  # 10 × 100
    ("carpool", "10", {}, 367, 36),  # 10 × (162 / 1.5 − 162 × 1.1 / 2.5) = 10 × 36.72
    ("stop_driving", None, {}, 1460, 146),
    ("rail_for_air", "1000", {}, 80120, 8012),  # 1,000 × (110.6 − 30.48)
    ("no_cutlery", None, {}, 23, 2),
    ("clean_plate", None, {}, 144, 14),
    ("plant_meal", None, {}, 400, 40),
    ("own_cup", None, {}, 15, 1),
    ("own_bag", None, {}, 5, 1),
    ("own_chopsticks", None, {}, 20, 2),
    ("e_invoice", None, {}, 5, 1),
    ("paperless_meeting", None, {}, 6, 1),
    ("clothes_recycle", "1", {}, 1280, 128),
    ("recyclables", "1", {}, 500, 50),
    ("parcel_box", None, {}, 37, 3),
    ("green_hotel_night", None, {}, 150, 15),
    ("linen_skip", None, {}, 300, 30),
    ("appliance_eff", "365", {"kwh_old": 500, "kwh_new": 300}, 28080, 2808),  # 200 kWh × 140.4
    ("power_saving", "1", {}, 140, 14),  # 140.4
    ("rooftop_pv", "10", {}, 1404, 140),
    ("etc_parking", None, {}, 23, 2),
    ("second_hand", None, {}, 51903, 5190),  # 57,670 × 0.9
    ("tree_planting", None, {}, 0, 5),
    ("wetland_repair", None, {}, 0, 5),
    ("learn", None, {}, 0, 2),
]

VARIANTS: list[tuple[str, str | None, dict[str, object], int, int]] = [
    ("walk_steps", "49", {}, 0, 0),  # 0.98 g is no gram
    ("walk_steps", "50", {}, 1, 1),  # the first gram earns the minimum
    ("bus", "7", {}, 188, 18),  # 7 × 26.9 = 188.3
    ("metro", "12.5", {}, 585, 58),  # 12.5 × 46.8
    ("ev_trip", "10", {"consumption": "0.4"}, 996, 99),  # 10 × (162 − 62.4)
    ("nev_ridehail", "24", {"rights": "unclear"}, 168, 16),  # Wuhan's own example
    ("carpool", "10", {"occupancy": 2}, 189, 18),  # 10 × (108 − 89.1)
    ("stop_driving", None, {"vehicle": "nev"}, 250, 25),
    ("plant_meal", None, {"diet": "vegan"}, 960, 96),
    ("recyclables", "1", {"material": "paper"}, 295, 29),
    ("recyclables", "1", {"material": "board"}, 102, 10),
    ("recyclables", "1", {"material": "plastics"}, 1597, 159),
    ("recyclables", "1", {"material": "pet"}, 1650, 165),
    ("recyclables", "1", {"material": "aluminium"}, 8121, 812),
    ("recyclables", "1", {"material": "steel"}, 1040, 104),
    ("recyclables", "1", {"material": "glass"}, 580, 58),
    ("appliance_eff", "365", {"kwh_old": 300, "kwh_new": 500}, 0, 0),  # a thirstier one saves nothing
    ("second_hand", None, {"production": "garment", "substitution": "0.5"}, 2788, 278),
    ("tree_planting", "3", {}, 0, 15),
    ("learn", None, {"kind": "quiz"}, 0, 3),
    ("learn", None, {"kind": "sign_in"}, 0, 1),
    ("learn", None, {"kind": "photo"}, 0, 5),
]


@pytest.mark.parametrize(("code", "quantity", "parameters", "grams", "points"), DEFAULTS + VARIANTS)
def test_every_method_gives_its_published_grams(
    catalogue: Catalogue,
    code: str,
    quantity: str | None,
    parameters: dict[str, object],
    grams: int,
    points: int,
) -> None:
    told = D(quantity) if quantity is not None else None
    result = catalogue.quantify(code, told, parameters, "E1", day=DAY)
    assert (result.reduction_g, result.points) == (grams, points)


def test_the_table_holds_all_33_methods(catalogue: Catalogue) -> None:
    assert sorted(catalogue.methods) == sorted(row[0] for row in DEFAULTS)
    assert len(catalogue.methods) == 33


def test_the_national_set_credits_electricity_at_the_national_grid(catalogue: Catalogue) -> None:
    result = catalogue.quantify("power_saving", D(1), {}, "E1", day=DAY, factor_set="china-2026.1")
    assert result.reduction_g == 530
    car = catalogue.quantify("ev_trip", D(1), {}, "E1", day=DAY, factor_set="china-2026.1")
    assert car.reduction_g == 73  # 162 − 88.43


def test_a_ride_of_unknown_length_is_counted_in_rides(catalogue: Catalogue) -> None:
    assert catalogue.quantify("bus", None, {}, "E1", day=DAY).unit == "ride"
    assert catalogue.quantify("bus", D(1), {}, "E1", day=DAY).unit == "pkm"


def test_every_gram_has_a_line_with_a_factor_of_the_register(catalogue: Catalogue) -> None:
    for code, quantity, parameters, grams, _points in DEFAULTS:
        told = D(quantity) if quantity is not None else None
        lines = catalogue.quantify(code, told, parameters, "E5", day=DAY).lines
        assert bool(lines) == (grams > 0)
        for line in lines:
            assert catalogue.factors[line.factor_id].source_id in catalogue.sources
        if lines:
            assert lines[-1].factor_id == "evidence-e5"


def test_no_method_credits_more_than_its_caps_let_a_day_hold(catalogue: Catalogue) -> None:
    for method in catalogue.methods.values():
        assert method.caps, f"{method.code} has no cap"
