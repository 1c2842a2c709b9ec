"""Rows of photos; scenes and reviews stand in rows_points."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

Row = dict[str, Any]

CITIZEN = UUID(int=13)
NOW = datetime(2026, 11, 1, 4, tzinfo=UTC)

GOOD: dict[str, Row] = {
    "photos": {
        "citizen_id": CITIZEN,
        "sha256": b"s" * 32,
        "bytes": 1,
        "width": 1,
        "height": 1,
        "created_at": NOW,
        "used_by": UUID(int=61),
        "used_key": "k",
        "removed_at": None,
    },
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("photos_once_per_citizen", {"bytes": 2}),
    ("photos_hash_length", {"sha256": b"short"}),
    ("photos_size_positive", {"sha256": b"t" * 32, "bytes": 0}),
    ("photos_size_positive", {"sha256": b"t" * 32, "width": 0}),
    ("photos_size_positive", {"sha256": b"t" * 32, "height": 0}),
    ("photos_used_under_a_key", {"sha256": b"t" * 32, "used_key": None}),
    ("photos_used_under_a_key", {"sha256": b"t" * 32, "used_by": None}),
)

KEYS: frozenset[str] = frozenset()
REFERENCES: frozenset[str] = frozenset()
