"""What the regulator's desk watches for: rules as data, each with the days, the share or the number that it allows."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

AlertKind = Literal[
    "accounting_late",
    "offset_late",
    "evaluation_late",
    "retirement_late",
    "decision_late",
    "pool_low",
    "pool_paused",
    "event_frozen",
    "reviews_flagged",
    "offsets_held",
    "complaint_overdue",
    "case_open",
    "licence_ended",
]
ALERT_KINDS: tuple[AlertKind, ...] = get_args(AlertKind)


class AlertRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule: `days` of grace, `pct` of a pool that is left, or a `count` of what waits."""

    code: AlertKind
    name: dict[str, str]
    days: int | None = None
    pct: int | None = None
    count: int | None = None

    @property
    def limit(self) -> int:
        """The one number of the rule; 0 where it needs none."""
        return next((each for each in (self.days, self.pct, self.count) if each is not None), 0)
