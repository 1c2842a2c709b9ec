"""Rows of migration 0026: issuance budgets, and points that wait for a first proven act."""

from __future__ import annotations

from datetime import date, timedelta

from backend.ledger.state import ISSUANCE_ACCOUNT
from tests.storage.rows_core import CITIZEN, EVENT, NOW, Row, _id

BUDGET = _id(261)

GOOD: dict[str, Row] = {
    "issuance_budgets": {
        "id": BUDGET,
        "sponsor": "event",
        "partner_id": None,
        "event_id": EVENT,
        "name_zh": "活动预算",
        "name_en": "Budget of the fair",
        "total_points": 1000,
        "issued_points": 10,
        "yuan_per_point": None,
        "opened_by": None,
        "opened_at": NOW,
        "closed_at": None,
    },
    "issuance_budget_changes": {
        "budget_id": BUDGET,
        "sequence": 1,
        "kind": "open",
        "points_before": 0,
        "points_after": 1000,
        "actor": None,
        "reason": "the fair begins",
        "at": NOW,
    },
    "issuance_budget_days": {"budget_id": BUDGET, "day": date(2026, 11, 1), "issued_points": 10},
    "pending_points": {
        "citizen_id": CITIZEN,
        "source_id": _id(262),
        "reason": "event_join",
        "points": 10,
        "budget_id": BUDGET,
        "day": date(2026, 11, 1),
        "lapses_on": date(2027, 1, 30),
        "created_at": NOW,
    },
    "pending_point_ends": {
        "citizen_id": CITIZEN,
        "source_id": _id(262),
        "reason": "event_join",
        "why": "released",
        "ended_at": NOW,
    },
}

_OTHER: Row = {"id": _id(263), "sponsor": "city", "event_id": None}
_CHANGE: Row = {"sequence": 2}
_PENDING: Row = {"source_id": _id(264)}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("issuance_budgets_one_open", {"id": _id(263)}),
    ("issuance_budgets_sponsor_known", _OTHER | {"sponsor": "bank"}),
    ("issuance_budgets_sponsor_named", _OTHER | {"event_id": EVENT}),
    ("issuance_budgets_sponsor_named", _OTHER | {"sponsor": "partner"}),
    ("issuance_budgets_total_bounded", _OTHER | {"total_points": 10**15 + 1}),
    ("issuance_budgets_issued_not_negative", _OTHER | {"issued_points": -1}),
    ("issuance_budgets_issued_within", _OTHER | {"issued_points": 1001}),
    ("issuance_budgets_cost_positive", _OTHER | {"yuan_per_point": 0}),
    ("issuance_budgets_closed_after_opened", _OTHER | {"closed_at": NOW - timedelta(days=1)}),
    ("issuance_budget_changes_kind_known", _CHANGE | {"kind": "gift"}),
    ("issuance_budget_changes_kind_true", _CHANGE | {"kind": "lower"}),
    ("issuance_budget_changes_kind_true", _CHANGE | {"kind": "raise", "points_before": 1000}),
    ("issuance_budget_changes_kind_true", _CHANGE | {"kind": "close"}),
    ("issuance_budget_changes_points_not_negative", _CHANGE | {"points_before": -1}),
    ("issuance_budget_changes_reason_said", _CHANGE | {"reason": ""}),
    ("issuance_budget_days_issued_not_negative", {"day": date(2026, 11, 2), "issued_points": -1}),
    ("pending_points_once_per_source", {}),
    ("pending_points_positive", _PENDING | {"points": 0}),
    ("pending_points_reason_known", _PENDING | {"reason": "gift"}),
    ("pending_points_lapse_later", _PENDING | {"lapses_on": date(2026, 11, 1)}),
    ("pending_point_ends_once", {}),
    ("pending_point_ends_why_known", _PENDING | {"why": "lost"}),
    (
        "transfers_issued_by_a_budget",
        {"id": _id(91), "source_id": _id(91), "debit_account": ISSUANCE_ACCOUNT, "budget_id": None},
    ),
)

KEYS: frozenset[str] = frozenset(
    {"issuance_budgets_pkey", "issuance_budget_changes_pkey", "issuance_budget_days_pkey"}
)
REFERENCES: frozenset[str] = frozenset()
