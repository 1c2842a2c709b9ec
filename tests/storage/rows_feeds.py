"""Rows of migration 0060: the feed to Tianfu Credit, and what of it was handed over."""

from __future__ import annotations

from tests.storage.rows_core import DIGEST, NOW, Row

GOOD: dict[str, Row] = {
    "feed_items": {
        "sequence": 1,
        "page": 1,
        "subject": "organisation/91350100M000100Y43",
        "facts": "{}",
        "facts_digest": DIGEST,
        "body": b"{}",
        "published_at": NOW,
    },
    "feed_deliveries": {"page": 1},
}
REFUSED: tuple[tuple[str, Row], ...] = (
    ("feed_items_sequence_positive", {"sequence": 0}),
    ("feed_items_page_positive", {"sequence": 2, "page": 0}),
    ("feed_items_without_holes", {"sequence": 3}),
    ("feed_deliveries_page_positive", {"page": 0}),
)
KEYS = frozenset({"feed_items_pkey", "feed_deliveries_pkey"})
REFERENCES = frozenset({"feed_items_without_holes"})
