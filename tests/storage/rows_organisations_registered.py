"""Rows of migration 0050: receipts and true codes of organisations, invitations to run an event together."""

from __future__ import annotations

from tests.storage.rows_core import DIGEST, EVENT, NOW, STAFF, Row, _id
from tests.storage.rows_organisations import ORGANISATION, OTHER_ORGANISATION

_OTHER: Row = {"id": OTHER_ORGANISATION, "code": "N-ABCDEFGH"}

GOOD: dict[str, Row] = {
    "event_invitations": {
        "event_id": EVENT,
        "id": _id(5001),
        "organisation_id": ORGANISATION,
        "invited_by": STAFF,
        "answer": "accepted",
        "answered_by": STAFF,
        "answered_at": NOW,
    },
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("organisations_receipt_length", _OTHER | {"receipt_hash": DIGEST[:31]}),
    ("organisations_wanted_code_form", _OTHER | {"wanted_code": "N-ABCDEFGH", "wanted_code_by": STAFF}),
    ("organisations_wanted_code_by_whom", _OTHER | {"wanted_code": "91350100M000100Y43"}),
    ("event_invitations_answer_known", {"id": _id(5002), "answer": "perhaps"}),
    ("event_invitations_answered_by_whom", {"id": _id(5002), "answered_at": None}),
)

KEYS = frozenset({"event_invitations_pkey"})
REFERENCES = frozenset(
    {
        "event_invitations_event_id_fkey",
        "event_invitations_organisation_id_fkey",
        "event_invitations_invited_by_fkey",
        "event_invitations_answered_by_fkey",
    }
)
