"""Rows of migration 0033: who works at which event."""

from __future__ import annotations

from uuid import UUID

from tests.storage.rows_core import EVENT, NOW, STAFF, Row

GOOD: dict[str, Row] = {
    "event_members": {
        "event_id": EVENT,
        "id": UUID(int=331),
        "staff_id": STAFF,
        "duty": "gate",
        "added_by": STAFF,
        "added_at": NOW,
        "removed_at": None,
        "removed_by": None,
    },
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("event_members_duty_known", {"id": UUID(int=332), "duty": "everything"}),
    ("event_members_removed_by_whom", {"id": UUID(int=332), "removed_at": NOW}),
)

KEYS: frozenset[str] = frozenset({"event_members_pkey"})
REFERENCES: frozenset[str] = frozenset(
    {
        "event_members_event_id_fkey",
        "event_members_staff_id_fkey",
        "event_members_added_by_fkey",
        "event_members_removed_by_fkey",
    }
)
