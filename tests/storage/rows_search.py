"""Rows of migration 0059: what the public search finds."""

from __future__ import annotations

from tests.storage.rows_core import EVENT, NOW, Row

GOOD: dict[str, Row] = {
    "search_items": {
        "kind": "event",
        "key": "rows-of-search",
        "id": EVENT,
        "at": NOW,
        "name_zh": "测试",
        "name_en": "Test",
        "folded_key": "ROWSOFSEARCH",
        "folded_zh": "测试",
        "folded_en": "TEST",
        "keys": ["TEST"],
        "grams": ["测试"],
    },
}
REFUSED: tuple[tuple[str, Row], ...] = (("search_items_kind_known", {"key": "other", "kind": "citizen"}),)
KEYS = frozenset({"search_items_pkey"})
REFERENCES: frozenset[str] = frozenset()
