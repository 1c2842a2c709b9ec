"""Rows of migration 0014: scanning devices, rules of gates, blocked badges, scans at gates, presence."""

from __future__ import annotations

from datetime import timedelta

from tests.storage.rows_core import DIGEST, EVENT, NOW, OTHER_EVENT, STAFF, Row, _id

DEVICE, OTHER_DEVICE, SCAN, OTHER_SCAN = (_id(number) for number in range(1401, 1405))
OTHER_HASH = b"e" * 32

GOOD: dict[str, Row] = {
    "devices": {
        "id": DEVICE,
        "event_id": EVENT,
        "name": "n" * 80,
        "gates": "[1]",
        "onboarding_hash": DIGEST,
        "onboarding_expires_at": NOW,
        "token_hash": DIGEST,
        "created_by": STAFF,
        "onboarded_at": NOW,
    },
    "gate_settings": {
        "event_id": EVENT,
        "gate": 999,
        "direction": "entry",
        "categories": '["local"]',
        "opens_at": NOW,
        "closes_at": NOW + timedelta(seconds=1),
    },
    "badge_blocks": {"event_id": EVENT, "badge_serial": 1, "is_blocked": True},
    "gate_scans": {
        "event_id": EVENT,
        "id": SCAN,
        "device_id": DEVICE,
        "gate": 1,
        "badge_serial": 1,
        "code_digest": b"c" * 16,
        "direction": "entry",
        "result": "ok",
        "is_admitted": True,
        "is_offline": False,
        "device_at": NOW,
        "scanned_at": NOW,
        "received_at": NOW,
        "annulled_at": NOW,
        "annulled_by": DEVICE,
    },
    "presence": {"event_id": EVENT, "badge_serial": 1, "is_inside": True, "since": NOW, "last_scan": SCAN},
}

_DEVICE: Row = {"id": OTHER_DEVICE, "onboarding_hash": OTHER_HASH, "token_hash": OTHER_HASH}
_SCAN: Row = {"id": OTHER_SCAN}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("devices_onboarding_unique", _DEVICE | {"onboarding_hash": DIGEST}),
    ("devices_token_unique", _DEVICE | {"token_hash": DIGEST}),
    ("devices_onboarding_hash_length", _DEVICE | {"onboarding_hash": b"short"}),
    ("devices_token_hash_length", _DEVICE | {"token_hash": b"short"}),
    ("devices_name_short", _DEVICE | {"name": "n" * 81}),
    ("devices_name_short", _DEVICE | {"name": ""}),
    ("devices_gates_list", _DEVICE | {"gates": "[]"}),
    ("devices_token_by_onboarding", _DEVICE | {"onboarded_at": None}),
    ("devices_token_by_onboarding", _DEVICE | {"token_hash": None}),
    ("gate_settings_gate_known", {"gate": 998}),
    ("gate_settings_direction_known", {"gate": 998, "direction": "sideways"}),
    ("gate_settings_categories_list", {"gate": 998, "categories": "{}"}),
    ("gate_settings_close_after_open", {"gate": 998, "closes_at": NOW}),
    ("badge_blocks_badge_known", {"badge_serial": 999_999}),
    ("gate_scans_once", {}),
    ("gate_scans_digest_length", _SCAN | {"code_digest": b"c" * 32}),
    ("gate_scans_direction_known", _SCAN | {"direction": "both"}),
    ("gate_scans_result_known", _SCAN | {"result": "perhaps", "is_offline": True}),
    ("gate_scans_ok_is_admitted", _SCAN | {"is_admitted": False}),
    ("gate_scans_refused_online", _SCAN | {"result": "revoked"}),
    ("gate_scans_never_ahead", _SCAN | {"scanned_at": NOW + timedelta(seconds=1)}),
    ("gate_scans_annulled_by_somebody", _SCAN | {"annulled_by": None}),
    ("gate_scans_annulled_by_somebody", _SCAN | {"annulled_at": None}),
    ("presence_inside_by_a_scan", {"event_id": OTHER_EVENT, "last_scan": None}),
)

KEYS = frozenset({"devices_pkey", "gate_settings_pkey", "badge_blocks_pkey", "presence_pkey"})
REFERENCES = frozenset({"devices_event_id_fkey", "devices_created_by_fkey"})
