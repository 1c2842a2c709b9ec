"""The address that pages of the feed are posted to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx2

TIMEOUT_S = 20.0


class PageNotTaken(Exception):
    """The receiver did not say that it has the page: it is sent again."""


class FeedReceiver:
    """Posts pages one after the other. Follows neither redirects nor proxies, and reads nothing of the answers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._transport = httpx2.AsyncHTTPTransport(trust_env=False)

    async def post(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Raises PageNotTaken for any other answer than 2xx, one that is late, or none."""
        request = httpx2.Request(
            "POST", self.url, content=body, headers={**headers, "Accept-Encoding": "identity"}
        )
        try:
            # httpx2's own time-outs begin again with every piece: a dripping answer would outlive them.
            async with asyncio.timeout(TIMEOUT_S):
                response = await self._transport.handle_async_request(request)
                await response.aclose()
        except (httpx2.HTTPError, OSError, TimeoutError) as error:
            raise PageNotTaken(type(error).__name__) from None
        if not 200 <= response.status_code < 300:
            raise PageNotTaken(f"HTTP status {response.status_code}")

    async def aclose(self) -> None:
        await self._transport.aclose()
