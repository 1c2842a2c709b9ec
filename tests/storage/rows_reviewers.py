"""Rows of migration 0037: what reviewers say, and duties for the whole city."""

from __future__ import annotations

from uuid import UUID

from tests.storage.rows_core import CITIZEN, NOW, STAFF, Row
from tests.storage.rows_points import GOOD as POINTS

REVIEW = POINTS["reviews"]

GOOD: dict[str, Row] = {
    "review_opinions": {
        "citizen_id": REVIEW["citizen_id"],
        "id": UUID(int=371),
        "review_id": REVIEW["id"],
        "staff_id": STAFF,
        "opinion": "approve",
        "reason": "r" * 400,
        "given_at": NOW,
    },
    "city_members": {
        "id": UUID(int=372),
        "staff_id": STAFF,
        "duty": "reviews",
        "added_by": STAFF,
        "added_at": NOW,
        "removed_at": None,
        "removed_by": None,
    },
    "staff_citizens": {"staff_id": STAFF, "citizen_id": CITIZEN, "told_at": NOW},
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("review_opinions_once_a_person", {"id": UUID(int=373)}),
    ("review_opinions_opinion_known", {"id": UUID(int=373), "opinion": "perhaps"}),
    ("review_opinions_reason_short", {"id": UUID(int=373), "reason": ""}),
    ("city_members_duty_known", {"id": UUID(int=373), "duty": "gate"}),
    ("city_members_removed_by_whom", {"id": UUID(int=373), "removed_at": NOW}),
)

KEYS: frozenset[str] = frozenset({"review_opinions_pkey", "city_members_pkey", "staff_citizens_pkey"})
REFERENCES: frozenset[str] = frozenset(
    {
        "review_opinions_review_id_fkey",
        "review_opinions_staff_id_fkey",
        "city_members_staff_id_fkey",
        "city_members_added_by_fkey",
        "city_members_removed_by_fkey",
        "staff_citizens_staff_id_fkey",
        "staff_citizens_citizen_id_fkey",
    }
)
