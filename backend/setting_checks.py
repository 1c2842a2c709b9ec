"""What settings must say together: each check gives the sentence of what is wrong, or None."""

from __future__ import annotations

from typing import Any

from backend.key_checks import weakness

SECRET_BYTES_MIN = 32


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
