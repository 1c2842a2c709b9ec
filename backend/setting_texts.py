"""How the text of a setting is read that has parts: keys, networks, templates."""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network

PREFIX = "TIANFU_"
WECHAT_TEMPLATES = ("points_expiring", "review_result", "offset_done", "monthly_report")


class SettingsError(ValueError):
    """The environment asks for something that cannot be, said in one sentence."""


def parse_keys(env: str, text: str) -> dict[str, bytes]:
    """Key id → secret, in the order given. Raises SettingsError."""
    keys: dict[str, bytes] = {}
    for part in text.split(","):
        key_id, colon, secret = part.strip().partition(":")
        if not colon or not key_id.isalnum() or not key_id.isascii() or not secret:
            raise SettingsError(f"{env} must read KEY_ID:SECRET, more of them parted by commas.")
        if key_id in keys:
            raise SettingsError(f"{env} names the key {key_id!r} twice.")
        keys[key_id] = secret.encode()
    return keys


@cache
def parse_networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks parted by commas. Raises SettingsError."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise SettingsError(f"{PREFIX}TRUSTED_PROXIES must read NETWORK,… ; {error}.") from None


def parse_templates(text: str) -> dict[str, str]:
    """Name of a message template → its id at WeChat. Raises SettingsError."""
    ids: dict[str, str] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, _, template_id = part.partition(":")
        if name not in WECHAT_TEMPLATES or not template_id:
            raise SettingsError(
                f"{PREFIX}WECHAT_TEMPLATES must read NAME:ID, more of them parted by commas, "
                f"with the names {', '.join(WECHAT_TEMPLATES)}."
            )
        ids[name] = template_id
    return ids
