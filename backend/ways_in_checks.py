"""What settings of a way in must hold for it to be open: its parts, and addresses that send no secret in clear."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

ISSUER_CHARS_MAX = 200
# A setting that opens a way, what it needs besides, and the addresses that are asked.
NEEDS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("wechat_web_appid", ("wechat_web_secret",), ("wechat_web_base_url", "wechat_web_authorize_url")),
    ("oidc_issuer", ("oidc_client_id",), ("oidc_issuer",)),
)


def fault_of_ways_in(prefix: str, value_of: Callable[[str], str]) -> str | None:
    """The first thing that is wrong, in a sentence; None where nothing is. `value_of` gives a setting by its name."""
    for name, needs, addresses in NEEDS:
        if not value_of(name):
            continue
        for need in needs:
            if not value_of(need):
                return f"{prefix}{need.upper()} is missing; {prefix}{name.upper()} needs it."
        for address in addresses:
            if not _is_guarded(value_of(address)):
                return (
                    f"{prefix}{address.upper()} must begin with https:// and have neither ? nor #: "
                    "codes and secrets would be sent in clear."
                )
    if len(value_of("oidc_issuer")) > ISSUER_CHARS_MAX:
        return f"{prefix}OIDC_ISSUER has {ISSUER_CHARS_MAX} characters at most."
    return None


def _is_guarded(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    is_here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    is_bare = not (parts.query or parts.fragment or parts.username)
    return bool(parts.hostname) and is_bare and (parts.scheme == "https" or is_here)
