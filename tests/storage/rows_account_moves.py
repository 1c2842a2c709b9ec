"""Rows of migration 0046: what moved from one account into another, and where a moved account is today."""

from __future__ import annotations

from tests.storage.rows_core import CITIZEN, NOW, OTHER_CITIZEN, Row, _id

GOOD: dict[str, Row] = {
    "account_moves": {
        "citizen_id": CITIZEN,
        "id": _id(461),
        "other_id": OTHER_CITIZEN,
        "kind": "merge",
        "points": 0,
        "points_taken_back": 0,
        "attendances": 0,
        "attendances_staying": 0,
        "actions": 0,
        "answer": b"{}",
        "moved_at": NOW,
    },
    "merged_accounts": {"other_id": OTHER_CITIZEN, "citizen_id": CITIZEN},
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("account_moves_once", {"id": _id(462)}),
    ("account_moves_between_two", {"id": _id(462), "other_id": CITIZEN}),
    ("account_moves_kind_known", {"id": _id(462), "other_id": _id(463), "kind": "theft"}),
    ("account_moves_not_negative", {"id": _id(462), "other_id": _id(463), "points": -1}),
    ("merged_accounts_into_another", {"other_id": CITIZEN}),
)

KEYS = frozenset({"account_moves_pkey", "merged_accounts_pkey"})
REFERENCES: frozenset[str] = frozenset()
