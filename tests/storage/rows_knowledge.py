"""Rows of migration 0007: answers to the daily quiz."""

from __future__ import annotations

from datetime import date

from tests.storage.rows_core import CITIZEN, NOW, Row, _id

GOOD: dict[str, Row] = {
    "quiz_answers": {
        "citizen_id": CITIZEN,
        "day": date(2026, 11, 1),
        "id": _id(171),
        "questions": '["steps-cap", "plate-meals"]',
        "choices": '["a", "d"]',
        "right_count": 2,
        "points": 5,
        "created_at": NOW,
    },
}

_OTHER: Row = {"day": date(2026, 11, 2)}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("quiz_answers_once_a_day", {"id": _id(172)}),
    ("quiz_answers_choice_for_each", _OTHER | {"choices": '["a"]'}),
    ("quiz_answers_right_bounded", _OTHER | {"right_count": 3}),
    ("quiz_answers_right_bounded", _OTHER | {"right_count": -1}),
    ("quiz_answers_points_bounded", _OTHER | {"points": -1}),
    ("quiz_answers_points_bounded", _OTHER | {"points": 6}),
)

KEYS: frozenset[str] = frozenset()
REFERENCES: frozenset[str] = frozenset()
