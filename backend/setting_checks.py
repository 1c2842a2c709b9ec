"""What settings must say together: each check gives the sentence of what is wrong, or None."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Any
from urllib.parse import urlsplit

from backend.key_checks import weakness

SECRET_BYTES_MIN = 32
DEMO_LOG_SEED = "ZGVtby1zZWVkLXRoYXQtZXZlcnlib2R5LWtub3dzISE="  # 32 bytes; refused outside demo mode
DEMO_FEED_SEED = "ZGVtby1mZWVkLWtleS10aGF0LWV2ZXJ5Ym9keS1rbm8="
LOG_SEED_BYTES = 32
LOG_KEY_ID_CHARS_MAX = 32


def bucket_fault(settings: Any, prefix: str) -> str | None:
    """A bucket of documents has an address and everything to be used with."""
    if not settings.content_s3_endpoint:
        return None
    if not settings.content_s3_endpoint.startswith(("https://", "http://")):
        return f"{prefix}CONTENT_S3_ENDPOINT must begin with https:// or http://."
    for name in ("content_s3_bucket", "content_s3_key_id", "content_s3_secret"):
        if not getattr(settings, name):
            return f"{prefix}{name.upper()} is missing; {prefix}CONTENT_S3_ENDPOINT needs it."
    return None


def codes_fault(settings: Any, prefix: str) -> str | None:
    """What carries sign-in codes has a sender, and a secret that nobody guesses."""
    wrong = [each for each in settings.country_codes if not (each[:1] == "+" and each[1:].isdecimal())]
    if wrong:
        return f"{prefix}SMS_COUNTRY_CODES must read +86,… ; {wrong[0]!r} is none."
    if settings.smtp_url and not settings.mail_from:
        return f"{prefix}MAIL_FROM is missing; {prefix}SMTP_URL needs it."
    if not settings.sms_hook_url:
        return None
    secret = settings.sms_hook_secret.encode()
    if not secret or (not settings.is_demo and (len(secret) < SECRET_BYTES_MIN or weakness(secret))):
        return f"{prefix}SMS_HOOK_SECRET must be drawn at random, with {SECRET_BYTES_MIN} bytes at least."
    return None


def feed_fault(settings: Any, prefix: str) -> str | None:
    """The feed is pushed over TLS to an address without a password, and with a key to sign it."""
    if not settings.credit_feed_url:
        return None
    parts = urlsplit(settings.credit_feed_url)
    is_here = (
        settings.is_demo and parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    )
    if not parts.hostname or parts.username or parts.password or parts.fragment:
        return f"{prefix}CREDIT_FEED_URL takes an address without a password and without a fragment."
    if parts.scheme != "https" and not is_here:
        return f"{prefix}CREDIT_FEED_URL must begin with https://."
    if not settings.keys("credit_feed_keys"):
        return f"{prefix}CREDIT_FEED_KEYS is missing; {prefix}CREDIT_FEED_URL needs it."
    return None


def seeds_fault(settings: Any, prefix: str, name: str, demo_seed: str) -> str | None:
    """Signing keys are whole seeds, and outside demo mode none that everybody knows. A process may have none."""
    if not getattr(settings, name):
        return None
    for key_id, seed in settings.keys(name).items():
        try:
            is_whole = len(b64decode(seed, validate=True)) == LOG_SEED_BYTES
        except binascii.Error:
            is_whole = False
        if not is_whole or len(key_id) > LOG_KEY_ID_CHARS_MAX:
            return (
                f"{prefix}{name.upper()} takes KID:SEED with a KID of {LOG_KEY_ID_CHARS_MAX} characters "
                f"at most and {LOG_SEED_BYTES} bytes in base64 (`openssl rand -base64 {LOG_SEED_BYTES}`)."
            )
        if seed == demo_seed.encode() and not settings.is_demo:
            return (
                f"{prefix}{name.upper()} still holds the default seed, which is refused outside demo mode. "
                f"Set it, or set {prefix}ENVIRONMENT=demo."
            )
    return None
