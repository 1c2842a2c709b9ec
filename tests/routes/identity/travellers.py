"""Browsers that leave for another service's page and come back, each with cookies of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx

from tests.routes.contract import check_answer
from tests.service import Service

PUBLIC = "https://carbon.example.org"


class Browser:
    """One browser at one address."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        answer = await self.client.request(method, path, **sent)
        check_answer(method, urlsplit(path).path, answer)
        return answer

    async def leave(self, provider: str, **query: str) -> tuple[str, dict[str, str]]:
        """The state that the browser leaves with, and the query of the provider's page."""
        answer = await self.ask("GET", f"/v1/sessions/{provider}/start", params=query)
        assert answer.status_code == 302, answer.text
        found = {
            name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()
        }
        return found["state"], found

    async def come_back(self, provider: str, state: str, code: str) -> httpx.Response:
        return await self.ask(
            "POST", "/v1/sessions", json={"provider": provider, "state": state, "code": code}
        )


@asynccontextmanager
async def browser_at(service: Service, address: str = "10.1.0.1") -> AsyncIterator[Browser]:
    app: Any = service.client._transport.app  # type: ignore[attr-defined]
    transport = httpx.ASGITransport(app=app, client=(address, 40_000))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as client:
        yield Browser(client)
