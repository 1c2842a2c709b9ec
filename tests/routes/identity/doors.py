"""Staff knock from addresses of their own, each with a browser's cookies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import pyotp

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
    async with httpx.AsyncClient(transport=transport, base_url="https://testserver") as client:
        yield client


async def enter(client: httpx.AsyncClient, username: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/v1/staff/sessions", json={"username": username, "password": password})


def code_of(secret: str, step: int = 0) -> str:
    """The code that an authenticator app shows now, or so many steps of 30 s later."""
    return pyotp.TOTP(secret).at(datetime.now(UTC), counter_offset=step)


def bearer(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code in (200, 201), answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def finish(client: httpx.AsyncClient, challenge: str, **proof: Any) -> httpx.Response:
    return await client.post("/v1/staff/sessions/second-factor", json={"challenge": challenge} | proof)


async def enrol(client: httpx.AsyncClient, username: str) -> tuple[str, list[str], dict[str, str]]:
    """Set up an authenticator app at the first sign-in: its secret, the recovery codes, the headers of the session."""
    begun = await enter(client, username)
    assert (begun.status_code, begun.json()["status"]) == (202, "second_factor_setup_required"), begun.text
    challenge = {"challenge": begun.json()["challenge"]}
    setup = (await client.post("/v1/staff/sessions/second-factor-setup", json=challenge)).json()
    body = challenge | {"code": code_of(setup["secret"], -1)}
    done = await client.post("/v1/staff/sessions/second-factor-confirmation", json=body)
    assert done.status_code == 201, done.text
    return setup["secret"], done.json()["recovery_codes"], bearer(done)
