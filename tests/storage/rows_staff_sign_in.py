"""Rows of migration 0030: sessions of staff, second factors, what was begun and waits for its second half."""

from __future__ import annotations

from tests.storage.rows_core import DIGEST, NOW, STAFF, Row
from tests.storage.rows_core import GOOD as CORE

OTHER_HASH = b"h" * 32

GOOD: dict[str, Row] = {
    "staff_sessions": {
        "session_id": CORE["sessions"]["id"],
        "staff_id": STAFF,
        "source": "2001:db8:1:2::/64",
        "device": "d" * 200,
    },
    "staff_totp": {"staff_id": STAFF, "sealed": b"sealed", "sealed_with": "demo", "last_step": 1},
    "staff_recovery_codes": {"staff_id": STAFF, "code_hash": DIGEST},
    "staff_passkeys": {
        "id": b"i" * 16,
        "staff_id": STAFF,
        "public_key": b"key",
        "sign_count": 0,
        "name": "n" * 40,
    },
    "staff_challenges": {
        "token_hash": DIGEST,
        "staff_id": STAFF,
        "purpose": "sign_in",
        "sealed": b"sealed",
        "sealed_with": "demo",
        "expires_at": NOW,
    },
}

_CHALLENGE: Row = {"token_hash": OTHER_HASH}
_PASSKEY: Row = {"id": b"j" * 16}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("staff_sessions_source_short", {"source": "s" * 65}),
    ("staff_sessions_device_short", {"device": "d" * 201}),
    ("staff_recovery_codes_hash_length", {"code_hash": b"short"}),
    ("staff_passkeys_id_length", _PASSKEY | {"id": b"short"}),
    ("staff_passkeys_name_short", _PASSKEY | {"name": ""}),
    ("staff_challenges_hash_length", _CHALLENGE | {"token_hash": b"short"}),
    ("staff_challenges_purpose_known", _CHALLENGE | {"purpose": "mood"}),
    ("staff_challenges_sealed_with_key", _CHALLENGE | {"sealed_with": None}),
    ("staff_challenges_failures_counted", _CHALLENGE | {"failures": -1}),
)

KEYS = frozenset(
    {
        "staff_sessions_pkey",
        "staff_totp_pkey",
        "staff_recovery_codes_pkey",
        "staff_passkeys_pkey",
        "staff_challenges_pkey",
    }
)
REFERENCES = frozenset(
    {
        "staff_sessions_session_id_fkey",
        "staff_sessions_staff_id_fkey",
        "staff_totp_staff_id_fkey",
        "staff_recovery_codes_staff_id_fkey",
        "staff_passkeys_staff_id_fkey",
        "staff_challenges_staff_id_fkey",
    }
)
