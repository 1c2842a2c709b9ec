"""Staff knock from addresses of their own, each with a browser's cookies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx2 as httpx

from backend.models import Staff
from tests.service import PASSWORD, PASSWORD_HASH, Service


async def somebody(role: str = "staff") -> str:
    """The name of a new account with the password that all tests share."""
    name = f"lin-{uuid4().hex[:8]}"
    await Staff.create(username=name, role=role, password_hash=PASSWORD_HASH)
    return name


@asynccontextmanager
async def browser_at(service: Service, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without any cookies at this address."""
    app: Any = service.client._transport.app  # type: ignore[attr-defined]
    transport = httpx.ASGITransport(app=app, client=(address, 40_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


async def enter(client: httpx.AsyncClient, username: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/v1/staff/sessions", json={"username": username, "password": password})
