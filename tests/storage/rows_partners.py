"""Rows of partners, their keys, grants, binding codes and waiting items; and what their tables refuse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

Row = dict[str, Any]

PARTNER, OTHER_PARTNER = UUID(int=401), UUID(int=402)
CITIZEN, OTHER_CITIZEN = UUID(int=13), UUID(int=23)
GRANT, OTHER_GRANT = UUID(int=411), UUID(int=412)
NOW = datetime(2026, 11, 1, 4, tzinfo=UTC)
DIGEST = b"d" * 32

GOOD: dict[str, Row] = {
    "partners": {
        "id": PARTNER,
        "code": "metro",
        "name_zh": "地铁",
        "name_en": "Metro",
        "kind": "metro",
        "methods": '["metro"]',
    },
    "partner_keys": {
        "id": "metro-1",
        "partner_id": PARTNER,
        "sealed": b"sealed",
        "sealed_with": "k",
        "valid_from": NOW,
        "valid_to": NOW,
    },
    "source_grants": {
        "citizen_id": CITIZEN,
        "id": GRANT,
        "partner_id": PARTNER,
        "subject": "s" * 128,
        "consent_version": "2026.1",
        "granted_at": NOW,
        "withdrawn_at": None,
    },
    "binding_codes": {
        "code_hash": DIGEST,
        "request_hash": DIGEST,
        "partner_id": PARTNER,
        "subject": "s" * 128,
        "created_at": NOW,
        "expires_at": NOW,
    },
    "waiting_items": {
        "partner_id": PARTNER,
        "external_id": "e" * 64,
        "subject": "s" * 128,
        "digest": DIGEST,
        "body": "{}",
        "received_at": NOW,
        "expires_at": NOW + timedelta(days=30),
    },
}

_OTHER = {"id": OTHER_PARTNER, "code": "other"}
_OTHER_CODE = {"code_hash": b"e" * 32, "request_hash": b"e" * 32}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("partners_code_unique", {"id": OTHER_PARTNER}),
    ("partners_code_form", _OTHER | {"code": "Metro"}),
    ("partners_code_form", _OTHER | {"code": "-metro"}),
    ("partners_code_form", _OTHER | {"code": "m" * 65}),
    ("partners_kind_known", _OTHER | {"kind": "bank"}),
    ("partners_methods_listed", _OTHER | {"methods": '"metro"'}),
    ("partner_keys_id_form", {"id": "metro 2"}),
    ("partner_keys_id_form", {"id": "k" * 41}),
    ("partner_keys_end_after_start", {"id": "metro-2", "valid_to": NOW - timedelta(seconds=1)}),
    ("source_grants_one_citizen_per_subject", {"citizen_id": OTHER_CITIZEN, "id": OTHER_GRANT}),
    ("source_grants_one_subject_per_citizen", {"id": OTHER_GRANT, "subject": "other"}),
    ("source_grants_subject_short", {"id": OTHER_GRANT, "subject": "s" * 129}),
    ("source_grants_subject_short", {"id": OTHER_GRANT, "subject": ""}),
    ("source_grants_subject_while_in_force", {"id": OTHER_GRANT, "subject": None}),
    ("source_grants_end_after_start", {"id": OTHER_GRANT, "withdrawn_at": NOW - timedelta(seconds=1)}),
    ("binding_codes_once_per_request", {"code_hash": b"e" * 32}),
    ("binding_codes_hash_length", {"code_hash": b"e", "request_hash": b"e" * 32}),
    ("binding_codes_hash_length", {"code_hash": b"e" * 32, "request_hash": b"e"}),
    ("binding_codes_subject_short", _OTHER_CODE | {"subject": "s" * 129}),
    ("binding_codes_used_for_a_grant", _OTHER_CODE | {"citizen_id": CITIZEN}),
    ("binding_codes_used_for_a_grant", _OTHER_CODE | {"grant_id": GRANT}),
    ("waiting_items_once", {"subject": "other"}),
    ("waiting_items_external_id_short", {"external_id": "e" * 65}),
    ("waiting_items_external_id_short", {"external_id": ""}),
    ("waiting_items_subject_short", {"external_id": "other", "subject": ""}),
    ("waiting_items_bounded", {"external_id": "other", "expires_at": NOW}),
)

KEYS = frozenset({"partners_pkey", "partner_keys_pkey", "source_grants_pkey", "binding_codes_pkey"})
REFERENCES = frozenset({"partner_keys_partner_id_fkey"})
