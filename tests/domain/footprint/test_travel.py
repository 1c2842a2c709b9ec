from __future__ import annotations

import pytest

from backend.catalogue import Catalogue
from backend.domain.catalogue.factors import City, find_city
from backend.domain.footprint.travel import great_circle_km


def _between(catalogue: Catalogue, a: str, b: str) -> float:
    return great_circle_km(find_city(catalogue.cities, a), find_city(catalogue.cities, b))


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [("成都", "北京", 1517), ("成都", "重庆", 269), ("北京", "上海", 1067), ("成都", "伦敦", 8280)],
)
def test_great_circles_are_within_a_percent_of_the_atlas(
    catalogue: Catalogue, a: str, b: str, km: int
) -> None:
    assert _between(catalogue, a, b) == pytest.approx(km, rel=0.01)


def test_a_distance_is_the_same_there_and_back(catalogue: Catalogue) -> None:
    assert _between(catalogue, "成都", "纽约") == _between(catalogue, "纽约", "成都")


def test_the_other_side_of_the_globe_is_half_its_girth() -> None:
    def place(lat: float, lon: float) -> City:
        return City({}, "XX", "x", "grid_elsewhere", lat, lon)

    assert great_circle_km(place(0, 0), place(0, 180)) == pytest.approx(20_015, abs=1)
    assert great_circle_km(place(10, 10), place(10, 10)) == 0
