"""Two cities of one process: what one knows, the other does not."""

from __future__ import annotations

from tests.cities.conftest import City


async def test_one_person_has_a_balance_in_each_city(cities: tuple[City, City]) -> None:
    for city in cities:
        with city.city.current():
            await city.event("fair")
    for city, grams_per_point in zip(cities, (10, 20), strict=True):
        with city.city.current():
            person = await city.citizen("the same person")
            badge = (await city.badges(1))[0]
            answer = await city.scan(badge["code"], person)
            assert answer.status_code == 201, answer.text
            rules = city.components.catalogue.point_rule
            assert rules.grams_per_point == grams_per_point
