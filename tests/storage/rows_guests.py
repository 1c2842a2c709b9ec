"""Rows of migration 0045: guests of events, and the badge on a guest's account."""

from __future__ import annotations

from tests.storage.rows_core import CITIZEN, DIGEST, EVENT, NOW, OTHER_CITIZEN, Row

GOOD: dict[str, Row] = {
    "guests": {
        "event_id": EVENT,
        "citizen_id": CITIZEN,
        "badge_serial": 1,
        "device_hash": DIGEST,
        "bound_at": NOW,
    },
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("guests_device_hash_length", {"device_hash": DIGEST[:31]}),
    ("guests_end_explained", {"ended_at": NOW}),
    ("guests_end_known", {"ended_at": NOW, "ended_why": "lost"}),
    ("guests_released_forgets_the_phone", {"bound_at": None}),
    ("accounts_guest_of_a_badge", {"id": OTHER_CITIZEN, "guest_badge": 1}),
    (
        "accounts_guest_holds_no_points",
        {"id": OTHER_CITIZEN, "guest_event_id": EVENT, "guest_badge": 1, "balance": 1},
    ),
)

KEYS = frozenset({"guests_pkey"})
REFERENCES: frozenset[str] = frozenset()
