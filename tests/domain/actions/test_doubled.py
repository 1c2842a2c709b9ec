"""What two accounts of one person did counts once: every cap and ceiling, attacked with a second account."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from backend.catalogue import load_catalogue
from backend.domain.actions.doubled import doubled_actions
from backend.domain.actions.plausibility import EarlierAction
from backend.domain.days import SHANGHAI
from backend.models.keys import uuid7

CATALOGUE = load_catalogue()
DAY = date(2026, 11, 4)


def action(method: str, quantity: int, hour: int = 8, day: date = DAY, **changes: Any) -> EarlierAction:
    facts: dict[str, Any] = {
        "id": uuid7(),
        "method": method,
        "day": day,
        "quantity": Decimal(quantity),
        "credited_quantity": Decimal(quantity),
        "parameters": {},
        "tier": "E1",
        "occurred_at": datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI),
        "ended_at": None,
        "reduction_g": 100,
        "points": 10,
        "scene_kind": None,
    } | changes
    return EarlierAction(**facts)


def doubled(own: list[EarlierAction], other: list[EarlierAction]) -> list[UUID]:
    return doubled_actions(own, other, CATALOGUE.method_on, CATALOGUE.guards_on)


@pytest.mark.parametrize(
    ("own", "other", "is_doubled"),
    [
        (action("bike_share", 20), action("bike_share", 1, 12), True),  # km of a day
        (action("bike_share", 12), action("bike_share", 8, 12), False),
        (action("bike_share", 20), action("bike_share", 20, 12, DAY + timedelta(days=1)), False),
        (action("metro", 5, 8), action("bus", 5, 8), True),  # one person rides one vehicle at a time
        (action("metro", 5, 8), action("bus", 5, 12), False),
        (action("walk_steps", 3000, tier="E2"), action("walk_steps", 3000, tier="E2"), True),
        (action("learn", 1, tier="E5"), action("learn", 1, 9, tier="E5"), True),  # once a day
        (action("second_hand", 2), action("second_hand", 1, 9, DAY + timedelta(days=1)), True),  # a week
        (action("clothes_recycle", 10, day=date(2026, 2, 1)), action("clothes_recycle", 10), False),
        (action("own_bag", 1, scene_kind="shop"), action("own_bag", 1, 9, scene_kind="shop"), True),
        (action("carpool", 9, reduction_g=4000), action("carpool", 9, 14, reduction_g=2000), True),  # grams of a day
        (action("carpool", 9, points=900), action("carpool", 9, 14, points=200), True),  # points of a day
    ],
)  # fmt: skip
def test_what_passes_a_limit_with_both_accounts_is_found(
    own: EarlierAction, other: EarlierAction, is_doubled: bool
) -> None:
    assert doubled([own], [other]) == ([other.id] if is_doubled else [])
    assert doubled([], [other]) == []


def test_a_year_s_cap_is_one_person_s() -> None:
    months = [date(2026, month, 3) for month in range(1, 11)]
    own = [action("clothes_recycle", 10, day=day) for day in months[:5]]
    other = [action("clothes_recycle", 10, day=day) for day in months[5:]]
    assert doubled(own, other) == [each.id for each in other]
    assert doubled(own[:3], other) == [each.id for each in other[2:]]


def test_a_month_s_points_are_one_person_s() -> None:
    days = [date(2026, 11, day) for day in range(1, 21)]
    own = [action("carpool", 9, day=day, points=500) for day in days[:10]]
    other = [action("carpool", 9, day=day, points=500) for day in days[10:]]
    assert doubled(own, other) == [each.id for each in other[2:]]


def test_what_an_account_had_above_a_limit_by_itself_is_not_the_merge_s_doing() -> None:
    own = [action("bike_own", 1, 6, tier="E2")]
    other = [action("carpool", 90, 8), action("carpool", 90, 16)]
    assert doubled(own, other) == []


def test_many_years_of_two_accounts_are_compared_in_a_moment() -> None:
    days = [date(2023, 1, 1) + timedelta(days=number) for number in range(1000)]
    own = [action("metro", 5, 8, day=day, points=1, reduction_g=1) for day in days]
    other = [action("metro", 5, 12, day=day, points=1, reduction_g=1) for day in days]
    assert doubled(own, other) == []
