"""Rows of migrations 0069 and 0070: versions of articles and questions, drafts of the catalogue."""

from __future__ import annotations

import json

from tests.storage.rows_core import NOW, STAFF, Row, _id

_OTHER: Row = {"id": _id(6902), "version": 2}
_DRAFT: Row = {"id": _id(7002), "subject": "metro"}
_DECIDED: Row = {"decided_by": STAFF, "decided_at": NOW, "decision_reason": "x"}
_PROPOSED: Row = {"proposed_by": STAFF, "proposed_at": NOW}

GOOD: dict[str, Row] = {
    "content_versions": {
        "id": _id(6901),
        "kind": "article",
        "slug": "steps",
        "version": 1,
        "body": json.dumps({"position": 1}),
        "reason": "更正",
        "written_by": STAFF,
    },
    "catalogue_drafts": {
        "id": _id(7001),
        "kind": "method",
        "subject": "bus",
        "base": "2026.1",
        "body": json.dumps({"version": "2027.1"}),
        "reason": "更正",
        "written_by": STAFF,
    },
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("content_versions_once", {"id": _id(6902)}),
    ("content_versions_kind_known", _OTHER | {"kind": "poem"}),
    ("content_versions_version_positive", _OTHER | {"version": 0}),
    ("content_versions_body_object", _OTHER | {"body": "[]"}),
    (
        "content_versions_state_known",
        _OTHER | _PROPOSED | {"state": "perhaps", "effective_from": NOW.date()} | _DECIDED,
    ),
    ("content_versions_proposed_whole", _OTHER | {"state": "proposed"}),
    (
        "content_versions_decided_whole",
        _OTHER | _PROPOSED | {"state": "published", "effective_from": NOW.date()},
    ),
    ("catalogue_drafts_kind_known", _DRAFT | {"kind": "poem"}),
    ("catalogue_drafts_body_object", _DRAFT | {"body": "[]"}),
    ("catalogue_drafts_revision_positive", _DRAFT | {"revision": 0}),
    ("catalogue_drafts_state_known", _DRAFT | {"state": "perhaps"} | _DECIDED),
    ("catalogue_drafts_proposed_whole", _DRAFT | {"proposed_by": STAFF}),
    ("catalogue_drafts_proposed_by_whom", _DRAFT | {"state": "proposed", "effect_done_at": NOW}),
    ("catalogue_drafts_published_with_effect", _DRAFT | _PROPOSED | {"state": "proposed"}),
    ("catalogue_drafts_decided_whole", _DRAFT | {"decided_by": STAFF}),
)

KEYS = frozenset({"content_versions_pkey", "catalogue_drafts_pkey"})
REFERENCES = frozenset(
    f"{table}_{column}_fkey"
    for table in ("content_versions", "catalogue_drafts")
    for column in ("written_by", "proposed_by", "decided_by")
)
