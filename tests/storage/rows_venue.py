"""Rows of screens, posters and their windows, passes, companions."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tests.storage.rows_core import CITIZEN, EVENT, NOW, OTHER_CITIZEN, STAFF, Row, _id

COMPANION, OTHER_COMPANION = _id(71), _id(72)
SCREEN, WINDOW = _id(73), _id(74)
HOUR = timedelta(hours=1)

GOOD: dict[str, Row] = {
    "screens": {
        "id": SCREEN,
        "event_id": EVENT,
        "gate": 999,
        "key_hash": b"k" * 32,
        "key_expires_at": NOW + HOUR,
        "token_hash": b"t" * 32,
        "opened_at": NOW,
        "expires_at": NOW + HOUR,
        "created_by": STAFF,
    },
    "posters": {"event_id": EVENT, "number": 1, "gate": 999, "name": "n" * 80, "created_by": STAFF},
    "poster_windows": {
        "id": WINDOW,
        "event_id": EVENT,
        "poster": 1,
        "opens_at": NOW,
        "closes_at": NOW + 24 * HOUR,
        "opened_by": STAFF,
        "closed_at": NOW,
        "closed_by": STAFF,
    },
    "passes": {"event_id": EVENT, "number": 1, "citizen_id": CITIZEN},
    "companions": {
        "event_id": EVENT,
        "badge_serial": 1,
        "companion_id": COMPANION,
        "guardian_id": CITIZEN,
        "kind": "child",
    },
}


def _fresh(**change: object) -> Row:
    """Another screen."""
    return {"id": UUID(int=75), "key_hash": b"l" * 32, "token_hash": b"u" * 32} | change


REFUSED: tuple[tuple[str, Row], ...] = (
    ("screens_gate_known", _fresh(gate=9)),
    ("screens_key_unique", _fresh(key_hash=b"k" * 32)),
    ("screens_token_unique", _fresh(token_hash=b"t" * 32)),
    ("screens_hash_length", _fresh(key_hash=b"short")),
    ("screens_hash_length", _fresh(token_hash=b"short")),
    ("screens_opened_with_token", _fresh(opened_at=None)),
    ("screens_opened_with_token", _fresh(token_hash=None)),
    ("posters_number_once", {"name": "another"}),
    ("posters_gate_known", {"number": 2, "gate": 9}),
    ("posters_number_bounded", {"number": 0}),
    ("posters_number_bounded", {"number": 10_000}),
    ("posters_name_short", {"number": 2, "name": ""}),
    ("posters_name_short", {"number": 2, "name": "n" * 81}),
    ("poster_windows_poster_known", {"id": UUID(int=75), "poster": 9}),
    ("poster_windows_end_after_start", {"id": UUID(int=75), "closes_at": NOW}),
    ("poster_windows_bounded", {"id": UUID(int=75), "closes_at": NOW + 25 * HOUR}),
    ("poster_windows_closed_by_somebody", {"id": UUID(int=75), "closed_by": None}),
    ("poster_windows_closed_by_somebody", {"id": UUID(int=75), "closed_at": None}),
    ("passes_number_once", {"citizen_id": OTHER_CITIZEN}),
    ("passes_once_per_citizen", {"number": 2}),
    ("passes_number_bounded", {"number": 0, "citizen_id": OTHER_CITIZEN}),
    ("passes_number_bounded", {"number": 1_679_616, "citizen_id": OTHER_CITIZEN}),
    ("companions_once_per_badge", {}),
    ("companions_once_per_person", {"badge_serial": 2}),
    ("companions_badge_known", {"badge_serial": 9, "companion_id": OTHER_COMPANION}),
    ("companions_of_somebody_else", {"guardian_id": COMPANION}),
    ("companions_kind_known", {"kind": "dog"}),
)

KEYS = frozenset({"screens_pkey", "poster_windows_pkey"})
REFERENCES = frozenset(
    {
        "screens_event_id_fkey",
        "screens_created_by_fkey",
        "posters_event_id_fkey",
        "posters_created_by_fkey",
        "poster_windows_opened_by_fkey",
        "poster_windows_closed_by_fkey",
    }
)
