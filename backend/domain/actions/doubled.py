"""Which actions of one account count no more once its person's other account stands beside it.

Two accounts each had the whole of every cap and ceiling. On one account the later of two doings would have been
refused or cut, so it is found here and reversed as a whole; what fits under the limits stays. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from backend.domain.actions.ceilings import Brought, room_for_grams, room_for_points
from backend.domain.actions.plausibility import STEPS_METHOD, Doing, EarlierAction, Guards, blocked_by
from backend.domain.actions.quantification import period_start, usage_scope
from backend.domain.catalogue.factors import Method

MethodOn = Callable[[str, date], Method]
GuardsOn = Callable[[date], Guards]


class _Account:
    """What an account did, found by day, by method and year, and by month."""

    def __init__(self) -> None:
        self.days: defaultdict[date, list[EarlierAction]] = defaultdict(list)
        self.years: defaultdict[tuple[str, int], list[EarlierAction]] = defaultdict(list)
        self.months: defaultdict[date, dict[str, Brought]] = defaultdict(dict)

    def add(self, action: EarlierAction) -> None:
        self.days[action.day].append(action)
        self.years[(action.method, action.day.year)].append(action)
        brought = self.months[action.day.replace(day=1)].setdefault(action.tier, Brought())
        brought.grams += action.reduction_g
        brought.points += action.points

    def meets(self, action: EarlierAction) -> bool:
        """Whether anything here may use up what an action needs."""
        return action.day.replace(day=1) in self.months or (action.method, action.day.year) in self.years

    def has_room_for(self, action: EarlierAction, method: Method, limits: Guards) -> bool:
        day, month = self.days.get(action.day, []), self.months.get(action.day.replace(day=1), {})
        doing = Doing(
            action.method,
            action.day,
            action.quantity,
            action.tier,
            action.occurred_at,
            action.ended_at,
            action.scene_kind,
        )
        if blocked_by(limits, doing, day) is not None or not self._is_within_caps(action, method):
            return False
        return (
            room_for_grams(limits, doing, day, month).left >= action.reduction_g
            and room_for_points(limits, doing, day, month).left >= action.points
        )

    def _is_within_caps(self, action: EarlierAction, method: Method) -> bool:
        # A week may begin in the year before.
        years = {action.day.year, *(period_start(cap.period, action.day).year for cap in method.caps)}
        alike = [each for year in years for each in self.years.get((action.method, year), ())]
        for cap in method.caps:
            if cap.period == "trip":
                continue
            start = period_start(cap.period, action.day)
            scope = usage_scope(method, cap, action.parameters)
            used = [
                each.credited_quantity
                for each in alike
                if each.credited_quantity > 0
                and period_start(cap.period, each.day) == start
                and usage_scope(method, cap, each.parameters) == scope
            ]
            limit_is_passed = (
                len(used) >= cap.limit
                if cap.kind == "count"
                else sum(used, Decimal(0)) + action.credited_quantity > cap.limit
            )
            if limit_is_passed:
                return False
        return True


def doubled_actions(
    own: Sequence[EarlierAction], other: Sequence[EarlierAction], method_on: MethodOn, guards_on: GuardsOn
) -> list[UUID]:
    """Ids of the actions of the `other` account that pass a limit only because `own` are counted too, oldest first.

    Actions that were reversed or brought nothing are given to neither. Steps of one day are one walk, whichever
    account read them: the day's are kept where the account that stays has them.
    """
    both, alone, staying = _Account(), _Account(), _Account()
    for action in own:
        both.add(action)
        staying.add(action)
    found = []
    for action in sorted(other, key=lambda each: (each.occurred_at, each.id)):
        if staying.meets(action):
            method, limits = method_on(action.method, action.day), guards_on(action.day)
            is_walked_twice = action.method == STEPS_METHOD and any(
                each.method == STEPS_METHOD for each in staying.days.get(action.day, ())
            )
            is_over = not both.has_room_for(action, method, limits)
            if is_walked_twice or (is_over and alone.has_room_for(action, method, limits)):
                found.append(action.id)
                continue
        both.add(action)
        alone.add(action)
    return found
