"""Limits over all methods: each names its rule, and takes no more than it says."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from backend.domain.actions import plausibility as guard
from tests.domain.actions.acts import DAY, NOON, doing, earlier
from tests.shipped import shipped_catalogue

LIMITS = shipped_catalogue().guards_on(DAY)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def test_a_fourth_self_declared_check_in_earns_nothing() -> None:
    own = [earlier("no_cutlery", tier="E5") for _ in range(LIMITS.self_checkins_per_day)]
    assert guard.blocked_by(LIMITS, doing("own_cup", tier="E5"), own[:-1]) is None
    assert guard.blocked_by(LIMITS, doing("own_cup", tier="E5"), own) == "self_checkins_per_day"
    assert guard.blocked_by(LIMITS, doing("own_cup", tier="E3"), own) is None


def test_check_ins_that_earned_nothing_do_not_count() -> None:
    own = [earlier("no_cutlery", tier="E5", credited_quantity=Decimal(0)) for _ in range(9)]
    assert guard.blocked_by(LIMITS, doing("own_cup", tier="E5"), own) is None


def test_a_kind_of_scene_counts_once_a_day() -> None:
    seen = [earlier("clean_plate", tier="E3", scene_kind="restaurant")]
    assert guard.blocked_by(LIMITS, doing("own_cup", tier="E3", scene_kind="restaurant"), seen) == (
        "scene_once_per_day"
    )
    assert guard.blocked_by(LIMITS, doing("linen_skip", tier="E3", scene_kind="hotel"), seen) is None


@pytest.mark.parametrize(
    ("start", "end", "rule"),
    [
        (0, 20, "overlapping_trip"),
        (-10, 1, "overlapping_trip"),
        (19, 40, "overlapping_trip"),
        (5, 6, "overlapping_trip"),
        (-30, 60, "overlapping_trip"),
        (20, 40, None),
        (-20, 0, None),
    ],
)
def test_nobody_rides_twice_at_once(start: float, end: float, rule: str | None) -> None:
    ride = earlier("metro", ended_at=NOON + minutes(20))
    asked = doing("bus", occurred_at=NOON + minutes(start), ended_at=NOON + minutes(end))
    assert guard.blocked_by(LIMITS, asked, [ride]) == rule


def test_a_partners_ride_without_an_end_lasts_as_long_as_is_assumed() -> None:
    ride = earlier("metro")
    assert guard.blocked_by(LIMITS, doing("bus", occurred_at=NOON + minutes(9)), [ride]) is not None
    assert guard.blocked_by(LIMITS, doing("bus", occurred_at=NOON + minutes(10)), [ride]) is None


def test_two_check_ins_in_a_row_are_two_rides_unless_one_lies_in_the_others_declared_time() -> None:
    word = doing("bus", tier="E5", occurred_at=NOON + minutes(5))
    assert guard.blocked_by(LIMITS, word, [earlier("metro", tier="E5")]) is None
    told = earlier("metro", ended_at=NOON + minutes(20))
    assert guard.blocked_by(LIMITS, word, [told]) == "overlapping_trip"


def test_an_act_that_moves_nobody_overlaps_nothing() -> None:
    ride = earlier("metro", ended_at=NOON + minutes(20))
    assert guard.blocked_by(LIMITS, doing("own_cup"), [ride]) is None


@pytest.mark.parametrize(
    ("method", "km", "taken", "is_too_fast"),
    [
        ("bike_share", 15, 30, False),
        ("bike_share", "15.001", 30, True),
        ("bus", 60, 60, False),
        ("bus", 61, 60, True),
        ("metro", 50, 30, False),
        ("metro", 51, 30, True),
        ("walk_steps", 6153, 30, False),  # 6 153 × 0.65 m in half an hour: 7.999 km/h
        ("walk_steps", 6154, 30, True),
        ("own_cup", 1000, 1, False),
    ],
)
def test_speed_gates(method: str, km: object, taken: float, is_too_fast: bool) -> None:
    asked = doing(method, quantity=Decimal(str(km)), ended_at=NOON + minutes(taken))
    assert guard.is_too_fast(LIMITS, asked) is is_too_fast
    assert not guard.is_too_fast(LIMITS, doing(method, quantity=Decimal(str(km))))


def test_a_walk_loses_the_part_of_its_time_that_a_ride_covers() -> None:
    walk = doing("walk_steps", quantity=Decimal(1001), ended_at=NOON + minutes(60))
    ride = earlier("bus", occurred_at=NOON + minutes(30), ended_at=NOON + minutes(90))
    assert guard.steps_in_rides(LIMITS, walk, [ride]) == 500
    # The same minute in two rides is one minute.
    assert guard.steps_in_rides(LIMITS, walk, [ride, ride]) == 500


def test_a_days_total_loses_the_share_of_its_waking_hours_that_was_spent_riding() -> None:
    total = doing("walk_steps", tier="E2", quantity=Decimal(8000))
    rides = [
        earlier("metro", ended_at=NOON + minutes(60)),
        earlier("bus", occurred_at=NOON + minutes(120), ended_at=NOON + minutes(180)),
    ]
    assert guard.steps_in_rides(LIMITS, total, rides) == 1000  # two of sixteen hours
    assert guard.steps_in_rides(LIMITS, total, []) == 0
    assert guard.steps_in_rides(LIMITS, doing("bus"), rides) == 0
