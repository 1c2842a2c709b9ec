"""Whether a citizen's next act on their own word would bring anything today, method by method.

A page asks before it offers: a press that can bring nothing any more is not offered as if it brought points.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from backend.catalogue import Catalogue
from backend.domain.actions.plausibility import SELF_DECLARED
from backend.domain.catalogue.factors import Method
from backend.domain.catalogue.refusals import CalculationRefusal
from backend.domain.days import day_of
from backend.errors.account.points import ActionsPerDay
from backend.ledger.commands.action_credit import as_declared, credit, first_day_that_counts
from backend.ledger.commands.log_action import ActionState, LogAction
from backend.messages.actions.actions import Allowances, MethodAllowance
from backend.storage.database import Database
from backend.storage.statements import read

NOBODY = UUID(int=0)


async def show_allowances(
    database: Database, catalogue: Catalogue, citizen_id: UUID, now: datetime
) -> Allowances:
    """Whether one more act of each self-declared method counts now; methods that ask for parameters are left out."""
    today = day_of(now)
    methods = [method for code in catalogue.methods if (method := _open(catalogue, code, today))]
    state = ActionState()
    asked = [(citizen_id, each.code, today, first_day_that_counts(each, today)) for each in methods]
    for row in await read(database, "load_earlier_actions", *zip(*asked, strict=True)):
        state.take(row)
    known = list(state.earlier[citizen_id].values())
    declared = [action for action in known if action.day == today]
    counted = [
        action
        for action in declared
        if action.tier == SELF_DECLARED and action.credited_quantity > 0 and not action.is_reversed
    ]
    limits = catalogue.guards_on(today)
    items = []
    for method in methods:
        command = _greatest_act(citizen_id, method, today, now)
        try:
            result, _ = credit(
                catalogue,
                command,
                method,
                as_declared(command),
                limits,
                [action for action in declared if not action.is_reversed],
                [action for action in known if not action.is_reversed],
                state.months[(citizen_id, today.replace(day=1))],
            )
        except CalculationRefusal:
            continue
        rule = ActionsPerDay.code if len(declared) >= limits.actions_per_day else result.capped_by
        is_used_up = rule is not None and (result.points == 0 or rule == ActionsPerDay.code)
        items.append(
            MethodAllowance(method=method.code, is_used_up=is_used_up, capped_by=rule if is_used_up else None)
        )
    return Allowances(
        day=today,
        self_checkins_max=limits.self_checkins_per_day,
        self_checkins_left=max(0, limits.self_checkins_per_day - len(counted)),
        items=items,
    )


def _open(catalogue: Catalogue, code: str, today: date) -> Method | None:
    """The method as it is today, where a citizen may log it without evidence."""
    method = catalogue.method_on(code, today)
    is_retired = method.retired_on is not None and today >= method.retired_on
    return method if SELF_DECLARED in method.evidence_wanted and not is_retired else None


def _greatest_act(citizen_id: UUID, method: Method, today: date, now: datetime) -> LogAction:
    return LogAction(
        id=NOBODY,
        citizen_id=citizen_id,
        method=method.code,
        quantity=method.quantity_max if method.needs_quantity else None,
        parameters={},
        tier=SELF_DECLARED,
        occurred_at=now,
        day=today,
        event_id=None,
        gate=None,
        badge_serial=None,
        at=now,
    )
