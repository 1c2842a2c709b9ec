"""Rows of files of badges that are accepted, and the changes that must be refused."""

from __future__ import annotations

from tests.storage.rows_core import DIGEST, EVENT, NOW, STAFF, Row, _id

IMPORT, OTHER_IMPORT = _id(1201), _id(1202)
OTHER_DIGEST = b"e" * 32

GOOD: dict[str, Row] = {
    "badges": {
        "event_id": EVENT,
        "serial": 1,
        "category": None,
        "holder_ref": "A-1",
        "label": "看台 3 排",
        "alias": "04A2B3C4",
    },
    "badge_imports": {
        "event_id": EVENT,
        "id": IMPORT,
        "sha256": DIGEST,
        "state": "done",
        "why": None,
        "rows_total": 100_000,
        "rows_done": 100_000,
        "errors": "[]",
        "errors_total": 0,
        "serial_from": 1,
        "serial_to": 100_000,
        "attempt": 1,
        "alive_until": NOW,
        "created_by": STAFF,
    },
}

_BADGE: Row = {"serial": 2, "holder_ref": None, "alias": None}
_FILE: Row = {"id": OTHER_IMPORT, "sha256": OTHER_DIGEST}
_RUNNING: Row = _FILE | {"state": "running", "serial_from": None, "serial_to": None}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("badges_holder_ref_short", _BADGE | {"holder_ref": ""}),
    ("badges_holder_ref_short", _BADGE | {"holder_ref": "r" * 41}),
    ("badges_holder_ref_unique", {"serial": 2, "alias": None}),
    ("badges_label_short", _BADGE | {"label": "签" * 41}),
    ("badges_alias_form", _BADGE | {"alias": "04:A2"}),
    ("badges_alias_form", _BADGE | {"alias": "04A"}),
    ("badges_alias_unique", {"serial": 2, "holder_ref": None}),
    ("badges_reissued_is_revoked", _BADGE | {"reissued_as": 3}),
    ("badges_reissued_is_revoked", _BADGE | {"reissued_as": 1, "revoked_at": NOW}),
    ("badges_why_is_of_a_revocation", _BADGE | {"revoked_why": "lost"}),
    ("badges_why_is_of_a_revocation", _BADGE | {"revoked_why": "", "revoked_at": NOW}),
    ("badge_imports_once_per_file", {"id": OTHER_IMPORT}),
    ("badge_imports_digest_form", _FILE | {"sha256": b"short"}),
    ("badge_imports_state_known", _RUNNING | {"state": "paused"}),
    ("badge_imports_why_known", _RUNNING | {"state": "failed", "why": "tired"}),
    ("badge_imports_failure_has_a_reason", _RUNNING | {"state": "failed"}),
    ("badge_imports_failure_has_a_reason", _RUNNING | {"why": "error"}),
    ("badge_imports_rows_bounded", _RUNNING | {"rows_done": 100_001}),
    ("badge_imports_rows_bounded", _RUNNING | {"rows_total": 100_001}),
    ("badge_imports_errors_bounded", _RUNNING | {"errors": "[" + ",".join("1" * 101) + "]"}),
    ("badge_imports_errors_bounded", _RUNNING | {"errors_total": -1}),
    ("badge_imports_done_names_its_serials", _FILE | {"serial_to": None}),
    ("badge_imports_done_names_its_serials", _FILE | {"serial_to": 99_999}),
    ("badge_imports_done_names_its_serials", _RUNNING | {"serial_from": 1, "serial_to": 100_000}),
    ("badge_imports_attempt_positive", _RUNNING | {"attempt": 0}),
)

KEYS = frozenset({"badge_imports_pkey"})
REFERENCES = frozenset({"badge_imports_event_id_fkey"})
