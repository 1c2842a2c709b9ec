"""Rows of migration 0027: ceilings of offsets, pauses of pools, waits that staff decide."""

from __future__ import annotations

from tests.storage.rows_core import NOW, Row

GOOD: dict[str, Row] = {}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("events_offset_ceiling_positive", {"offset_ceiling_g": 0}),
    ("events_companions_max_known", {"companions_max": 51}),
    ("events_pools_paused_why_told", {"pools_paused_at": NOW}),
    ("offset_waits_held_for_known", {"sequence": 2, "held_for": "mood"}),
)

KEYS: frozenset[str] = frozenset()
REFERENCES: frozenset[str] = frozenset()
