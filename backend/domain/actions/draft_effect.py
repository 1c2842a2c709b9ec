"""What a draft would have changed: the actions of the last days, computed by the rules in force and by the draft.

Both sides are computed the same way: the caps of a method are filled again from the first of these days on, ceilings
of a day or a month are left out. `booked` is what was booked, with all of that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from backend.domain.actions.quantification import (
    NO_USAGE,
    Quantified,
    Usage,
    period_start,
    points_for,
    usage_scope,
)
from backend.domain.catalogue.factors import Method, PointRule
from backend.domain.catalogue.refusals import CalculationRefusal


class DaySums(msgspec.Struct):
    """One day of all citizens."""

    before_g: int = 0
    after_g: int = 0
    before_points: int = 0
    after_points: int = 0


class MethodSums(DaySums):
    """One method of all citizens and days."""

    actions: int = 0


class Effect(msgspec.Struct, kw_only=True):
    """Sums so far: of `citizens_total` people `citizens_done` were looked at, and `citizens` had such actions."""

    first_day: date
    last_day: date
    citizens_total: int
    citizens_done: int = 0
    citizens: int = 0
    citizens_with_more: int = 0
    citizens_with_less: int = 0
    actions: int = 0
    refused: int = 0
    booked_g: int = 0
    booked_points: int = 0
    capped_before: int = 0
    capped_after: int = 0
    methods: dict[str, MethodSums] = {}
    days: dict[str, DaySums] = {}


class PastAction(msgspec.Struct, frozen=True):
    """An action as it was declared and what was booked for it."""

    citizen_id: UUID
    method: str
    quantity: Decimal | None
    parameters: Mapping[str, Any]
    tier: str
    factor_set: str
    day: date
    reduction_g: int
    points: int


Quantify = Callable[[Method, PastAction, Mapping[str, Usage]], Quantified]


class Caps:
    """What a citizen's actions have used of one method's caps."""

    def __init__(self) -> None:
        self._used: defaultdict[tuple[str, date], Usage] = defaultdict(lambda: NO_USAGE)

    def credit(self, method: Method, action: PastAction, quantify: Quantify) -> Quantified:
        """What an action brings beside those before it. Raises CalculationRefusal."""
        keys = {
            cap.name: (usage_scope(method, cap, action.parameters), period_start(cap.period, action.day))
            for cap in method.caps
        }
        found = quantify(method, action, {name: self._used[key] for name, key in keys.items()})
        if found.quantity > 0:
            for key in keys.values():
                used = self._used[key]
                self._used[key] = Usage(used.quantity + found.quantity, used.count + 1)
        return found


def add_method(
    effect: Effect,
    actions: Iterable[PastAction],
    current: Callable[[date], Method],
    draft: Method,
    quantify: Quantify,
) -> None:
    """Count actions of one method, each citizen's whole and in order, by the version of their day and by a draft."""
    citizen: UUID | None = None
    before_caps, after_caps, gained = Caps(), Caps(), 0
    for action in actions:
        if action.citizen_id != citizen:
            _end_citizen(effect, citizen, gained)
            citizen, before_caps, after_caps, gained = action.citizen_id, Caps(), Caps(), 0
        try:
            before = before_caps.credit(current(action.day), action, quantify)
        except CalculationRefusal:
            continue
        after: Quantified | None = None
        try:
            if action.tier in draft.evidence_wanted:
                after = after_caps.credit(draft, action, quantify)
        except CalculationRefusal:
            after = None
        effect.refused += after is None
        effect.capped_before += before.capped_by is not None
        effect.capped_after += after is not None and after.capped_by is not None
        after_g, after_points = (0, 0) if after is None else (after.reduction_g, after.points)
        gained += after_points - before.points
        _add(effect, action, (before.reduction_g, after_g, before.points, after_points))
    _end_citizen(effect, citizen, gained)


def add_rule(
    effect: Effect, actions: Iterable[PastAction], current: PointRule, draft: PointRule, fixed: frozenset[str]
) -> None:
    """Count actions by a points rule in force and by a draft; `fixed` are methods whose points come of no grams."""
    citizen: UUID | None = None
    gained = 0
    for action in actions:
        if action.method in fixed:
            continue
        if action.citizen_id != citizen:
            _end_citizen(effect, citizen, gained)
            citizen, gained = action.citizen_id, 0
        grams = action.reduction_g
        before, after = points_for(current, grams), points_for(draft, grams)
        gained += after - before
        _add(effect, action, (grams, grams, before, after))
    _end_citizen(effect, citizen, gained)


def _end_citizen(effect: Effect, citizen: UUID | None, gained: int) -> None:
    effect.citizens += citizen is not None
    effect.citizens_with_more += gained > 0
    effect.citizens_with_less += gained < 0


def _add(effect: Effect, action: PastAction, found: tuple[int, int, int, int]) -> None:
    effect.actions += 1
    effect.booked_g += action.reduction_g
    effect.booked_points += action.points
    method = effect.methods.setdefault(action.method, MethodSums())
    method.actions += 1
    for sums in (method, effect.days.setdefault(action.day.isoformat(), DaySums())):
        sums.before_g += found[0]
        sums.after_g += found[1]
        sums.before_points += found[2]
        sums.after_points += found[3]
