from __future__ import annotations

from decimal import Decimal

import pytest

from backend.domain.catalogue.units import GRAMS, ONE, UnitError, in_base, parse_unit


@pytest.mark.parametrize("text", ["gCO2e/pkm", "kgCO2e/kWh", "km", "kWh/km", "g/ride", "1", "kWh/person/day"])
def test_units_of_the_catalogue_are_known(text: str) -> None:
    parse_unit(text)


@pytest.mark.parametrize("text", ["", "furlong", "gCO2e//km", "gCO2e /km", "km^2", "gco2e", "*km"])
def test_what_is_not_a_unit_is_refused(text: str) -> None:
    with pytest.raises(UnitError, match="is not a known unit"):
        parse_unit(text)


def test_a_unit_over_itself_is_a_pure_number() -> None:
    assert parse_unit("km") / parse_unit("km") == ONE


def test_electricity_times_its_factor_is_grams() -> None:
    assert (parse_unit("kgCO2e/kWh") * parse_unit("MWh")).is_like(GRAMS)


def test_scales_are_exact() -> None:
    assert in_base(Decimal("0.1404"), "kgCO2e/kWh") == Decimal("140.4")
    assert in_base(Decimal("1.83"), "tCO2e/m3") == Decimal(1_830_000)
    assert in_base(Decimal(1280), "gCO2e/kg") * in_base(Decimal("0.001"), "kg") == Decimal("1.28")


def test_distances_of_path_passenger_and_vehicle_are_unlike() -> None:
    assert not parse_unit("km").is_like(parse_unit("pkm"))
    assert not parse_unit("pkm").is_like(parse_unit("vkm"))
    assert parse_unit("vkm*pkm/vkm").is_like(parse_unit("pkm"))


def test_paper_is_not_greenhouse_gas() -> None:
    assert not parse_unit("kg").is_like(parse_unit("kgCO2e"))


def test_a_unit_is_written_as_it_is_read() -> None:
    assert str(parse_unit("gCO2e/pkm")) == "gCO2e/pkm"
    assert str(parse_unit("1/day")) == "1/day"
