"""Rows of migration 0064: barriers, survival reports with their evidence, planting activities."""

from __future__ import annotations

from tests.storage.rows_core import DIGEST, EVENT, STAFF, Row, _id
from tests.storage.rows_credits2 import GOOD as CREDITS

_PROJECT = CREDITS["projects"]["id"]

GOOD: dict[str, Row] = {
    "project_evidence": {
        "project_id": _PROJECT,
        "sha256": DIGEST,
        "media_type": "image/png",
        "bytes": 9,
        "sent_by": STAFF,
    },
    "project_activities": {"event_id": EVENT, "project_id": _PROJECT, "added_by": STAFF},
}

_NEXT = {"id": _id(6401), "code": "next-project", "registration_no": None}
_NEXT_PLANTING = {"id": _id(6402)}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("projects_barrier_known", _NEXT | {"barrier": "alps"}),
    ("projects_planned_ahead", _NEXT | {"planned_t": 0}),
    ("projects_planned_ahead", _NEXT | {"planned_t": 5, "is_ex_ante": False}),
    ("plantings_repair_has_area", _NEXT_PLANTING | {"kind": "repaired", "plants": 0, "area_ha": None}),
    ("plantings_repair_has_area", _NEXT_PLANTING | {"kind": "repaired", "plants": 3, "area_ha": 1}),
    ("project_evidence_hash_length", {"sha256": b"short"}),
)

KEYS = frozenset({"project_activities_pkey", "project_evidence_pkey"})
REFERENCES = frozenset(
    {
        "project_activities_event_id_fkey",
        "project_activities_project_id_fkey",
        "project_activities_added_by_fkey",
        "project_evidence_project_id_fkey",
        "project_evidence_sent_by_fkey",
        "plantings_evidence_fkey",
    }
)
