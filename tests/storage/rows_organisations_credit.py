"""Rows of migrations 0061 and 0062: credit scores of organisations, objections, proposals about demonstrations."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from tests.storage.rows_core import EVENT, NOW, OTHER_EVENT, STAFF, Row, _id
from tests.storage.rows_organisations import ORGANISATION

SCORE, OTHER_SCORE = _id(6101), _id(6102)
_OTHER: Row = {"id": OTHER_SCORE}
_OBJECTION: Row = {"id": _id(6104), "criterion": "measures"}

_EVENT: Row = {"id": OTHER_EVENT, "slug": "other", "code": "00000"}
_PROPOSAL: Row = {"id": _id(6203), "event_id": OTHER_EVENT}
_DECIDED: Row = {"decided_by": STAFF, "decided_at": NOW, "decision_reason": "x"}

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
    "demonstration_proposals": {
        "id": _id(6201),
        "event_id": EVENT,
        "kind": "selection",
        "reason": "国家级赛事",
        "proposed_by": STAFF,
        "proposed_at": NOW,
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
    ("events_rank_known", _EVENT | {"rank": "city"}),
    ("events_nominated_by_rank", _EVENT | {"rank": "provincial", "is_nominated": True}),
    ("demonstration_proposals_kind_known", _PROPOSAL | {"kind": "wish"}),
    ("demonstration_proposals_reason_told", _PROPOSAL | {"reason": ""}),
    ("demonstration_proposals_decision_known", _PROPOSAL | _DECIDED | {"decision": "perhaps"}),
    ("demonstration_proposals_decided_whole", _PROPOSAL | {"decided_by": STAFF}),
)

KEYS = frozenset({"credit_scores_pkey", "credit_objections_pkey", "demonstration_proposals_pkey"})
REFERENCES = frozenset(
    {
        "credit_scores_organisation_id_fkey",
        "credit_objections_organisation_id_fkey",
        "credit_objections_score_id_fkey",
        "credit_objections_filed_by_fkey",
        "credit_objections_decided_by_fkey",
        "demonstration_proposals_event_id_fkey",
        "demonstration_proposals_proposed_by_fkey",
        "demonstration_proposals_decided_by_fkey",
    }
)
