"""Rows of migration 0057: releases of figures to the public, and proposals to correct them."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from tests.storage.rows_core import EVENT, NOW, STAFF, Row, _id
from tests.storage.rows_organisations import ORGANISATION

FIRST, SECOND = "D-2026-000001", "D-2026-000002"
BODY, OTHER_BODY = b'{"number":"D-2026-000001"}', b'{"number":"D-2026-000002"}'

GOOD: dict[str, Row] = {
    "disclosures": {
        "number": FIRST,
        "sequence": 1,
        "kind": "event",
        "subject": "fair",
        "period_from": date(2026, 5, 1),
        "period_to": date(2026, 5, 2),
        "event_id": EVENT,
        "organisation_id": None,
        "corrects": None,
        "body": BODY,
        "sha256": sha256(BODY).digest(),
        "previous_sha256": None,
        "published_at": NOW,
        "published_by": STAFF,
    },
    "disclosure_corrections": {
        "id": _id(5701),
        "number": FIRST,
        "reason": "电量登记有误",
        "proposed_by": STAFF,
        "proposed_at": NOW,
    },
}

_SECOND: Row = {
    "number": SECOND,
    "sequence": 2,
    "subject": "other-fair",
    "body": OTHER_BODY,
    "sha256": sha256(OTHER_BODY).digest(),
    "previous_sha256": sha256(BODY).digest(),
}
_PROPOSAL: Row = {"id": _id(5702), "decision": "rejected", "decided_by": STAFF, "decided_at": NOW}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("disclosures_number_form", _SECOND | {"number": "D-26-1"}),
    ("disclosures_sequence_unique", _SECOND | {"sequence": 1, "previous_sha256": None}),
    ("disclosures_sequence_positive", _SECOND | {"sequence": 0}),
    ("disclosures_kind_known", _SECOND | {"kind": "week", "event_id": None}),
    ("disclosures_period_in_order", _SECOND | {"period_to": date(2026, 4, 30)}),
    ("disclosures_of_event", _SECOND | {"event_id": None}),
    ("disclosures_of_organisation", _SECOND | {"organisation_id": ORGANISATION}),
    ("disclosures_hash_of_body", _SECOND | {"body": BODY + b" "}),
    ("disclosures_hash_unique", _SECOND | {"body": BODY, "sha256": sha256(BODY).digest()}),
    ("disclosures_chain_begins_once", _SECOND | {"previous_sha256": None}),
    ("disclosure_corrections_reason_told", {"id": _id(5702), "reason": ""}),
    ("disclosure_corrections_decision_known", _PROPOSAL | {"decision": "perhaps"}),
    ("disclosure_corrections_decided_whole", _PROPOSAL | {"decided_at": None}),
    ("disclosure_corrections_published_if_confirmed", _PROPOSAL | {"published": FIRST}),
)

KEYS = frozenset({"disclosures_pkey", "disclosure_corrections_pkey"})
REFERENCES = frozenset(
    {
        "disclosures_chain_unbroken",
        # Two rows that are there before the refused one: tests/routes/disclosure.
        "disclosures_chain_one_way",
        "disclosures_corrected_once",
        "disclosures_corrects_fkey",
        "disclosures_event_id_fkey",
        "disclosures_organisation_id_fkey",
        "disclosures_published_by_fkey",
        "disclosure_corrections_number_fkey",
        "disclosure_corrections_published_fkey",
        "disclosure_corrections_proposed_by_fkey",
        "disclosure_corrections_decided_by_fkey",
    }
)
