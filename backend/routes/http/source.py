"""Where a request came from: the address of the connection, or the one that a proxy of ours names."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import Scope

IPV6_PREFIX = 64
"""A household or a phone has a whole network of this length to choose its addresses from."""

Networks = Sequence[IPv4Network | IPv6Network]


def source_of(scope: Scope, trusted: Networks) -> str:
    """The address a request came from, an IPv6 one as its network; empty where nobody knows.

    X-Forwarded-For counts only when the connection comes from a proxy of `trusted`, and then from its right end:
    what stands further left was written by the caller.
    """
    hops = [scope["client"][0] if scope.get("client") else ""]
    named = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for").decode(
        "latin-1"
    )
    hops += [part.strip() for part in reversed(named.split(","))] if named else []
    for hop, following in zip(hops, [*hops[1:], ""], strict=True):
        if not following or not _is_trusted(hop, trusted):
            return _network(hop)
    return ""


def _is_trusted(text: str, trusted: Networks) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in trusted)


def _network(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)
