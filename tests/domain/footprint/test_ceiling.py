"""What one person may take from a pool: generous for the place they declare, deaf to everything else they declare."""

from __future__ import annotations

import pytest

from backend.domain.footprint.ceiling import declared_place, offset_ceiling
from backend.domain.footprint.inputs import Journey
from tests.domain.attendances import PLANE, RAIL, SET, SHIPPED, profile, reckon


def ceiling(journey: Journey | None = None, category: str | None = None) -> int:
    return offset_ceiling(
        profile(), SET, SHIPPED.factors, SHIPPED.cities, declared_place(journey), category, SHIPPED.rail_km
    )


@pytest.mark.parametrize("journey", [RAIL, PLANE], ids=["example A", "example B"])
def test_the_worked_examples_fit_twice_over_or_nearly(journey: Journey) -> None:
    assert reckon(journey).total_g < ceiling(journey)


def test_vehicle_nights_and_meals_do_not_raise_it() -> None:
    place = Journey(distance_km=800)
    invented = Journey(distance_km=800, mode="taxi", nights=60, hotel_stars=5, meals=200)
    assert ceiling(place) == ceiling(invented) < reckon(invented).total_g


@pytest.mark.parametrize(
    ("nearer", "further"), [(0, 1), (50, 51), (50, 250), (250, 251), (300, 2000), (2000, 9000)]
)
def test_who_comes_from_further_may_take_more(nearer: int, further: int) -> None:
    assert ceiling(Journey(distance_km=nearer)) < ceiling(Journey(distance_km=further))


def test_without_a_place_the_tickets_category_decides() -> None:
    ceilings = [ceiling(None, category) for category in (None, "province", "national", "international")]
    assert ceilings == sorted(set(ceilings))
    assert ceiling(Journey(nights=60, mode="plane")) == ceiling(None)
