"""Rows of migration 0031: seeds of certificates, holders' links, documents that entries commit to."""

from __future__ import annotations

from tests.storage.rows_core import CITIZEN, EVENT, NOW, Row

GOOD: dict[str, Row] = {
    "certificate_links": {
        "event_id": EVENT,
        "certificate_number": "TF-AB0YZ-0123-4567-89AB",
        "citizen_id": CITIZEN,
        "secret": bytes(24),
        "created_at": NOW,
    },
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("offsets_seed_whole", {"seed": bytes(31)}),
    ("certificate_links_secret_whole", {"certificate_number": "TF-AB0YZ-0123-4567-89AC", "secret": b""}),
    (
        "log_entries_document_of_certificate",
        {"position": 1, "kind": "report", "sealed_in": 2, "document": b"{}"},
    ),
)

KEYS = frozenset({"certificate_links_pkey"})
REFERENCES: frozenset[str] = frozenset()
