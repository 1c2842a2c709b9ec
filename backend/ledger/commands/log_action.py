"""Logging an action: guarded, quantified, held to its caps, booked, or kept for a person to look at.

Pure: state and command in, outcome and rows out.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import msgspec

from backend.catalogue import Catalogue
from backend.domain.actions import plausibility as guard
from backend.domain.actions.plausibility import Doing, EarlierAction, Guards, Reduction
from backend.domain.actions.quantification import Quantified, Usage, period_start, points_for, usage_scope
from backend.domain.catalogue.factors import Cap, Method
from backend.errors import (
    BadgeBound,
    BadgeRevoked,
    BadgeUnknown,
    CodeForeign,
    EventNotRunning,
    SessionRevoked,
)
from backend.errors.account.points import ActionsPerDay, MethodRetired
from backend.ledger.command import LogAction, Outcome, RequestedReview
from backend.ledger.state import LedgerState, StoredAnswer
from backend.messages.actions.actions import ActionAnswer, Reduced
from backend.messages.catalogue.catalogue import factor_use
from backend.messages.encoding import encode

CLAIM_STATE_AT_FIRST = "personal"
SELF_DECLARED = guard.SELF_DECLARED
REVIEW_HOURS_MAX = 48
"""Within this time a person has looked, as a citizen is told; `tianfu worker` names those that are late."""

_ZERO = Decimal(0)


class ActionRules:
    """The rules with the catalogue they read; `method` and parameters were checked before the command was made."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def decide(self, command: LogAction, state: LedgerState) -> Outcome:
        """One action. Raises a Refusal having changed nothing of `state`."""
        item = command.item
        if item is None:
            return self._decide(command, state)
        outcome = self._decide(command, state)
        answer = StoredAnswer(item.digest, outcome.status, outcome.body)
        state.items[(item.partner_id, item.external_id)] = answer
        state.new_items.append(
            (
                item.partner_id,
                item.external_id,
                item.digest,
                command.citizen_id,
                outcome.status,
                outcome.body,
                command.at,
            )
        )
        return outcome

    def _decide(self, command: LogAction, state: LedgerState) -> Outcome:
        if command.citizen_id not in state.balances:
            raise SessionRevoked
        if command.refusal_if_new is not None:
            raise command.refusal_if_new
        place = self._place(command, state)
        catalogue = self._catalogue
        method = catalogue.method_on(command.method, command.day)
        if method.retired_on is not None and command.day >= method.retired_on:
            raise MethodRetired(retired_on=method.retired_on)
        limits = catalogue.guards_on(command.day)
        told_before = [a for a in state.earlier[command.citizen_id].values() if a.day == command.day]
        earlier = [a for a in state.earlier[command.citizen_id].values() if not a.is_reversed]
        day = [action for action in told_before if not action.is_reversed]
        if len(told_before) >= limits.actions_per_day:
            raise ActionsPerDay(actions_max=limits.actions_per_day)
        doing, told = _doing(command, told_before)
        if command.is_day_total and not told:
            return Outcome(200, encode(self._nothing_new(command, method, state)))
        ask = command.review
        if ask is None and not command.is_approved and guard.is_too_fast(limits, doing):
            ask = RequestedReview("speed", {"speed_max_kmh": limits.speed_max_kmh.get(method.code)})
        if ask is not None:
            return self._wait(command, method, ask, place, state)
        result, reductions = self._quantify(command, method, doing, limits, day, earlier)
        return self._book(command, doing, result, reductions, place, state)

    def _quantify(
        self,
        command: LogAction,
        method: Method,
        doing: Doing,
        limits: Guards,
        day: list[EarlierAction],
        earlier: list[EarlierAction],
    ) -> tuple[Quantified, list[Reduction]]:
        """Grams and points, with what guards and caps took off."""
        reductions: list[Reduction] = []
        quantity = doing.quantity
        blocked = guard.blocked_by(limits, doing, day)
        in_rides = guard.steps_in_rides(limits, doing, day)
        if in_rides and quantity is not None:
            reductions.append(Reduction(guard.STEPS_IN_RIDE, in_rides, method.unit))
            quantity -= in_rides
            blocked = blocked or (guard.STEPS_IN_RIDE if quantity <= 0 else None)
        asked = doing.quantity if blocked else quantity
        result = self._catalogue.quantify(
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
        left = guard.grams_left(limits, doing, day)
        if left is not None and result.reduction_g > left:
            reductions.append(Reduction(guard.GRAMS_PER_DAY, Decimal(result.reduction_g - left), "gCO2e"))
            result = self._trimmed(result, left, command)
        return result, reductions

    def _trimmed(self, result: Quantified, grams: int, command: LogAction) -> Quantified:
        """The same action with fewer grams; without any it has no quantity either."""
        if not grams:
            return _nothing_of(result, guard.GRAMS_PER_DAY)
        points = points_for(self._catalogue.point_rule_on(command.day), grams)
        return msgspec.structs.replace(
            result, reduction_g=grams, points=points, capped_by=guard.GRAMS_PER_DAY
        )

    def _book(
        self,
        command: LogAction,
        doing: Doing,
        result: Quantified,
        reductions: list[Reduction],
        place: str | None,
        state: LedgerState,
    ) -> Outcome:
        is_capped = result.capped_by is not None and result.quantity == 0
        row_state = "capped" if is_capped else "posted"
        balance = state.balances[command.citizen_id]
        if result.points:
            balance = state.earn(
                command.citizen_id, result.points, "action", command.id, command.at, command.day
            )
        self._record(command, doing, result, reductions, row_state, state)
        answer = self._answer(command, doing, result, row_state, place, balance)
        answer.reductions = [Reduced(each.rule, each.removed, each.unit) for each in reductions]
        return Outcome(201, encode(answer))

    def _answer(
        self,
        command: LogAction,
        doing: Doing,
        result: Quantified,
        row_state: str,
        place: str | None,
        balance: int,
    ) -> ActionAnswer:
        return ActionAnswer(
            id=str(command.id),
            method=command.method,
            method_version=result.method_version,
            factor_set=result.factor_set,
            quantity=doing.quantity,
            credited_quantity=result.quantity,
            unit=result.unit,
            tier=command.tier,
            occurred_at=command.occurred_at,
            day=command.day,
            reduction_g=result.reduction_g,
            points=result.points,
            state=row_state,
            capped_by=result.capped_by,
            claim_state=CLAIM_STATE_AT_FIRST,
            event=place,
            scene=None if command.scene is None else command.scene.name,
            balance=balance,
            explanation=[factor_use(line) for line in result.lines],
        )

    def _nothing_new(self, command: LogAction, method: Method, state: LedgerState) -> ActionAnswer:
        """A day's total that has not grown: nothing is written."""
        result = self._none(command, method)
        doing = Doing(command.method, command.day, _ZERO, command.tier, command.occurred_at, None, None)
        return self._answer(command, doing, result, "unchanged", None, state.balances[command.citizen_id])

    def _wait(
        self, command: LogAction, method: Method, ask: RequestedReview, place: str | None, state: LedgerState
    ) -> Outcome:
        """Keep an action for a person; it earns nothing before."""
        expected_by = command.at + timedelta(hours=REVIEW_HOURS_MAX)
        scene = command.scene
        state.new_reviews.append(
            (
                command.citizen_id,
                command.id,
                ask.why,
                command.method,
                command.quantity,
                encode(command.parameters).decode() if command.parameters else None,
                command.tier,
                command.occurred_at,
                command.ended_at,
                command.day,
                scene and scene.scene_id,
                scene and scene.kind,
                command.partner_id,
                command.event_id,
                command.gate,
                encode(ask.evidence).decode(),
                expected_by,
                command.at,
            )
        )
        doing = _as_told(command)
        balance = state.balances[command.citizen_id]
        answer = self._answer(command, doing, self._none(command, method), "pending", place, balance)
        answer.reason = ask.why
        answer.expected_by = expected_by
        return Outcome(201, encode(answer))

    def _none(self, command: LogAction, method: Method) -> Quantified:
        return Quantified(
            reduction_g=0,
            points=0,
            unrounded=_ZERO,
            lines=(),
            quantity=_ZERO,
            unit=method.unit,
            tier=command.tier,
            method_version=method.version,
            factor_set=self._catalogue.default_factor_set,
            point_rule=self._catalogue.point_rule_on(command.day).id,
        )

    def _place(self, command: LogAction, state: LedgerState) -> str | None:
        """The slug of the event whose code was scanned for this action; None without one."""
        if command.event_id is None:
            return None
        event = state.events.get(command.event_id)
        if event is None:
            raise CodeForeign
        # What a person approved was done while the event was running.
        if not event.is_running and not command.is_approved:
            raise EventNotRunning
        if command.badge_serial is not None:
            place = (command.event_id, command.badge_serial)
            badge = state.badges.get(place)
            if badge is None:
                raise BadgeUnknown
            if badge.is_revoked:
                raise BadgeRevoked
            # A badge's code never changes, so it proves presence only for the person it is bound to.
            if state.badge_holders.get(place) != command.citizen_id:
                raise BadgeBound
        return event.slug

    def _record(
        self,
        command: LogAction,
        doing: Doing,
        result: Quantified,
        reductions: list[Reduction],
        row_state: str,
        state: LedgerState,
    ) -> None:
        state.earlier[command.citizen_id][command.id] = EarlierAction(
            id=command.id,
            method=command.method,
            day=command.day,
            quantity=doing.quantity,
            credited_quantity=result.quantity,
            parameters=command.parameters,
            tier=command.tier,
            occurred_at=command.occurred_at,
            ended_at=command.ended_at,
            reduction_g=result.reduction_g,
            scene_kind=doing.scene_kind,
        )
        state.new_actions.append(_action_row(command, doing, result, reductions, row_state))
        state.add_to_sums(
            command.citizen_id,
            command.day,
            command.method,
            command.tier != SELF_DECLARED,
            1,
            result.reduction_g,
            result.points,
        )
        if command.is_approved:
            state.booked_reviews.append((command.citizen_id, command.id, command.at))
        if command.event_id is not None:
            tally = state.tally(command.event_id, command.gate, command.at)
            tally.actions += 1
            tally.points += result.points


def _action_row(
    command: LogAction, doing: Doing, result: Quantified, reductions: list[Reduction], row_state: str
) -> tuple[object, ...]:
    scene = command.scene
    return (
        command.citizen_id,
        command.id,
        command.method,
        result.method_version,
        result.factor_set,
        doing.quantity,
        result.quantity,
        encode(command.parameters).decode() if command.parameters else None,
        command.tier,
        command.occurred_at,
        command.day,
        result.reduction_g,
        result.points,
        row_state,
        result.capped_by,
        command.event_id,
        command.gate,
        command.at,
        command.ended_at,
        scene and scene.scene_id,
        scene and scene.kind,
        command.partner_id,
        result.point_rule,
        encode(reductions).decode() if reductions else None,
    )


def _as_told(command: LogAction) -> Doing:
    return Doing(
        method=command.method,
        day=command.day,
        quantity=command.quantity,
        tier=command.tier,
        occurred_at=command.occurred_at,
        ended_at=command.ended_at,
        scene_kind=None if command.scene is None else command.scene.kind,
    )


def _doing(command: LogAction, day: list[EarlierAction]) -> tuple[Doing, bool]:
    """What is asked about, and whether anything is: of a day's total, what earlier totals have not brought yet."""
    doing = _as_told(command)
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
