"""Citizens ask for codes and show them; a service in production mode beside those who carry its codes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx2 as httpx

from backend.settings import Settings
from tests.outside.mail_server import MailCatcher
from tests.outside.message_hook import HookServer
from tests.routes.contract import watch
from tests.service import Service, open_service

ORIGIN, DOMAIN = "https://carbon.example", "carbon.example"
HOOK_SECRET = "q7Zp2mX9vKc4Tn8rLw3sYb6dHf1gJu5a"


@dataclass
class City:
    """A service in production mode, with a mail server and a hook for messages."""

    service: Service
    mails: MailCatcher
    hook: HookServer

    def forget(self) -> None:
        self.mails.forget()
        self.hook.forget()

    async def ask(
        self, address: str, provider: str = "email", client: httpx.AsyncClient | None = None, **headers: str
    ) -> httpx.Response:
        body = {"provider": provider, "address": address}
        client = client or self.service.client
        return await client.post("/v1/sessions/codes", json=body, headers=headers)

    async def show(self, challenge: str, code: str, provider: str = "email") -> httpx.Response:
        body = {"provider": provider, "challenge": challenge, "code": code}
        return await self.service.post("/v1/sessions", body)

    async def sent(self, address: str, provider: str = "email") -> tuple[str, str]:
        """A challenge and the code that came for it."""
        answer = await self.ask(address, provider)
        assert answer.status_code == 202, answer.text
        carrier: Any = self.mails if provider == "email" else self.hook
        return answer.json()["challenge"], carrier.code_for(address)

    async def enter(self, address: str, provider: str = "email") -> dict[str, Any]:
        """The session of somebody who shows the code that was sent to their address."""
        answer = await self.show(*(await self.sent(address, provider)), provider)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found


@asynccontextmanager
async def open_city(settings: Settings, **changes: Any) -> AsyncIterator[City]:
    async with MailCatcher() as mails, HookServer() as hook:
        chosen: dict[str, Any] = {
            "environment": "production",
            "public_url": ORIGIN,
            "smtp_url": mails.url,
            "mail_from": "碳迹 <no-reply@carbon.example>",
            "sms_hook_url": hook.url,
            "sms_hook_secret": HOOK_SECRET,
        }
        async with open_service(replace(settings, **chosen | changes)) as running:
            yield City(watch(running), mails, hook)


def bearer(session: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {session['access_token']}"}


def wrong(code: str) -> str:
    """Six digits that are not the code."""
    return f"{(int(code) + 1) % 1_000_000:06}"
