"""A partner that signs, and citizens that bind themselves to it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2 as httpx

from backend.domain.partners.request_signature import signature
from tests.service import Json, Service
from tests.shipped import shipped_catalogue

ACTIONS = "/v1/partners/actions"
BINDINGS = "/v1/partners/bindings"
METHODS = ["bus", "metro", "bike_share", "carpool"]


@dataclass
class Partner:
    """A partner with one of its keys."""

    service: Service
    code: str
    key_id: str
    secret: str

    def headers(self, path: str, raw: bytes, **changes: str) -> dict[str, str]:
        """A signed request's headers; `changes` spoil them after signing."""
        timestamp = str(int(time.time()))
        signed = {
            "Content-Type": "application/json",
            "X-Partner": self.code,
            "X-Key": self.key_id,
            "X-Timestamp": timestamp,
            "X-Signature": signature(self.secret.encode(), timestamp, "POST", path, raw),
        }
        return signed | changes

    def sign(self, request: Any) -> Any:
        """For a client that asks for the headers when the body is made."""
        raw = request.body or b""
        raw = raw.encode() if isinstance(raw, str) else raw
        request.headers.update(self.headers(urlsplit(request.url).path, raw))
        return request

    async def send(self, path: str, raw: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        return await self.service.client.post(path, content=raw, headers=headers or self.headers(path, raw))

    async def report(self, *items: Json) -> httpx.Response:
        return await self.send(ACTIONS, raw_of(*items))

    async def told(self, *items: Json) -> list[Json]:
        """The results of a report that is taken."""
        answer = await self.report(*items)
        assert answer.status_code == 200, answer.text
        found: list[Json] = answer.json()["items"]
        return found

    async def binding_code(self, subject: str) -> str:
        answer = await self.send(BINDINGS, json.dumps({"subject": subject}).encode())
        assert answer.status_code == 201, answer.text
        code: str = answer.json()["binding_code"]
        return code

    async def bind(self, citizen: dict[str, str], subject: str) -> Json:
        """The answer of a binding that is taken."""
        answer = await post_grant(self.service, citizen, self.code, await self.binding_code(subject))
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return found


async def post_grant(
    service: Service, citizen: dict[str, str], partner: str, code: str, **changes: Any
) -> httpx.Response:
    body = {
        "partner": partner,
        "binding_code": code,
        "consent": True,
        "consent_version": shipped_catalogue().policies.in_force(datetime.now(UTC)).version,
    } | changes
    return await service.post("/v1/me/source-grants", body, citizen)


async def new_partner(
    service: Service, code: str = "metro", kind: str = "metro", methods: list[str] | None = None
) -> Partner:
    """A partner that an operator entered, with a key."""
    operator = await service.staff("operator")
    body = {
        "code": code,
        "name": {"zh-CN": "地铁", "en": "Metro"},
        "kind": kind,
        "methods": methods or METHODS,
        "reason": "agreement of 2026",
    }
    answer = await service.post("/v1/partners", body, operator)
    assert answer.status_code == 201, answer.text
    return await new_key(service, code)


async def new_key(service: Service, code: str, **changes: Any) -> Partner:
    body = {"reason": "first key"} | changes
    answer = await service.post(f"/v1/partners/{code}/keys", body, await service.staff("operator"))
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return Partner(service, code, made["key_id"], made["secret"])


def ride(subject: str = "card-1", external_id: str | None = None, **changes: Any) -> Json:
    """Ten kilometres by metro, an hour ago."""
    return {
        "external_id": external_id or uuid4().hex,
        "subject": subject,
        "method": "metro",
        "quantity": 10,
        "occurred_at": (datetime.now(UTC) - timedelta(hours=1)).isoformat(),
    } | changes


def raw_of(*items: Json) -> bytes:
    return json.dumps({"items": items}).encode()
