"""Everyday words for grams: rounded down, each with its factor, nothing where there is nothing."""

from __future__ import annotations

from decimal import Decimal

from backend.domain.account.equivalents import LIKENESSES, in_everyday_life
from tests.shipped import shipped_catalogue

CATALOGUE = shipped_catalogue()
SET = CATALOGUE.factor_sets[CATALOGUE.default_factor_set]


def values(grams: int) -> dict[str, Decimal]:
    return {each.kind.code: each.value for each in in_everyday_life(grams, SET, CATALOGUE.factors)}


def test_no_grams_are_like_nothing() -> None:
    assert values(0) == {}


def test_an_equivalent_below_a_tenth_is_left_out() -> None:
    assert values(16) == {"electricity_kwh": Decimal("0.1")}
    assert "petrol_car_km" in values(17)


def test_values_are_rounded_down() -> None:
    for grams in (161, 999, 16_199, 1_000_003):
        for each in in_everyday_life(grams, SET, CATALOGUE.factors):
            back = each.value / each.kind.per_unit * each.factor.value
            scale = {"gCO2e/vkm": 1, "kgCO2e/kWh": 1000, "tCO2e/m3": 1_000_000}[each.factor.unit]
            assert back * scale <= grams


def test_large_ones_have_no_decimals() -> None:
    assert values(16_200)["petrol_car_km"] == Decimal(100)
    assert str(values(16_200)["petrol_car_km"]) == "100"
    assert str(values(16_100)["petrol_car_km"]) == "99.3"


def test_every_factor_has_a_source_and_both_texts_hold_the_number() -> None:
    found = list(in_everyday_life(10**6, SET, CATALOGUE.factors))
    assert len(found) == len(LIKENESSES)
    for each in found:
        assert each.factor.source_id in CATALOGUE.sources
        for language in ("zh-CN", "en"):
            assert f"{each.value:,f}" in each.text(language)


def test_a_factor_that_is_missing_is_left_out() -> None:
    assert list(in_everyday_life(10**6, SET, {})) == []
