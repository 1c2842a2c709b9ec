"""Ceilings on grams and points, and a scale that holds over all methods."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from backend.domain.actions.ceilings import Brought, room_for_grams, room_for_points
from backend.domain.actions.greatest_act import greatest_act
from backend.domain.actions.plausibility import EarlierAction
from tests.domain.actions import acts
from tests.domain.actions.acts import DAY, doing
from tests.shipped import shipped_catalogue

CATALOGUE = shipped_catalogue()
LIMITS = CATALOGUE.guards_on(DAY)
METHODS = sorted(CATALOGUE.methods)
RIDE = CATALOGUE.quantify("metro", Decimal(10), {}, "E1", day=DAY)


def earlier(method: str = "bus", **changes: Any) -> EarlierAction:
    """An act before that brought nothing but what a test says."""
    return acts.earlier(method, **({"reduction_g": 0, "points": 0} | changes))


def test_what_is_left_of_a_days_grams_leaves_out_proven_trains() -> None:
    day = [earlier(reduction_g=3000), earlier("rail_for_air", reduction_g=90_000)]
    room = room_for_grams(LIMITS, doing(), day, {})
    assert (room.rule, room.left) == ("grams_per_day", LIMITS.grams_per_day - 3000)
    for tier in ("E1", "E4"):
        assert room_for_grams(LIMITS, doing("rail_for_air", tier), day, {}).left > 100_000
    # Without proof a train is an action like any other, asked for or booked.
    assert room_for_grams(LIMITS, doing("rail_for_air", "E3"), day, {}).left == 2000
    said = [earlier("rail_for_air", tier="E5", reduction_g=90_000)]
    assert room_for_grams(LIMITS, doing(), said, {}).left == 0


def test_each_tier_has_a_day_and_a_month_of_its_own() -> None:
    own = LIMITS.ceilings["E5"]
    day = [earlier("bike_own", tier="E5", reduction_g=250, points=25), earlier(reduction_g=900, points=90)]
    assert room_for_grams(LIMITS, doing("walk_steps", "E5"), day, {}).left == own.grams_per_day - 250
    points = room_for_points(LIMITS, doing("walk_steps", "E5"), day, {})
    assert (points.rule, points.left) == ("tier_points_per_day", own.points_per_day - 25)
    month = {"E5": Brought(grams=2990, points=299), "E1": Brought(grams=5000, points=500)}
    grams = room_for_grams(LIMITS, doing("walk_steps", "E5"), [], month)
    assert (grams.rule, grams.left) == ("tier_grams_per_month", 10)
    points = room_for_points(LIMITS, doing("walk_steps", "E5"), [], month)
    assert (points.rule, points.left) == ("tier_points_per_month", 1)
    assert room_for_points(LIMITS, doing(), [], month).left == LIMITS.points_per_act


def test_all_tiers_together_have_a_day_and_a_month() -> None:
    assert LIMITS.points_per_month is not None
    assert LIMITS.grams_per_month is not None
    month = {
        tier: Brought(LIMITS.grams_per_month // 4, LIMITS.points_per_month // 4) for tier in LIMITS.ceilings
    }
    assert room_for_grams(LIMITS, doing(), [], month).rule == "grams_per_month"
    assert room_for_points(LIMITS, doing(), [], month).rule == "points_per_month"
    day = [earlier(points=600), earlier(tier="E4", points=590)]
    room = room_for_points(LIMITS, doing(tier="E2"), day, {})
    assert (room.rule, room.left) == ("points_per_day", 10)


@pytest.mark.parametrize("code", METHODS)
def test_no_act_earns_more_than_twenty_proven_metro_rides(code: str) -> None:
    method = CATALOGUE.methods[code]
    for factor_set in CATALOGUE.factor_sets.values():
        act = greatest_act(method, factor_set, CATALOGUE.factors, CATALOGUE.point_rule)
        for tier in method.evidence_wanted:
            earned = min(act.points, room_for_points(LIMITS, doing(code, tier), [], {}).left)
            assert 0 < earned <= 20 * RIDE.points == LIMITS.points_per_act
            if tier not in ("E1", "E4"):
                assert act.reduction_g <= LIMITS.grams_per_day


def test_the_greatest_act_is_the_one_that_the_method_allows() -> None:
    factor_set = CATALOGUE.factor_sets["sichuan-2026.1"]
    for code, grams in (
        ("rail_for_air", 120_180),
        ("plant_meal", 1920),
        ("recyclables", 162_420),
        ("learn", 0),
    ):
        act = greatest_act(CATALOGUE.methods[code], factor_set, CATALOGUE.factors, CATALOGUE.point_rule)
        assert act.reduction_g == grams


def test_one_s_own_word_is_named_with_its_reason_and_stands_for_little() -> None:
    own = {code for code, method in CATALOGUE.methods.items() if "E5" in method.evidence_wanted}
    assert own == {"walk_steps", "bike_own", "own_chopsticks", "learn"}
    for code, method in CATALOGUE.methods.items():
        assert (method.self_declared_reason is not None) == (code in own)
    assert LIMITS.ceilings["E5"].points_per_day <= 30


def test_what_is_scanned_is_accepted_as_evidence() -> None:
    for code in (
        *CATALOGUE.event_methods,
        *(c for kind in CATALOGUE.scene_kinds.values() for c in kind.methods),
    ):
        assert "E3" in CATALOGUE.methods[code].evidence_wanted
