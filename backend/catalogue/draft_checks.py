"""Checks of what operators write between releases: what fits the catalogue and still would ruin it.

Files of a release are read by several people before it is made. A draft is read by two, in a hurry perhaps; so an act
may not be worth ten times of what it is today, nor be limited by nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from backend.catalogue.checks import POINTS_FIXED_MAX
from backend.catalogue.reading import CatalogueError
from backend.domain.actions.greatest_act import greatest_act
from backend.domain.catalogue.factors import Factor, FactorSet, Method, PointRule

TIMES_MAX = 10
"""Of what an act may be worth in the version in force."""


def check_bounded(method: Method) -> None:
    """Check that something limits how much of a method counts in a time. Raises CatalogueError."""
    if all(cap.period == "trip" for cap in method.caps):
        raise CatalogueError(f"{method.code}: nothing limits it in a time", "/caps", "no_cap_of_a_time")


def check_worth(
    method: Method, current: Method, factor_set: FactorSet, factors: Mapping[str, Factor], rule: PointRule
) -> None:
    """Check that an act is worth something, and not ten times of what it is worth now. Raises CatalogueError."""
    was = greatest_act(current, factor_set, factors, rule)
    found = greatest_act(method, factor_set, factors, rule)
    if found.points < 1:
        raise CatalogueError(f"{method.code}: an act is worth nothing", "/formula", "worth_nothing")
    pointer = "/formula" if method.formula is not None else "/fixed_points"
    for now, then in ((found.reduction_g, was.reduction_g), (found.points, was.points)):
        if now > then * TIMES_MAX:
            raise CatalogueError(
                f"{method.code}: an act may be worth {now}, and {then} today",
                pointer,
                "leap",
                times_max=TIMES_MAX,
            )


def check_rule_worth(rule: PointRule, current: PointRule) -> None:
    """Check that a points rule gives no ten times of today's points, nor much for a gram. Raises CatalogueError."""
    if rule.grams_per_point * TIMES_MAX < current.grams_per_point:
        raise CatalogueError(f"{rule.id}: too many points", "/grams_per_point", "leap", times_max=TIMES_MAX)
    if rule.points_min > POINTS_FIXED_MAX:
        raise CatalogueError(
            f"{rule.id}: too many points for a gram",
            "/points_min",
            "out_of_range",
            min=0,
            max=POINTS_FIXED_MAX,
        )
