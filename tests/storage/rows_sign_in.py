"""Rows of migrations 0043 and 0044: codes that were sent, addresses of identities, citizens' passkeys."""

from __future__ import annotations

from tests.storage.rows_core import CITIZEN, DIGEST, NOW, Row, _id

GOOD: dict[str, Row] = {
    "sign_in_challenges": {
        "id": _id(43),
        "provider": "email",
        "subject": "digest of the address",
        "code_digest": DIGEST,
        "sealed": b"sealed",
        "sealed_with": "demo",
        "expires_at": NOW,
    },
    "citizen_passkeys": {
        "id": b"i" * 16,
        "citizen_id": CITIZEN,
        "public_key": b"key",
        "sign_count": 0,
        "name": "n" * 40,
    },
}

_CHALLENGE: Row = {"id": _id(44)}
_PASSKEY: Row = {"id": b"j" * 16}

REFUSED: tuple[tuple[str, Row], ...] = (
    ("identities_addresses_sealed", {"subject": "other", "sealed": b"sealed", "sealed_with": "demo"}),
    ("identities_addresses_sealed", {"subject": "other", "provider": "email"}),
    ("sessions_device_short", {"id": _id(44), "device": "d" * 41}),
    ("sign_in_challenges_provider_known", _CHALLENGE | {"provider": "pigeon"}),
    ("sign_in_challenges_code_of_address", _CHALLENGE | {"code_digest": None}),
    ("sign_in_challenges_code_of_address", _CHALLENGE | {"provider": "passkey"}),
    ("sign_in_challenges_digest_length", _CHALLENGE | {"code_digest": b"short"}),
    ("sign_in_challenges_sealed_with_key", _CHALLENGE | {"sealed_with": None}),
    ("sign_in_challenges_failures_counted", _CHALLENGE | {"failures": 6}),
    ("citizen_passkeys_id_length", _PASSKEY | {"id": b"short"}),
    ("citizen_passkeys_name_short", _PASSKEY | {"name": ""}),
)

KEYS = frozenset({"sign_in_challenges_pkey", "citizen_passkeys_pkey"})
REFERENCES = frozenset({"citizen_passkeys_citizen_id_fkey"})
