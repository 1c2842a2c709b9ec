"""Rows of migration 0067: verifiers at events, their findings, questions and signed opinions."""

from __future__ import annotations

from tests.storage.rows_core import DIGEST, EVENT, NOW, STAFF, Row, _id
from tests.storage.rows_event_life import GOOD as LIFE
from tests.storage.rows_organisations import GOOD as ORGANISATIONS
from tests.storage.rows_organisations import ORGANISATION

VERIFIER = _id(6701)

GOOD: dict[str, Row] = {
    "event_verifiers": {
        "event_id": EVENT,
        "id": VERIFIER,
        "organisation_id": ORGANISATION,
        "attached_by": STAFF,
    },
    "verifier_reviews": {
        "event_id": EVENT,
        "id": _id(6711),
        "verifier_id": VERIFIER,
        "item": "people",
        "item_sha256": DIGEST,
        "decision": "confirmed",
        "decided_by": STAFF,
    },
    "verifier_questions": {
        "event_id": EVENT,
        "id": _id(6721),
        "verifier_id": VERIFIER,
        "item": "people",
        "question": "How were they counted?",
        "asked_by": STAFF,
    },
    "verifier_opinions": {
        "event_id": EVENT,
        "id": _id(6731),
        "verifier_id": VERIFIER,
        "licence_id": ORGANISATIONS["organisation_licences"]["id"],
        "document_id": LIFE["event_documents"]["id"],
        "assurance": "limited",
        "opinion": "unqualified",
        "threshold_pct": 5,
        "account_sha256": DIGEST,
        "body": b"{}",
        "key_id": "k1",
        "signature": b"s" * 64,
        "signed_by": STAFF,
        "signed_at": NOW,
    },
}

_REVIEW, _QUESTION, _OPINION = {"id": _id(6712)}, {"id": _id(6722)}, {"id": _id(6732)}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("event_verifiers_end_whole", {"id": _id(6702), "ended_at": NOW}),
    ("verifier_reviews_item_short", _REVIEW | {"item": ""}),
    ("verifier_reviews_item_hashed", _REVIEW | {"item_sha256": b"short"}),
    ("verifier_reviews_decision_whole", _REVIEW | {"decision": "maybe"}),
    ("verifier_reviews_decision_whole", _REVIEW | {"decision": "refused", "reason": "x"}),
    ("verifier_reviews_decision_whole", _REVIEW | {"decision": "refused", "materiality_g": 1}),
    (
        "verifier_reviews_decision_whole",
        _REVIEW | {"decision": "refused", "materiality_g": 0, "reason": "x"},
    ),
    ("verifier_reviews_decision_whole", _REVIEW | {"materiality_g": 1}),
    ("verifier_reviews_reason_short", _REVIEW | {"reason": ""}),
    ("verifier_questions_item_short", _QUESTION | {"item": ""}),
    ("verifier_questions_texts_short", _QUESTION | {"question": ""}),
    ("verifier_questions_answer_whole", _QUESTION | {"answer": "by list"}),
    ("verifier_opinions_assurance_known", _OPINION | {"assurance": "absolute"}),
    ("verifier_opinions_opinion_known", _OPINION | {"opinion": "kind"}),
    ("verifier_opinions_threshold_bounded", _OPINION | {"threshold_pct": 0}),
    ("verifier_opinions_account_hashed", _OPINION | {"account_sha256": b"short"}),
    ("verifier_opinions_signature_whole", _OPINION | {"signature": b"short"}),
)

KEYS = frozenset(
    {"event_verifiers_pkey", "verifier_reviews_pkey", "verifier_questions_pkey", "verifier_opinions_pkey"}
)
REFERENCES = frozenset(
    {
        "event_verifiers_event_id_fkey",
        "event_verifiers_organisation_id_fkey",
        "event_verifiers_attached_by_fkey",
        "event_verifiers_ended_by_fkey",
        "verifier_reviews_verifier_fkey",
        "verifier_reviews_decided_by_fkey",
        "verifier_questions_verifier_fkey",
        "verifier_questions_asked_by_fkey",
        "verifier_questions_answered_by_fkey",
        "verifier_opinions_verifier_fkey",
        "verifier_opinions_licence_id_fkey",
        "verifier_opinions_document_fkey",
        "verifier_opinions_signed_by_fkey",
    }
)
