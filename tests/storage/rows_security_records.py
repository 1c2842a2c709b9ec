"""Rows of migration 0032: what happened at the doors, signatures of certificates, names that were reported."""

from __future__ import annotations

from tests.storage.rows_core import NOW, STAFF, Row, _id

RECORD = _id(3201)
REPORT = _id(3202)

GOOD: dict[str, Row] = {
    "security_records": {
        "id": RECORD,
        "at": NOW,
        "kind": "sign_in_refused",
        "actor_id": None,
        "actor": "lin",
        "source": "192.0.2.7",
        "subject": None,
        "reason": None,
        "occurrences": 1,
    },
    "log_signatures": {"position": 0, "key_id": "k1", "signature": bytes(64)},
    "name_reports": {
        "id": REPORT,
        "kind": "team",
        "subject": "team",
        "name": "官方",
        "why": "official",
        "note": None,
        "reporter_id": None,
        "created_at": NOW,
        "decision": None,
        "decided_at": None,
        "decided_by": None,
        "reason": None,
    },
}

_RECORD: Row = {"id": _id(3203)}
_REPORT: Row = {"id": _id(3204), "subject": "other"}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("security_records_kind_form", _RECORD | {"kind": "Signed in"}),
    ("security_records_texts_short", _RECORD | {"actor": "n" * 101}),
    ("security_records_texts_short", _RECORD | {"reason": "n" * 401}),
    ("security_records_occurrences_positive", _RECORD | {"occurrences": 0}),
    ("log_signatures_signature_whole", {"position": 1, "signature": bytes(63)}),
    ("name_reports_kind_known", _REPORT | {"kind": "shop"}),
    ("name_reports_why_known", _REPORT | {"why": "mood"}),
    ("name_reports_texts_short", _REPORT | {"name": ""}),
    (
        "name_reports_decision_known",
        _REPORT | {"decision": "later", "decided_at": NOW, "decided_by": STAFF, "reason": "x"},
    ),
    ("name_reports_decided_whole", _REPORT | {"decision": "kept"}),
)

KEYS = frozenset({"security_records_pkey", "log_signatures_pkey", "name_reports_pkey"})
REFERENCES = frozenset({"log_signatures_key_known"})
