"""Rules over all methods: a citizen's limits for a day, actions that exclude each other, actions to review.

A guard never takes anything off silently: the answer names its rule, and an action that is only unusual goes to a
review. Numbers come from the catalogue's guards (assumptions of this product).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

import msgspec

SELF_CHECKINS = "self_checkins_per_day"
SCENE_ONCE = "scene_once_per_day"
OVERLAPPING_TRIP = "overlapping_trip"
STEPS_IN_RIDE = "steps_in_ride"

STEPS_METHOD = "walk_steps"
SELF_DECLARED = "E5"
METRES_PER_STEP = Decimal("0.65")
"""Wuhan's convention, with which 0.02 g a step is about 31 g/km."""
WALK_KMH_MAX = 8

GRAMS, POINTS = "gCO2e", "point"
"""Units in which a rule takes something off, besides the method's own."""

_ZERO = Decimal(0)


class Ceiling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most that a citizen's actions with one tier of evidence bring in a day and in a calendar month."""

    points_per_day: int
    points_per_month: int
    grams_per_day: int
    grams_per_month: int


class Guards(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The limits in force from a day on. Without a number there is no such limit.

    `grams_exempt` are methods whose proven acts (E1, or E4 that a person approved) do not count towards a day's grams.
    """

    id: str
    effective_from: date
    source_id: str
    note: dict[str, str]
    grams_per_day: int
    grams_exempt: tuple[str, ...]
    self_checkins_per_day: int
    actions_per_day: int
    ride_minutes_assumed: int
    waking_hours: int
    speed_max_kmh: dict[str, int]
    grams_per_month: int | None = None
    points_per_day: int | None = None
    points_per_month: int | None = None
    points_per_act: int | None = None
    second_reviewer_grams: int | None = None
    second_reviewer_points: int | None = None
    """From this value of an action on, two persons review it."""
    ceilings: dict[str, Ceiling] = {}
    """By tier."""

    def is_ride(self, method: str) -> bool:
        return method in self.speed_max_kmh


class EarlierAction(msgspec.Struct, frozen=True):
    """An action booked before. `quantity` is as declared, `credited_quantity` what counted.

    A reversed one counts for nothing but the steps it declared: a day's total must not bring them again.
    """

    id: UUID
    method: str
    day: date
    quantity: Decimal | None
    credited_quantity: Decimal
    parameters: Mapping[str, object]
    tier: str
    occurred_at: datetime
    ended_at: datetime | None
    reduction_g: int
    points: int
    scene_kind: str | None
    is_reversed: bool = False


class Doing(msgspec.Struct, frozen=True):
    """The action being logged. `quantity` is in the method's unit; None where none was declared."""

    method: str
    day: date
    quantity: Decimal | None
    tier: str
    occurred_at: datetime
    ended_at: datetime | None
    scene_kind: str | None


class Reduction(msgspec.Struct, frozen=True):
    """What a rule took off an action, in the unit it counts in."""

    rule: str
    removed: Decimal
    unit: str


def blocked_by(guards: Guards, doing: Doing, day: Iterable[EarlierAction]) -> str | None:
    """The rule that leaves nothing of an action, or None. `day`: the citizen's earlier actions of that day."""
    day = list(day)
    if doing.tier == SELF_DECLARED:
        counted = sum(action.tier == SELF_DECLARED and action.credited_quantity > 0 for action in day)
        if counted >= guards.self_checkins_per_day:
            return SELF_CHECKINS
    if doing.scene_kind is not None and any(
        action.scene_kind == doing.scene_kind and action.credited_quantity > 0 for action in day
    ):
        return SCENE_ONCE
    if guards.is_ride(doing.method):
        start, end = _window(guards, doing)
        for action in day:
            if guards.is_ride(action.method) and action.credited_quantity > 0:
                other_start, other_end = _window(guards, action)
                if start < other_end and other_start < end:
                    return OVERLAPPING_TRIP
    return None


def is_too_fast(guards: Guards, doing: Doing) -> bool:
    """Whether the declared distance cannot be covered in the declared time, at the method's top speed."""
    if doing.ended_at is None or doing.quantity is None:
        return False
    if doing.method == STEPS_METHOD:
        km, kmh_max = doing.quantity * METRES_PER_STEP / 1000, WALK_KMH_MAX
    elif guards.is_ride(doing.method):
        km, kmh_max = doing.quantity, guards.speed_max_kmh[doing.method]
    else:
        return False
    seconds = Decimal(str((doing.ended_at - doing.occurred_at).total_seconds()))
    return km * 3600 > kmh_max * seconds


def steps_in_rides(guards: Guards, doing: Doing, day: Iterable[EarlierAction]) -> Decimal:
    """Steps that the citizen's rides of the day cover, rounded down to whole ones.

    A walk with a declared end loses the part of its time that a ride covers. A day's total has no times: its steps
    are taken to be spread over the waking hours, and lose the share of them that was spent riding.
    """
    if doing.method != STEPS_METHOD or not doing.quantity:
        return _ZERO
    rides = [_window(guards, action) for action in day if guards.is_ride(action.method)]
    if doing.ended_at is not None:
        covered = _covered(rides, doing.occurred_at, doing.ended_at)
        whole = doing.ended_at - doing.occurred_at
    else:
        covered = sum((end - start for start, end in _merged(rides)), timedelta())
        whole = timedelta(hours=guards.waking_hours)
    share = min(
        Decimal(1), Decimal(covered // timedelta(seconds=1)) / Decimal(whole // timedelta(seconds=1) or 1)
    )
    return (doing.quantity * share).to_integral_value(ROUND_DOWN)


def _window(guards: Guards, action: Doing | EarlierAction) -> tuple[datetime, datetime]:
    """When a ride took place.

    Without a declared end a partner's ride lasts as long as is assumed, and a self-declared one is an instant: two
    check-ins in a row are two rides, one inside another's declared time is not.
    """
    start = action.occurred_at
    if action.ended_at is not None:
        return start, action.ended_at
    return start, start + timedelta(minutes=guards.ride_minutes_assumed if action.tier == "E1" else 0)


def _merged(windows: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Windows without their overlaps, in order: a minute in two of them is one minute."""
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(windows):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _covered(windows: list[tuple[datetime, datetime]], start: datetime, end: datetime) -> timedelta:
    return sum(
        (max(timedelta(), min(end, stop) - max(start, begin)) for begin, stop in _merged(windows)),
        timedelta(),
    )
