"""How a partner signs a request.

    signed bytes   <X-Timestamp>.<METHOD>.<path>.<body, byte for byte>
    X-Signature    HMAC-SHA256 of them under the key's secret, in lower-case hexadecimal

The time, the method and the path hold no full stop of their own at an ambiguous place (digits, letters, a path
that the server compares as a whole), so no two requests have the same signed bytes. docs/partners.md tells it
to partners, with an example that a test runs.
"""

from __future__ import annotations

import hashlib
import hmac
import re

CLOCK_SKEW_S_MAX = 300
_TIME = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[0-9A-Za-z_-]{1,64}")


def signature(secret: bytes, timestamp: str, method: str, path: str, body: bytes) -> str:
    """The value that X-Signature must have."""
    made = hmac.new(secret, f"{timestamp}.{method}.{path}.".encode(), hashlib.sha256)
    made.update(body)
    return made.hexdigest()


def is_right(given: str, secret: bytes, timestamp: str, method: str, path: str, body: bytes) -> bool:
    """Whether a signature is right, compared in constant time, so that the time reveals nothing about it."""
    return hmac.compare_digest(given, signature(secret, timestamp, method, path, body))


def has_form(partner: str, key_id: str, timestamp: str, given: str) -> bool:
    """Whether the four headers have the form of a signed request's."""
    return bool(
        _NAME.fullmatch(partner)
        and _NAME.fullmatch(key_id)
        and _TIME.fullmatch(timestamp)
        and _SIGNATURE.fullmatch(given)
    )
