"""Rows of migration 0016: the log of what was allocated, retired and reported, and names on certificates."""

from __future__ import annotations

from hashlib import sha256

from tests.storage.rows_core import CITIZEN, EVENT, NOW, Row

BODY = b'{"type":"test"}'
KEY = "k1"

GOOD: dict[str, Row] = {
    "log_entries": {
        "position": 0,
        "kind": "offset",
        "subject": "TF-AB0YZ-0123-4567-89AB",
        "body": BODY,
        "leaf_hash": sha256(b"\0" + BODY).digest(),
        "happened_at": NOW,
        "sealed_in": 1,
    },
    "log_nodes": {"level": 1, "index": 0, "hash": bytes(32)},
    "log_keys": {"key_id": KEY, "public_key": bytes(32), "valid_from": NOW},
    "log_heads": {"size": 1, "root": bytes(32), "signed_at": NOW, "key_id": KEY, "signature": bytes(64)},
    "certificate_names": {
        "event_id": EVENT,
        "certificate_number": "TF-AB0YZ-0123-4567-89AB",
        "citizen_id": CITIZEN,
        "name": "林" * 40,
        "policy_version": "2026.1",
        "consented_at": NOW,
    },
}

_ENTRY: Row = {"position": 1, "subject": "other", "sealed_in": 2}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("log_entries_subject_once", {"position": 1, "sealed_in": 2}),
    ("log_entries_position_not_negative", _ENTRY | {"position": -1}),
    ("log_entries_kind_known", _ENTRY | {"kind": "rumour"}),
    ("log_entries_leaf_of_body", _ENTRY | {"body": BODY + b" "}),
    ("log_entries_sealed_after", _ENTRY | {"sealed_in": 1}),
    ("log_nodes_level_bounded", {"level": 0}),
    ("log_nodes_index_not_negative", {"index": -1}),
    ("log_nodes_hash_whole", {"index": 1, "hash": bytes(31)}),
    ("log_keys_id_short", {"key_id": "k" * 33}),
    ("log_keys_key_whole", {"key_id": "k2", "public_key": bytes(31)}),
    ("log_heads_size_positive", {"size": 0}),
    ("log_heads_root_whole", {"size": 2, "root": b""}),
    ("log_heads_signature_whole", {"size": 2, "signature": bytes(63)}),
    ("certificate_names_name_short", {"certificate_number": "TF-AB0YZ-0123-4567-89AC", "name": ""}),
    ("certificate_names_name_short", {"certificate_number": "TF-AB0YZ-0123-4567-89AC", "name": "n" * 41}),
)

KEYS = frozenset(
    {"log_entries_pkey", "log_nodes_pkey", "log_keys_pkey", "log_heads_pkey", "certificate_names_pkey"}
)
REFERENCES = frozenset({"log_heads_key_known"})
