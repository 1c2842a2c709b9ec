"""The set of 2026.2: electricity of 2023, conversion factors of 2026, and the corrections of its predecessors."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backend.catalogue import Catalogue

# MEE/NBS announcement 2025 No. 47, kgCO2/kWh.
GRID_OF_2023 = {
    "beijing": "0.5554",
    "tianjin": "0.6796",
    "hebei": "0.6516",
    "shanxi": "0.6634",
    "inner_mongolia": "0.6479",
    "liaoning": "0.4878",
    "jilin": "0.4671",
    "heilongjiang": "0.5229",
    "shanghai": "0.5737",
    "jiangsu": "0.5827",
    "zhejiang": "0.4974",
    "anhui": "0.6553",
    "fujian": "0.4211",
    "jiangxi": "0.5836",
    "shandong": "0.6191",
    "henan": "0.5897",
    "hubei": "0.4044",
    "hunan": "0.4976",
    "guangdong": "0.4419",
    "guangxi": "0.4476",
    "hainan": "0.3648",
    "chongqing": "0.5581",
    "sichuan": "0.1564",
    "guizhou": "0.5683",
    "yunnan": "0.1333",
    "shaanxi": "0.6335",
    "gansu": "0.4471",
    "qinghai": "0.1796",
    "ningxia": "0.6187",
    "xinjiang": "0.6021",
    "national": "0.5306",
    "xizang": "0.2472",
}


@pytest.mark.parametrize("region", GRID_OF_2023)
def test_electricity_is_that_of_2023(catalogue: Catalogue, region: str) -> None:
    factor = catalogue.factor_sets["sichuan-2026.2"].factor(f"grid_{region}", catalogue.factors)
    assert factor.value == Decimal(GRID_OF_2023[region])
    assert (factor.year, factor.gas, factor.emission_unit) == (2023, "CO2", "kgCO2/kWh")


@pytest.mark.parametrize(
    ("role", "value", "gas"),
    [
        ("coach", "39.48", "CO2e"),
        ("flight_long_haul", "64.49", "CO2e"),
        ("flight_long_haul_rf", "109.16", "CO2e"),
        ("flight_domestic", "112.9", "CO2"),
        ("flight_domestic_rf", "179.61", "CO2"),
        ("meal_mixed", "2347", "CO2e"),
        ("petrol_car", "162.34", "CO2"),
        ("hsr", "30.48", "CO2"),
    ],
)
@pytest.mark.parametrize("factor_set", ["sichuan-2026.2", "china-2026.2"])
def test_the_corrected_values_name_their_gas(
    catalogue: Catalogue, factor_set: str, role: str, value: str, gas: str
) -> None:
    factor = catalogue.factor_sets[factor_set].factor(role, catalogue.factors)
    assert (factor.value, factor.gas) == (Decimal(value), gas)


def test_radiative_forcing_stands_in_the_id_and_in_the_name(catalogue: Catalogue) -> None:
    for factor in catalogue.factors.values():
        assert factor.has_radiative_forcing == ("含辐射强迫" in factor.name["zh-CN"]), factor.id


def test_the_set_before_is_as_it_was(catalogue: Catalogue) -> None:
    before = catalogue.factor_sets["sichuan-2026.1"]
    assert before.journey_rules == "2026.1"
    roles = {"grid": "0.1404", "coach": "27.76", "meal_mixed": "1790", "petrol_car": "162"}
    for role, value in roles.items():
        assert before.factor(role, catalogue.factors).value == Decimal(value)
