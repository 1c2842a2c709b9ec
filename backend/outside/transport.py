"""Requests whose address or body is itself a secret: no log line, no proxy, no cookie, and an end to every answer.

Requests go to httpx2's transport, not through its client: the client logs every full address at INFO, follows the
environment's proxies and redirects, and keeps cookies; the transport does none of these.
"""

from __future__ import annotations

from typing import NamedTuple

import httpx2

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class NoAnswer(NamedTuple):
    """No usable answer: the name of the error, never the address that was asked."""

    reason: str


class Received(NamedTuple):
    status: int
    body: bytes


def is_guarded(address: str) -> bool:
    """Whether what is sent to an address is encrypted on its way, or never leaves this machine."""
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL:
        return False
    return bool(url.host) and (url.scheme == "https" or (url.scheme == "http" and url.host in LOOPBACK))


def is_bare(address: str) -> bool:
    """Whether an address has neither query nor fragment nor password."""
    url = httpx2.URL(address)
    return not (url.query or url.fragment or url.userinfo)


class Transport:
    """Connections to one outside service. Safe to share between requests; close it at the end."""

    def __init__(self, *, connections_max: int) -> None:
        self._transport = httpx2.AsyncHTTPTransport(
            trust_env=False,
            limits=httpx2.Limits(max_connections=connections_max, max_keepalive_connections=connections_max),
        )

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def receive(self, request: httpx2.Request, bytes_max: int) -> Received | NoAnswer:
        """The status and the body of an answer. Raises httpx2's errors, which hold the request: reduce them."""
        # Without compression the bound on the bytes read is also the bound on the memory used.
        request.headers["Accept-Encoding"] = "identity"
        response = await self._transport.handle_async_request(request)
        try:
            received = bytearray()
            async for chunk in response.aiter_raw():
                received += chunk
                if len(received) > bytes_max:
                    return NoAnswer(f"more than {bytes_max} bytes")
        finally:
            await response.aclose()
        return Received(response.status_code, bytes(received))
