"""Rows of migration 0015: revisions of journeys, waits and their ends, changes, releases, payments."""

from __future__ import annotations

from tests.storage.rows_core import BATCH, CITIZEN, DIGEST, EVENT, NOW, Row, _id

GOOD: dict[str, Row] = {
    "journey_revisions": {
        "event_id": EVENT,
        "citizen_id": CITIZEN,
        "revision": 2,
        "id": _id(1501),
        "footprint_digest": DIGEST,
        "total_g": 0,
        "delta_g": -1,
        "basis": "declared",
        "created_at": NOW,
    },
    "offset_waits": {
        "event_id": EVENT,
        "citizen_id": CITIZEN,
        "sequence": 1,
        "asked_grams": 1,
        "pay_with": "points",
        "is_difference": False,
        "footprint_digest": DIGEST,
        "joined_at": NOW,
        "created_at": NOW,
    },
    "offset_wait_ends": {
        "event_id": EVENT,
        "citizen_id": CITIZEN,
        "sequence": 1,
        "why": "settled",
        "ended_at": NOW,
    },
    "offset_changes": {
        "event_id": EVENT,
        "citizen_id": CITIZEN,
        "sequence": 1,
        "revision": 1,
        "grams": -1,
        "created_at": NOW,
    },
    "offset_releases": {
        "event_id": EVENT,
        "batch_id": BATCH,
        "serial_from": 1,
        "serial_to": 1,
        "grams": 1,
        "citizen_id": CITIZEN,
        "revision": 2,
        "created_at": NOW,
    },
    "offset_payments": {
        "event_id": EVENT,
        "citizen_id": CITIZEN,
        "id": _id(1502),
        "points": -1,
        "points_per_kg": 1,
        "created_at": NOW,
    },
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("journey_revisions_once", {}),
    ("journey_revisions_after_the_first", {"revision": 1}),
    ("journey_revisions_total_positive", {"revision": 3, "total_g": -1}),
    ("journey_revisions_basis_known", {"revision": 3, "basis": "guessed"}),
    ("offset_waits_once", {}),
    ("offset_waits_sequence_positive", {"sequence": 0}),
    ("offset_waits_grams_positive", {"sequence": 2, "asked_grams": 0}),
    ("offset_waits_pay_with_known", {"sequence": 2, "pay_with": "cash"}),
    ("offset_wait_ends_once", {}),
    ("offset_wait_ends_why_known", {"sequence": 2, "why": "bored"}),
    ("offset_changes_once", {}),
    ("offset_changes_revision_positive", {"sequence": 2, "revision": 0}),
    ("offset_changes_revision_positive", {"sequence": 0}),
    ("offset_changes_grams_not_zero", {"sequence": 2, "grams": 0}),
    ("offset_releases_once", {}),
    ("offset_releases_grams_are_serials", {"serial_from": 2, "serial_to": 2, "grams": 2}),
    ("offset_releases_grams_are_serials", {"serial_from": 2, "serial_to": 1, "grams": 0}),
    ("offset_payments_once", {}),
    ("offset_payments_points_not_zero", {"id": _id(1503), "points": 0}),
    ("offset_payments_price_positive", {"id": _id(1503), "points_per_kg": 0}),
)

KEYS: frozenset[str] = frozenset()
REFERENCES: frozenset[str] = frozenset()
