"""Rows of migration 0061: credit scores of organisations, objections to their points."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from tests.storage.rows_core import NOW, STAFF, Row, _id
from tests.storage.rows_organisations import ORGANISATION

SCORE, OTHER_SCORE = _id(6101), _id(6102)
_OTHER: Row = {"id": OTHER_SCORE}
_OBJECTION: Row = {"id": _id(6104), "criterion": "measures"}

GOOD: dict[str, Row] = {
    "credit_scores": {
        "id": SCORE,
        "organisation_id": ORGANISATION,
        "criteria_version": "2026-1",
        "score": Decimal("82.50"),
        "stars": 4,
        "facts": json.dumps({"events_ended": 1}),
        "points": json.dumps([]),
        "as_of": date(2026, 12, 1),
    },
    "credit_objections": {
        "id": _id(6103),
        "organisation_id": ORGANISATION,
        "score_id": SCORE,
        "criterion": "complaints",
        "fact": "complaints_upheld",
        "reason": "投诉的不是本单位",
        "filed_by": STAFF,
        "filed_at": NOW,
    },
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("credit_scores_score_range", _OTHER | {"score": Decimal("100.01")}),
    ("credit_scores_stars_range", _OTHER | {"stars": 6}),
    ("credit_scores_rated_whole", _OTHER | {"stars": None}),
    ("credit_scores_facts_object", _OTHER | {"facts": "[]"}),
    ("credit_scores_points_list", _OTHER | {"points": "{}"}),
    ("credit_objections_once", {"id": _id(6104)}),
    ("credit_objections_reason_told", _OBJECTION | {"reason": ""}),
    (
        "credit_objections_decision_known",
        _OBJECTION | {"decision": "perhaps", "decided_by": STAFF, "decided_at": NOW, "decision_reason": "x"},
    ),
    ("credit_objections_decided_whole", _OBJECTION | {"decided_by": STAFF}),
    ("credit_objections_corrected_if_upheld", _OBJECTION | {"corrected": 1}),
)

KEYS = frozenset({"credit_scores_pkey", "credit_objections_pkey"})
REFERENCES = frozenset(
    {
        "credit_scores_organisation_id_fkey",
        "credit_objections_organisation_id_fkey",
        "credit_objections_score_id_fkey",
        "credit_objections_filed_by_fkey",
        "credit_objections_decided_by_fkey",
    }
)
