"""Second factors of staff: codes of an authenticator app (TOTP, RFC 6238) and recovery codes. No storage here."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID

import pyotp

from backend.domain.folding import folded
from backend.texts import say

STEP_S = 30
STEPS_OFF_MAX = 1
"""A phone's clock may be wrong by so many steps."""

RECOVERY_CODES = 10
RECOVERY_CODE_CHARS = 16
"""80 random bits: a hash as fast as SHA-256 hides them."""
RECOVERY_GROUP_CHARS = 4
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without what is easily taken for another: l, o, 0, 1."""

REQUIRED_FOR = frozenset({"operator", "regulator", "verifier"})
"""Roles that sign in with a second factor always, outside demo mode; the others as soon as they have one."""

TRIES = ((15 * 60, 5), (24 * 3600, 20))
"""In so many seconds so many wrong second factors; one more waits."""


def new_secret() -> str:
    return pyotp.random_base32()


def totp_uri(secret: str, username: str) -> str:
    """What an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=username, issuer_name=say("en", "brand"))


def matching_step(secret: str, code: str, at: datetime, last_step: int) -> int | None:
    """The step of time whose code this is, later than the last one that was used; None when there is none."""
    code = folded(code)
    if not (code.isascii() and code.isdecimal()):
        return None
    totp = pyotp.TOTP(secret, interval=STEP_S)
    now = int(at.timestamp()) // STEP_S
    for step in range(now - STEPS_OFF_MAX, now + STEPS_OFF_MAX + 1):
        if step > last_step and hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes as people read them, in groups of four."""
    return [
        _grouped("".join(secrets.choice(_ALPHABET) for _ in range(RECOVERY_CODE_CHARS)))
        for _ in range(RECOVERY_CODES)
    ]


def hash_of_recovery_code(staff_id: UUID, code: str) -> bytes:
    """What is kept of a code, however it was typed: with or without hyphens and blanks, in any case."""
    plain = folded(code).replace("-", "").lower()
    return hashlib.sha256(staff_id.bytes + plain.encode()).digest()


def _grouped(code: str) -> str:
    return "-".join(code[at : at + RECOVERY_GROUP_CHARS] for at in range(0, len(code), RECOVERY_GROUP_CHARS))
