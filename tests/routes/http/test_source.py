"""Where a request came from: what a caller claims is believed from our own proxies alone."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest

from backend.routes.http.source import source_of
from backend.settings import SettingsError, load_settings

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def request(peer: str | None, *forwarded: str) -> dict[str, Any]:
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    return {"client": None if peer is None else (peer, 1), "headers": headers}


@pytest.mark.parametrize(
    ("peer", "forwarded", "source"),
    [
        ("203.0.113.7", (), "203.0.113.7"),
        ("203.0.113.7", ("198.51.100.1",), "203.0.113.7"),
        ("10.0.0.2", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.2", ("1.1.1.1, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.2", ("1.1.1.1", "198.51.100.1"), "198.51.100.1"),
        ("10.0.0.2", ("198.51.100.1, 10.0.0.3",), "198.51.100.1"),
        ("10.0.0.2", (), "10.0.0.2"),
        ("10.0.0.2", ("nonsense",), ""),
        ("fd00::1", ("2001:db8:1:2:3:4:5:6",), "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", (), "203.0.113.7"),
        (None, ("198.51.100.1",), ""),
    ],
)
def test_the_source_is_the_last_address_that_no_proxy_of_ours_has(
    peer: str | None, forwarded: tuple[str, ...], source: str
) -> None:
    assert source_of(request(peer, *forwarded), PROXIES) == source


def test_networks_of_proxies_that_are_none_are_refused_at_the_start() -> None:
    assert (
        len(
            load_settings(
                {"TIANFU_ENVIRONMENT": "demo", "TIANFU_TRUSTED_PROXIES": "10.0.0.0/8, ::1"}
            ).trusted_networks
        )
        == 2
    )
    with pytest.raises(SettingsError, match="TIANFU_TRUSTED_PROXIES"):
        load_settings({"TIANFU_ENVIRONMENT": "demo", "TIANFU_TRUSTED_PROXIES": "nginx"})
