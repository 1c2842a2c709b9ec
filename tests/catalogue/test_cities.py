"""Cities by name: every prefecture, the main places abroad, and railway lines where their length is published."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from backend.catalogue import Catalogue, load_catalogue
from backend.catalogue.reading import CatalogueError
from backend.domain.catalogue.factors import find_city
from backend.domain.footprint.footprint import footprint
from backend.domain.footprint.inputs import EventProfile, Footprint, Journey
from backend.domain.footprint.travel import great_circle_km, rail_key
from backend.services.events.cities import find_cities
from tests.catalogue.test_loader import _replace, copy

__all__ = ["copy"]


def cities(catalogue: Catalogue) -> set[tuple[str, str, str]]:
    return {(city.name["zh-CN"], city.country, city.grid_role) for city in catalogue.cities.values()}


def come(catalogue: Catalogue, rail: bool = True, **told: object) -> Footprint:
    profile = EventProfile(
        city="成都",
        starts_day=date(2026, 5, 1),
        ends_day=date(2026, 5, 2),
        factor_set="sichuan-2026.1",
        boundary="extended",
    )
    journey = Journey(**told)  # type: ignore[arg-type]
    return footprint(
        profile,
        catalogue.factor_sets["sichuan-2026.1"],
        catalogue.factors,
        catalogue.cities,
        journey,
        rail_km=catalogue.rail_km if rail else None,
    )


def test_every_prefecture_of_the_country_is_there_and_the_main_places_abroad(catalogue: Catalogue) -> None:
    found = cities(catalogue)
    assert sum(country == "CN" for _, country, _ in found) >= 340
    assert sum(country != "CN" for _, country, _ in found) >= 60
    grids = {role for _, country, role in found if country == "CN"}
    # The provinces of the mainland each have a grid of their own; Hong Kong and Macau have that of elsewhere.
    assert len(grids) == 31 + 1


def test_every_city_lies_where_its_country_is(catalogue: Catalogue) -> None:
    for city in catalogue.cities.values():
        if city.country == "CN":
            assert 3 < city.lat < 54, city.name
            assert 73 < city.lon < 136, city.name


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("成", "成都"),
        ("cheng", "成都"),
        ("CD", "成都"),
        ("xian", "西安"),
        ("Xi'an", "西安"),
        ("lond", "伦敦"),
        ("宿州", "宿州"),
    ],
)
def test_a_city_is_found_by_the_beginning_of_its_name(catalogue: Catalogue, text: str, first: str) -> None:
    assert find_cities(catalogue.cities, text, 20)[0].name["zh-CN"] == first


def test_a_search_is_bounded_and_names_each_once(catalogue: Catalogue) -> None:
    found = find_cities(catalogue.cities, "s", 20)
    assert len(found) == 20
    assert len({city.name["en"] for city in found}) == 20
    assert find_cities(catalogue.cities, "nowhere", 20) == []


def test_a_published_line_goes_before_the_great_circle(catalogue: Catalogue) -> None:
    by_line = come(catalogue, from_city="西安", mode="hsr").lines[0]
    assert (by_line.quantity, by_line.note) == (2 * 658, "rail_distance")
    assert by_line.factor_ids == ("hsr-cn",)
    by_circle = come(catalogue, rail=False, from_city="西安", mode="hsr").lines[0]
    assert (by_circle.note, by_circle.quantity) != (by_line.note, by_line.quantity)
    # By road there is no such table, and what is told goes before everything.
    assert come(catalogue, from_city="西安", mode="coach").lines[0].note is None
    assert come(catalogue, from_city="西安", mode="hsr", distance_km=700).lines[0].quantity == 1400


def test_a_line_is_longer_than_the_crow_flies_and_not_twice_as_long(catalogue: Catalogue) -> None:
    for (one, other), km in catalogue.rail_km.items():
        crow_km = great_circle_km(find_city(catalogue.cities, one), find_city(catalogue.cities, other))
        assert crow_km <= km <= 1.6 * crow_km, (one, other)
        assert rail_key(other, one) == (one, other)


def test_worked_examples_come_out_as_before(catalogue: Catalogue) -> None:
    told = {"nights": 2, "meals": 3, "room_sharing": 1, "hotel_stars": 4}
    assert come(catalogue, distance_km=300, mode="hsr", **told).total_g == 133_294
    assert come(catalogue, from_city="北京", distance_km=1700, mode="plane", **told).total_g == 503_057


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("成都,重庆,308", "成都,亚特兰蒂斯,308", "there is no city 亚特兰蒂斯"),
        ("成都,重庆,308", "成都,重庆,far", "'far' is not a number of kilometres"),
        ("成都,重庆,308", "重庆,成都,308\n成都,重庆,308", "must have|duplicate"),
        ("308,railway-lines", "308,hearsay", "there is no source hearsay"),
    ],
)
def test_a_line_that_cannot_be_is_named(copy: Path, old: str, new: str, complaint: str) -> None:
    _replace(copy, "rail_distances.csv", old, new)
    with pytest.raises(CatalogueError, match=rf"rail_distances.csv: line \d+: .*({complaint})"):
        load_catalogue(copy)
