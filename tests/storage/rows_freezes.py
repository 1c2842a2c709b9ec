"""Rows of migration 0052: freezes of events."""

from __future__ import annotations

from datetime import timedelta

from tests.storage.rows_core import EVENT, NOW, OTHER_EVENT, STAFF, Row, _id

GOOD: dict[str, Row] = {
    "event_freezes": {
        "event_id": EVENT,
        "id": _id(5201),
        "cause": "order",
        "reason": "核查注销凭证",
        "frozen_by": STAFF,
        "frozen_at": NOW,
    },
}

_NEXT = _id(5202)

REFUSED: tuple[tuple[str, Row], ...] = (
    ("event_freezes_cause_known", {"id": _NEXT, "cause": "mood"}),
    ("event_freezes_entry_named", {"id": _NEXT, "entry_id": _id(5203)}),
    ("event_freezes_proposal_whole", {"id": _NEXT, "event_id": OTHER_EVENT, "release_reason": "查清"}),
    (
        "event_freezes_end_in_order",
        {"id": _NEXT, "event_id": OTHER_EVENT, "ended_at": NOW - timedelta(days=1)},
    ),
)

KEYS = frozenset({"event_freezes_pkey"})
REFERENCES = frozenset(
    {
        "event_freezes_event_id_fkey",
        "event_freezes_frozen_by_fkey",
        "event_freezes_release_proposed_by_fkey",
        "event_freezes_ended_by_fkey",
    }
)
