"""Logging an action: quantified, held to its caps, booked. Pure: state and command in, outcome and rows out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from backend.catalogue import Catalogue
from backend.domain.factors import Cap, Method
from backend.domain.quantification import Quantified, Usage, period_start, usage_scope
from backend.errors import (
    BadgeBound,
    BadgeRevoked,
    BadgeUnknown,
    CodeForeign,
    EventNotRunning,
    SessionRevoked,
)
from backend.ledger.commands import LogAction, Outcome
from backend.ledger.state import BatchState, UsedAction
from backend.messages.actions import ActionAnswer
from backend.messages.catalogue import factor_use
from backend.messages.encoding import encode
from backend.models.keys import uuid7

CLAIM_STATE_AT_FIRST = "personal"


class ActionRules:
    """The rules with the catalogue they read; `method` and parameters were checked before the command was made."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def decide(self, command: LogAction, state: BatchState) -> Outcome:
        """One action. Raises a Refusal having changed nothing of `state`."""
        if command.citizen_id not in state.balances:
            raise SessionRevoked
        if command.refusal_if_new is not None:
            raise command.refusal_if_new
        event_slug = self._check_scene(command, state)
        catalogue = self._catalogue
        method = catalogue.methods[command.method]
        result = catalogue.quantify(
            method.code,
            command.quantity,
            command.parameters,
            command.tier,
            day=command.day,
            usage=self._usage(method, command, state),
        )
        is_capped = result.capped_by is not None and result.quantity == 0
        balance = state.balances[command.citizen_id]
        if result.points:
            balance = state.pay(command.citizen_id, result.points, "action", command.id, uuid7(), command.at)
        self._record(command, result, "capped" if is_capped else "posted", state)
        answer = ActionAnswer(
            id=str(command.id),
            method=method.code,
            method_version=result.method_version,
            factor_set=result.factor_set,
            quantity=command.quantity,
            credited_quantity=result.quantity,
            unit=result.unit,
            tier=command.tier,
            occurred_at=command.occurred_at,
            day=command.day,
            reduction_g=result.reduction_g,
            points=result.points,
            state="capped" if is_capped else "posted",
            capped_by=result.capped_by,
            claim_state=CLAIM_STATE_AT_FIRST,
            event=event_slug,
            balance=balance,
            explanation=[factor_use(line) for line in result.lines],
        )
        return Outcome(201, encode(answer))

    def _check_scene(self, command: LogAction, state: BatchState) -> str | None:
        """The slug of the event whose code was scanned for this action; None without one."""
        if command.event_id is None:
            return None
        event = state.events.get(command.event_id)
        if event is None:
            raise CodeForeign
        if not event.is_running:
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

    def _usage(self, method: Method, command: LogAction, state: BatchState) -> dict[str, Usage]:
        """What each of the method's caps has seen in the period that holds the action's day."""
        if not method.caps:
            return {}
        earlier = state.used[(command.citizen_id, method.code)]
        return {cap.name: _used_of(cap, method, command, earlier) for cap in method.caps}

    def _record(self, command: LogAction, result: Quantified, row_state: str, state: BatchState) -> None:
        if result.quantity > 0:
            state.used[(command.citizen_id, command.method)].append(
                UsedAction(command.day, result.quantity, command.parameters)
            )
        state.new_actions.append(
            (
                command.citizen_id,
                command.id,
                command.method,
                result.method_version,
                result.factor_set,
                command.quantity,
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
            )
        )
        if command.event_id is not None:
            tally = state.tally(command.event_id, command.gate, command.at)
            tally.actions += 1
            tally.points += result.points


def _used_of(cap: Cap, method: Method, command: LogAction, earlier: list[UsedAction]) -> Usage:
    start = period_start(cap.period, command.day)
    scope = usage_scope(method, cap, command.parameters)
    quantity, count = Decimal(0), 0
    for action in earlier:
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
