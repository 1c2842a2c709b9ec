"""The most that a citizen's actions bring: in grams and in points, in a day and in a calendar month, with each tier of
evidence and over all of them. Above a ceiling an action is recorded and the rest is 0. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from backend.domain.actions.plausibility import Doing, EarlierAction, Guards

PROVEN_TIERS = ("E1", "E4")
"""A partner vouched for it, or a person looked at a photo before it was booked."""

GRAMS_PER_DAY = "grams_per_day"
GRAMS_PER_MONTH = "grams_per_month"
POINTS_PER_DAY = "points_per_day"
POINTS_PER_MONTH = "points_per_month"
POINTS_PER_ACT = "points_per_act"
TIER_GRAMS_PER_DAY = "tier_grams_per_day"
TIER_GRAMS_PER_MONTH = "tier_grams_per_month"
TIER_POINTS_PER_DAY = "tier_points_per_day"
TIER_POINTS_PER_MONTH = "tier_points_per_month"


class Brought(msgspec.Struct):
    """What a citizen's actions of a month brought with one tier of evidence."""

    grams: int = 0
    points: int = 0


Used = tuple[str, int | None, int]
"""The name of a ceiling, its number, and what was used of it."""


class Room(msgspec.Struct, frozen=True):
    """What a ceiling still leaves, in grams or in points."""

    rule: str
    left: int


def room_for_grams(
    limits: Guards, doing: Doing, day: Iterable[EarlierAction], month: Mapping[str, Brought]
) -> Room:
    """The tightest ceiling on the grams of an action. `day`, `month`: what the citizen's earlier actions brought."""
    own = limits.ceilings.get(doing.tier)
    over_all: list[Used] = [
        (GRAMS_PER_MONTH, limits.grams_per_month, sum(each.grams for each in month.values()))
    ]
    of_tier: list[Used] = []
    if own is not None:
        of_tier.append((TIER_GRAMS_PER_MONTH, own.grams_per_month, _of_tier(month, doing.tier).grams))
    if not is_exempt(limits, doing.method, doing.tier):
        counted = [each for each in day if not is_exempt(limits, each.method, each.tier)]
        over_all.append((GRAMS_PER_DAY, limits.grams_per_day, sum(each.reduction_g for each in counted)))
        if own is not None:
            used = sum(each.reduction_g for each in counted if each.tier == doing.tier)
            of_tier.append((TIER_GRAMS_PER_DAY, own.grams_per_day, used))
    return _tightest(over_all + of_tier)


def room_for_points(
    limits: Guards, doing: Doing, day: Iterable[EarlierAction], month: Mapping[str, Brought]
) -> Room:
    """The tightest ceiling on the points of an action."""
    own = limits.ceilings.get(doing.tier)
    day = list(day)
    used: list[Used] = [
        (POINTS_PER_ACT, limits.points_per_act, 0),
        (POINTS_PER_DAY, limits.points_per_day, sum(each.points for each in day)),
        (POINTS_PER_MONTH, limits.points_per_month, sum(each.points for each in month.values())),
    ]
    if own is not None:
        of_day = sum(each.points for each in day if each.tier == doing.tier)
        used.append((TIER_POINTS_PER_DAY, own.points_per_day, of_day))
        used.append((TIER_POINTS_PER_MONTH, own.points_per_month, _of_tier(month, doing.tier).points))
    return _tightest(used)


def is_exempt(limits: Guards, method: str, tier: str) -> bool:
    """Whether an act's grams stay outside a day's: only of methods that are named, and only when it is proven."""
    return method in limits.grams_exempt and tier in PROVEN_TIERS


def _of_tier(month: Mapping[str, Brought], tier: str) -> Brought:
    return month.get(tier, Brought())


NO_LIMIT = Room("", 2**62)


def _tightest(rooms: Iterable[Used]) -> Room:
    """The one that leaves least, the first of equals; `NO_LIMIT` without any limit."""
    left = [Room(rule, max(0, limit - used)) for rule, limit, used in rooms if limit is not None]
    return min(left, key=lambda room: room.left, default=NO_LIMIT)
