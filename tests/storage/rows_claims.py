"""Good rows of reversals, causes, claims and donations, and what each of their constraints refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

Row = dict[str, Any]

CITIZEN, ACTION, CAUSE, DONATION = (UUID(int=number) for number in (13, 61, 71, 72))
OTHER = UUID(int=91)
NOW = datetime(2026, 11, 1, 4, tzinfo=UTC)

GOOD: dict[str, Row] = {
    "reversals": {
        "citizen_id": CITIZEN,
        "action_id": ACTION,
        "id": UUID(int=73),
        "points": 0,
        "points_short": 0,
        "reason": "r" * 400,
        "actor": "operator",
        "created_at": NOW,
    },
    "causes": {
        "id": CAUSE,
        "slug": "pandas",
        "event_id": None,
        "name_zh": "大熊猫栖息地",
        "name_en": "Panda habitat",
        "about_zh": "栖息地",
        "about_en": "Habitat",
        "donated_g": 0,
        "donations": 0,
    },
    "claims": {
        "citizen_id": CITIZEN,
        "action_id": ACTION,
        "claim_state": "donated",
        "grams": 1,
        "source_id": DONATION,
        "created_at": NOW,
    },
    "donations": {
        "citizen_id": CITIZEN,
        "id": DONATION,
        "cause_id": CAUSE,
        "grams": 1,
        "actions": 1,
        "created_at": NOW,
    },
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("reversals_once_per_action", {"id": OTHER}),
    ("reversals_points_not_negative", {"action_id": OTHER, "points": -1}),
    ("reversals_points_not_negative", {"action_id": OTHER, "points_short": -1}),
    ("reversals_reason_told", {"action_id": OTHER, "reason": ""}),
    ("reversals_reason_told", {"action_id": OTHER, "reason": "r" * 401}),
    ("causes_slug_unique", {"id": OTHER}),
    ("causes_sums_not_negative", {"id": OTHER, "slug": "other", "donated_g": -1}),
    ("causes_sums_not_negative", {"id": OTHER, "slug": "other", "donations": -1}),
    ("claims_once_per_action", {"claim_state": "cancelled"}),
    ("claims_state_known", {"action_id": OTHER, "claim_state": "personal"}),
    ("claims_grams_positive", {"action_id": OTHER, "grams": 0}),
    ("donations_grams_positive", {"id": OTHER, "grams": 0}),
    ("donations_grams_positive", {"id": OTHER, "actions": 0}),
)

KEYS = frozenset({"causes_pkey", "donations_pkey"})
REFERENCES: frozenset[str] = frozenset()
