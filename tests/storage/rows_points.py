"""Rows of migration 0003: lots, sums, what became of an action, what waits for a person, certified places."""

from __future__ import annotations

from datetime import date, timedelta

from tests.storage.rows_core import CITIZEN, DIGEST, NOW, Row, _id

PARTNER, CAUSE, SCENE, REVIEW = (_id(number) for number in range(71, 75))
ACTION = _id(61)

GOOD: dict[str, Row] = {
    "lots": {"citizen_id": CITIZEN, "expires_on": date(2028, 12, 1), "points": 0},
    "action_sums": {
        "citizen_id": CITIZEN,
        "month": date(2026, 11, 1),
        "method": "bus",
        "is_verified": True,
        "actions": 1,
        "reduction_g": 1,
        "points": 1,
    },
    "reversals": {
        "citizen_id": CITIZEN,
        "action_id": ACTION,
        "id": _id(62),
        "points": 0,
        "points_short": 0,
        "reason": "r" * 400,
        "actor": "operator",
        "created_at": NOW,
    },
    "causes": {
        "id": CAUSE,
        "slug": "forest",
        "event_id": None,
        "name_zh": "林",
        "name_en": "Forest",
        "about_zh": "林",
        "about_en": "Forest",
        "is_open": True,
        "donated_g": 0,
        "donations": 0,
    },
    "claims": {
        "citizen_id": CITIZEN,
        "action_id": ACTION,
        "claim_state": "donated",
        "grams": 1,
        "source_id": _id(63),
        "created_at": NOW,
    },
    "donations": {
        "citizen_id": CITIZEN,
        "id": _id(63),
        "cause_id": CAUSE,
        "grams": 1,
        "actions": 1,
        "created_at": NOW,
    },
    "reviews": {
        "citizen_id": CITIZEN,
        "id": REVIEW,
        "why": "photo",
        "state": "pending",
        "method": "clean_plate",
        "quantity": None,
        "parameters": None,
        "tier": "E4",
        "occurred_at": NOW,
        "day": date(2026, 11, 1),
        "evidence": "{}",
        "expected_by": NOW + timedelta(hours=48),
        "created_at": NOW,
        "decided_at": None,
        "decided_by": None,
        "reason": None,
        "booked_at": None,
    },
    "scenes": {
        "id": SCENE,
        "code": "SC0N1",
        "kind": "restaurant",
        "name_zh": "饭店",
        "name_en": "Restaurant",
        "district": "jinjiang",
        "stars": 5,
        "grade": "A",
        "lat": 30.6,
        "lon": 104.1,
    },
    "partner_items": {
        "partner_id": PARTNER,
        "external_id": "x" * 64,
        "digest": DIGEST,
        "citizen_id": CITIZEN,
        "status": 201,
        "answer": b"{}",
        "created_at": NOW,
    },
}

_REVIEW: Row = {"id": _id(92)}
_SCENE: Row = {"id": _id(93), "code": "SC0N2"}
_DECIDED: Row = {"decided_at": NOW, "decided_by": _id(94)}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("lots_points_not_negative", {"expires_on": date(2029, 1, 1), "points": -1}),
    ("action_sums_month_begins", {"month": date(2026, 11, 2)}),
    ("reversals_once_per_action", {"id": _id(91)}),
    ("reversals_points_not_negative", {"action_id": _id(91), "points": -1}),
    ("reversals_points_not_negative", {"action_id": _id(91), "points_short": -1}),
    ("reversals_reason_told", {"action_id": _id(91), "reason": ""}),
    ("causes_slug_unique", {"id": _id(91)}),
    ("causes_sums_not_negative", {"id": _id(91), "slug": "other", "donated_g": -1}),
    ("claims_once_per_action", {"claim_state": "cancelled"}),
    ("claims_state_known", {"action_id": _id(91), "claim_state": "personal"}),
    ("claims_grams_positive", {"action_id": _id(91), "grams": 0}),
    ("donations_grams_positive", {"id": _id(91), "grams": 0}),
    ("reviews_state_known", _REVIEW | _DECIDED | {"state": "lost"}),
    ("reviews_why_known", _REVIEW | {"why": "mood"}),
    ("reviews_decided_by_somebody", _REVIEW | {"state": "approved"}),
    ("reviews_decided_by_somebody", _REVIEW | _DECIDED),
    ("reviews_rejected_with_reason", _REVIEW | _DECIDED | {"state": "rejected"}),
    ("reviews_booked_when_approved", _REVIEW | {"booked_at": NOW}),
    ("scenes_code_unique", {"id": _id(93)}),
    ("scenes_code_form", _SCENE | {"code": "SCENE1"}),
    ("scenes_kind_known", _SCENE | {"kind": "bar"}),
    ("scenes_stars_bounded", _SCENE | {"stars": 6}),
    ("scenes_grade_known", _SCENE | {"grade": "D"}),
    ("scenes_place_whole", _SCENE | {"lat": None}),
    ("scenes_place_whole", _SCENE | {"lat": 91.0}),
    ("partner_items_once", {"citizen_id": _id(95)}),
    ("partner_items_external_id_short", {"external_id": "x" * 65}),
    ("partner_items_external_id_short", {"external_id": ""}),
)

KEYS = frozenset(
    {
        "lots_pkey",
        "action_sums_pkey",
        "causes_pkey",
        "donations_pkey",
        "reviews_pkey",
        "scenes_pkey",
    }
)
REFERENCES: frozenset[str] = frozenset()
