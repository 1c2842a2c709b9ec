"""Rows of an event's steps, documents and budget, and what an event's own columns must never hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

Row = dict[str, Any]

EVENT, OTHER_EVENT, STAFF = UUID(int=11), UUID(int=21), UUID(int=14)
NOW = datetime(2026, 11, 1, 4, tzinfo=UTC)

GOOD: dict[str, Row] = {
    "event_budgets": {"event_id": EVENT, "points_per_kg": 100, "points_budget": 5000, "points_spent": 5000},
    "event_steps": {
        "event_id": EVENT,
        "id": UUID(int=71),
        "from_state": None,
        "to_state": "draft",
        "actor": STAFF,
        "note": "n" * 500,
        "at": NOW,
    },
    "event_documents": {
        "event_id": EVENT,
        "id": UUID(int=72),
        "kind": "plan",
        "sha256": b"s" * 32,
        "media_type": "application/pdf",
        "bytes": 1,
        "name": "n" * 200,
        "uploaded_by": STAFF,
        "at": NOW,
    },
}

_NEXT_EVENT = {"id": OTHER_EVENT, "slug": "other", "code": "00000"}
_NEXT_STEP = {"id": UUID(int=91)}
_NEXT_DOCUMENT = {"id": UUID(int=91), "sha256": b"t" * 32}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("events_agency_known", _NEXT_EVENT | {"agency": "tax_office"}),
    ("events_template_known", _NEXT_EVENT | {"template": "wedding"}),
    ("events_expected_people_bounded", _NEXT_EVENT | {"expected_people": 0}),
    ("events_annual_meeting_small", _NEXT_EVENT | {"template": "annual_meeting", "expected_people": 401}),
    ("events_annual_meeting_small", _NEXT_EVENT | {"template": "annual_meeting"}),
    ("events_target_share", _NEXT_EVENT | {"target_pct": 0}),
    ("events_target_share", _NEXT_EVENT | {"target_pct": 101}),
    ("events_plan_short", _NEXT_EVENT | {"plan": ""}),
    ("events_plan_short", _NEXT_EVENT | {"plan": "p" * 4001}),
    ("events_neutralises_list", _NEXT_EVENT | {"neutralises": "{}"}),
    ("events_scope_known", _NEXT_EVENT | {"neutrality_scope": "planet"}),
    ("event_budgets_price_positive", {"event_id": OTHER_EVENT, "points_per_kg": 0}),
    ("event_budgets_spent_within", {"event_id": OTHER_EVENT, "points_spent": 5001}),
    ("event_budgets_spent_within", {"event_id": OTHER_EVENT, "points_spent": -1}),
    ("event_steps_states_known", _NEXT_STEP | {"to_state": "over"}),
    ("event_steps_states_known", _NEXT_STEP | {"from_state": "dreamt"}),
    ("event_steps_note_short", _NEXT_STEP | {"note": "n" * 501}),
    ("event_documents_once_per_kind", {"id": UUID(int=91)}),
    ("event_documents_kind_known", _NEXT_DOCUMENT | {"kind": "poem"}),
    ("event_documents_hash_length", _NEXT_DOCUMENT | {"sha256": b"short"}),
    ("event_documents_size_positive", _NEXT_DOCUMENT | {"bytes": 0}),
    ("event_documents_name_short", _NEXT_DOCUMENT | {"name": ""}),
)

KEYS: frozenset[str] = frozenset({"event_budgets_pkey", "event_steps_pkey", "event_documents_pkey"})
REFERENCES: frozenset[str] = frozenset(
    {
        "event_budgets_event_id_fkey",
        "event_steps_event_id_fkey",
        "event_steps_actor_fkey",
        "event_documents_event_id_fkey",
        "event_documents_uploaded_by_fkey",
    }
)
