"""Rows of migration 0065: assessments of scenes."""

from __future__ import annotations

from datetime import date

from tests.storage.rows_core import NOW, STAFF, Row, _id
from tests.storage.rows_organisations import ORGANISATION
from tests.storage.rows_points import GOOD as POINTS

GOOD: dict[str, Row] = {
    "scene_certifications": {
        "id": _id(6501),
        "scene_id": POINTS["scenes"]["id"],
        "organisation_id": ORGANISATION,
        "criteria": "2026.1",
        "points": '{"energy_metered": 80}',
        "score": 80,
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 12, 31),
        "proposed_by": STAFF,
    },
}

_NEXT = {"id": _id(6502)}
_DECIDED = {"decided_by": STAFF, "decided_at": NOW, "decided_why": "seen"}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("scene_certifications_score_bounded", _NEXT | {"score": 100.5}),
    ("scene_certifications_term_in_order", _NEXT | {"valid_to": date(2026, 1, 1)}),
    ("scene_certifications_term_in_order", _NEXT | {"valid_to": date(2030, 1, 1)}),
    ("scene_certifications_decision_whole", _NEXT | {"decision": "confirmed"}),
    ("scene_certifications_decision_whole", _NEXT | _DECIDED | {"decision": "maybe"}),
    ("scene_certifications_withdrawal_whole", _NEXT | {"withdrawn_at": NOW}),
    (
        "scene_certifications_withdrawal_whole",
        _NEXT | {"withdrawn_at": NOW, "withdrawn_by": STAFF, "withdrawn_why": "x"},
    ),
)

KEYS = frozenset({"scene_certifications_pkey"})
REFERENCES = frozenset(
    {
        "scene_certifications_scene_id_fkey",
        "scene_certifications_organisation_id_fkey",
        "scene_certifications_proposed_by_fkey",
        "scene_certifications_decided_by_fkey",
        "scene_certifications_withdrawn_by_fkey",
    }
)
