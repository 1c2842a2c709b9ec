"""Reports of events that are over: a good row, and what must be refused."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from tests.storage.rows_core import EVENT, STAFF

Row = dict[str, Any]
BODY = b'{"attendances":0}'

GOOD: dict[str, Row] = {
    "event_reports": {
        "event_id": EVENT,
        "revision": 1,
        "body": BODY,
        "digest": hashlib.sha256(BODY).digest(),
        "made_by": STAFF,
        "made_at": datetime(2026, 11, 3, 4, tzinfo=UTC),
        "is_final": True,
    },
}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("event_reports_revision_positive", {"revision": 0}),
    ("event_reports_digest_of_body", {"body": b"{}"}),
    ("event_reports_final_once", {"revision": 2}),
)
KEYS = frozenset({"event_reports_pkey"})
REFERENCES = frozenset({"event_reports_event_id_fkey", "event_reports_made_by_fkey"})
