"""Rows of migration 0034: receipts of erasures, complaints."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from tests.storage.rows_core import CITIZEN, DIGEST, STAFF, Row

NOW = datetime(2026, 11, 1, 4, tzinfo=UTC)
RECEIPT, COMPLAINT = UUID(int=341), UUID(int=342)
ANSWERED: Row = {
    "state": "upheld",
    "taken_by": STAFF,
    "taken_at": NOW,
    "answer": "a",
    "answered_by": STAFF,
    "answered_at": NOW,
}

GOOD: dict[str, Row] = {
    "erasures": {"id": RECEIPT, "at": NOW, "erased": '{"photos": 1}'},
    "complaints": {
        "id": COMPLAINT,
        "about": "review",
        "subject": str(UUID(int=7)),
        "citizen_id": CITIZEN,
        "code_hash": None,
        "text": "t" * 2000,
        "contact": None,
        "contact_key": None,
        "state": "received",
        "received_at": NOW,
        "due_on": date(2026, 11, 20),
        "decided_by": None,
        "taken_by": None,
        "taken_at": None,
        "answer": None,
        "answered_by": None,
        "answered_at": None,
    },
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("erasures_counts_told", {"erased": "[]"}),
    ("complaints_about_known", {"about": "weather"}),
    ("complaints_subject_short", {"subject": ""}),
    ("complaints_state_known", {"state": "lost"}),
    ("complaints_public_by_code", {"about": "certificate"}),
    ("complaints_code_length", {"about": "certificate", "citizen_id": None, "code_hash": DIGEST[:31]}),
    ("complaints_objection_names_nobody", {"about": "certificate", "code_hash": DIGEST}),
    ("complaints_text_short", {"text": "t" * 2001}),
    (
        "complaints_contact_short",
        {
            "about": "certificate",
            "citizen_id": None,
            "code_hash": DIGEST,
            "contact": b"c" * 601,
            "contact_key": "k",
        },
    ),
    (
        "complaints_contact_with_key",
        {"about": "certificate", "citizen_id": None, "code_hash": DIGEST, "contact": b"c"},
    ),
    ("complaints_contact_is_public", {"contact": b"c", "contact_key": "k"}),
    ("complaints_taken_by_somebody", {"state": "under_review"}),
    ("complaints_answered_with_a_text", {"state": "upheld", "taken_by": STAFF, "taken_at": NOW}),
    ("complaints_answer_short", ANSWERED | {"answer": "a" * 2001}),
    ("complaints_number_form", {"number": "K-1"}),
    ("complaints_number_of_report", {"number": "K-2026-0A1B2C"}),
    (
        "complaints_public_answer_short",
        ANSWERED
        | {
            "code_hash": DIGEST,
            "citizen_id": None,
            "about": "certificate",
            "number": "K-2026-0A1B2C",
            "public_answer": "a" * 2001,
        },
    ),
    ("complaints_public_answer_last", {"public_answer": "?"}),
    ("complaints_answered_by_another", ANSWERED | {"decided_by": STAFF}),
)

KEYS = frozenset({"erasures_pkey", "complaints_pkey"})
REFERENCES: frozenset[str] = frozenset()
