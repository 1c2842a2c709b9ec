"""How many grams and points an action brings, after guards and caps. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from backend.catalogue import Catalogue
from backend.domain.actions import plausibility as guard
from backend.domain.actions.ceilings import Brought, room_for_grams, room_for_points
from backend.domain.actions.plausibility import Doing, EarlierAction, Guards, Reduction
from backend.domain.actions.quantification import Quantified, Usage, period_start, points_for, usage_scope
from backend.domain.catalogue.factors import Cap, Method
from backend.messages.shape import view_of

if TYPE_CHECKING:
    from backend.ledger.commands.log_action import LogAction

_ZERO = Decimal(0)


def credit(
    catalogue: Catalogue,
    command: LogAction,
    method: Method,
    doing: Doing,
    limits: Guards,
    day: list[EarlierAction],
    earlier: list[EarlierAction],
    month: Mapping[str, Brought],
) -> tuple[Quantified, list[Reduction]]:
    """Grams and points of an action, with what guards, caps and ceilings took off.

    `day`, `earlier`: the citizen's actions of the day, and all that are known; `month`: what the month's brought.
    """
    reductions: list[Reduction] = []
    quantity = doing.quantity
    blocked = guard.blocked_by(limits, doing, day)
    in_rides = guard.steps_in_rides(limits, doing, day)
    if in_rides and quantity is not None:
        reductions.append(Reduction(guard.STEPS_IN_RIDE, in_rides, method.unit))
        quantity -= in_rides
        blocked = blocked or (guard.STEPS_IN_RIDE if quantity <= 0 else None)
    asked = doing.quantity if blocked else quantity
    result = catalogue.quantify(
        method.code,
        asked,
        command.parameters,
        command.tier,
        day=command.day,
        usage=_usage(method, command, earlier),
    )
    if blocked:
        reductions.append(Reduction(blocked, result.quantity, result.unit))
        return _nothing_of(result, blocked), reductions
    if result.capped_by is not None:
        taken = (asked or method.default_quantity or Decimal(1)) - result.quantity
        reductions.append(Reduction(result.capped_by, taken, result.unit))
    grams = room_for_grams(limits, doing, day, month)
    if result.reduction_g > grams.left:
        removed = result.reduction_g - grams.left
        reductions.append(Reduction(grams.rule, Decimal(removed), guard.GRAMS))
        result = _trimmed(catalogue, result, grams.left, grams.rule, command)
    points = room_for_points(limits, doing, day, month)
    if result.points > points.left:
        reductions.append(Reduction(points.rule, Decimal(result.points - points.left), guard.POINTS))
        result = _with_points(method, result, points.left, points.rule)
    return result, reductions


def _trimmed(
    catalogue: Catalogue, result: Quantified, grams: int, rule: str, command: LogAction
) -> Quantified:
    """The same action with fewer grams; without any it has no quantity either."""
    if not grams:
        return _nothing_of(result, rule)
    points = points_for(catalogue.point_rule_on(command.day), grams)
    return msgspec.structs.replace(result, reduction_g=grams, points=points, capped_by=rule)


def _with_points(method: Method, result: Quantified, points: int, rule: str) -> Quantified:
    """The same action with fewer points: its grams stay, and without either it has no quantity."""
    if not points and method.formula is None:
        return _nothing_of(result, rule)
    return msgspec.structs.replace(result, points=points, capped_by=rule)


def credit_nothing(catalogue: Catalogue, command: LogAction, method: Method) -> Quantified:
    """What an action brings that is not booked: nothing, by the method and the rule of its day."""
    return Quantified(
        reduction_g=0,
        points=0,
        unrounded=_ZERO,
        lines=(),
        quantity=_ZERO,
        unit=method.unit,
        tier=command.tier,
        method_version=method.version,
        factor_set=catalogue.default_factor_set,
        point_rule=catalogue.point_rule_on(command.day).id,
    )


def as_declared(command: LogAction) -> Doing:
    """The action as it was declared, for guards and caps."""
    return view_of(Doing, command, scene_kind=None if command.scene is None else command.scene.kind)


def new_doing(command: LogAction, day: list[EarlierAction]) -> tuple[Doing, bool]:
    """What a command adds, and whether it adds anything: of a day's total, what earlier totals have not brought yet."""
    doing = as_declared(command)
    if not command.is_day_total or command.quantity is None:
        return doing, True
    brought = sum(
        (
            action.quantity or _ZERO
            for action in day
            if action.method == command.method and action.tier == command.tier
        ),
        _ZERO,
    )
    growth = command.quantity - brought
    return msgspec.structs.replace(doing, quantity=growth), growth > 0


def _nothing_of(result: Quantified, rule: str) -> Quantified:
    return msgspec.structs.replace(result, reduction_g=0, points=0, quantity=_ZERO, capped_by=rule)


def _usage(method: Method, command: LogAction, earlier: list[EarlierAction]) -> dict[str, Usage]:
    """What each of the method's caps has seen in the period that holds the action's day."""
    return {cap.name: _used_of(cap, method, command, earlier) for cap in method.caps}


def _used_of(cap: Cap, method: Method, command: LogAction, earlier: list[EarlierAction]) -> Usage:
    start = period_start(cap.period, command.day)
    scope = usage_scope(method, cap, command.parameters)
    quantity, count = _ZERO, 0
    for action in earlier:
        if action.method != method.code or action.credited_quantity <= 0:
            continue
        if period_start(cap.period, action.day) != start:
            continue
        if cap.per is not None and usage_scope(method, cap, action.parameters) != scope:
            continue
        quantity += action.credited_quantity
        count += 1
    return Usage(quantity, count)


def first_day_that_counts(method: Method, day: date) -> date:
    """The earliest day whose actions matter for any of the method's caps on `day`."""
    return min((period_start(cap.period, day) for cap in method.caps), default=day)
