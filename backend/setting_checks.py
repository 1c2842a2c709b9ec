"""What settings must say together: each check gives the sentence of what is wrong, or None."""

from __future__ import annotations

import binascii
from base64 import b64decode
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from backend.key_checks import weakness

SECRET_BYTES_MIN = 32
DEMO_LOG_SEED = "ZGVtby1zZWVkLXRoYXQtZXZlcnlib2R5LWtub3dzISE="  # 32 bytes; refused outside demo mode
WECHAT_TEMPLATES = ("points_expiring", "review_result", "offset_done", "monthly_report")
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


def log_keys_fault(settings: Any, prefix: str) -> str | None:
    """Keys of the log are whole seeds, and outside demo mode none that everybody knows. A server process has none."""
    if not settings.transparency_log_keys:
        return None
    for key_id, seed in settings.keys("transparency_log_keys").items():
        try:
            is_whole = len(b64decode(seed, validate=True)) == LOG_SEED_BYTES
        except binascii.Error:
            is_whole = False
        if not is_whole or len(key_id) > LOG_KEY_ID_CHARS_MAX:
            return (
                f"{prefix}TRANSPARENCY_LOG_KEYS takes KID:SEED with a KID of {LOG_KEY_ID_CHARS_MAX} characters "
                f"at most and {LOG_SEED_BYTES} bytes in base64 (`openssl rand -base64 {LOG_SEED_BYTES}`)."
            )
        if seed == DEMO_LOG_SEED.encode() and not settings.is_demo:
            return (
                f"{prefix}TRANSPARENCY_LOG_KEYS still holds the default seed, which is refused outside demo mode. "
                f"Set it, or set {prefix}ENVIRONMENT=demo."
            )
    return None


@cache
def networks_of(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks as NETWORK,… . Raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def networks_fault(settings: Any, prefix: str) -> str | None:
    """Proxies that are believed stand in networks."""
    try:
        networks_of(settings.trusted_proxies)
    except ValueError as error:
        return f"{prefix}TRUSTED_PROXIES must read NETWORK,… ; {error}."
    return None


def templates_of(text: str) -> dict[str, str]:
    """Name of a message template → its id, of NAME:ID,… . Raises ValueError."""
    ids: dict[str, str] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, _, template_id = part.partition(":")
        if name not in WECHAT_TEMPLATES or not template_id:
            raise ValueError(part)
        ids[name] = template_id
    return ids


def templates_fault(settings: Any, prefix: str) -> str | None:
    """Message templates go by names that a notice has."""
    try:
        templates_of(settings.wechat_templates)
    except ValueError:
        return (
            f"{prefix}WECHAT_TEMPLATES must read NAME:ID, more of them parted by commas, "
            f"with the names {', '.join(WECHAT_TEMPLATES)}."
        )
    return None
