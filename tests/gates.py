"""An event with gates and scanning devices for tests, and the verbs of a person at the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2 as httpx

from tests.service import Json, Service

GATES = [
    {"gate": 1, "name": {"zh-CN": "东门", "en": "East gate"}},
    {"gate": 2, "name": {"zh-CN": "西门", "en": "West gate"}},
]


def instant(at: datetime | None = None) -> str:
    return (at or datetime.now(UTC)).isoformat()


@dataclass
class Scanner:
    """A device that was let in."""

    service: Service
    id: str
    headers: dict[str, str]

    async def scan(
        self, code: str | None = None, *, gate: int = 1, out: bool = False, **body: Any
    ) -> httpx.Response:
        sent = {
            "id": str(uuid4()),
            "gate": gate,
            "direction": "exit" if out else "entry",
            "at_device": instant(),
        }
        sent |= {} if code is None else {"code": code}
        return await self.service.post("/v1/device-scans", sent | body, self.headers)

    async def code_of(self, code: str | None = None, **body: Any) -> str:
        """What a scan comes to."""
        answer = await self.scan(code, **body)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert (told["result"] == "ok") == (told["code"] == "ok")
        assert told["sentence"]["zh-CN"]
        assert told["sentence"]["en"]
        return str(told["code"])

    async def annul(self, scan_id: str) -> httpx.Response:
        return await self.service.client.post(f"/v1/device-scans/{scan_id}/annulment", headers=self.headers)

    async def sync(self, scans: list[Json], now: datetime | None = None) -> Json:
        answer = await self.send(scans, now)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def send(self, scans: list[Any], now: datetime | None = None) -> httpx.Response:
        body = {"device_now": instant(now), "scans": scans}
        return await self.service.post("/v1/device-syncs", body, self.headers)

    async def bundle(self, since: str | None = None) -> Json:
        params = {} if since is None else {"since": since}
        answer = await self.service.client.get("/v1/device-bundle", params=params, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found


def queued(
    code: str, at: datetime, *, out: bool = False, told: str = "ok", gate: int = 1, **body: Any
) -> Json:
    """A scan as a device keeps it while it is offline."""
    return {
        "id": str(uuid4()),
        "gate": gate,
        "direction": "exit" if out else "entry",
        "at_device": instant(at),
        "code": code,
        "told": told,
    } | body


@dataclass
class Venue:
    service: Service
    staff: dict[str, str]
    slug: str
    badges: list[str] = field(default_factory=list)
    """Codes of badges 1, 2, 3, …"""

    async def post(self, path: str, body: Json, headers: dict[str, str] | None = None) -> httpx.Response:
        return await self.service.post(f"/v1/events/{self.slug}/{path}", body, headers or self.staff)

    async def get(self, path: str, **params: Any) -> Json:
        answer = await self.service.client.get(
            f"/v1/events/{self.slug}/{path}", params=params, headers=self.staff
        )
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def enter(self, *gates: int, name: str = "phone") -> Json:
        """A device that was entered and not yet let in."""
        answer = await self.post("devices", {"name": name, "gates": list(gates or (1, 2))})
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return found

    async def scanner(self, *gates: int, name: str = "phone") -> Scanner:
        entered = await self.enter(*gates, name=name)
        body = {"onboarding_code": entered["onboarding_code"]}
        answer = await self.service.post("/v1/device-sessions", body)
        assert answer.status_code == 201, answer.text
        headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        return Scanner(self.service, answer.json()["device_id"], headers)

    async def revoke(self, scanner: Scanner) -> httpx.Response:
        return await self.post(f"devices/{scanner.id}/revocation", {"reason": "lost"})

    async def rule(self, gate: int = 1, **rules: Any) -> httpx.Response:
        return await self.post("gate-settings", {"gate": gate, "reason": "a test"} | rules)

    async def block(self, serial: int, is_blocked: bool = True) -> httpx.Response:
        body = {"serial": serial, "is_blocked": is_blocked, "reason": "a test"}
        return await self.post("badge-blocks", body)


async def open_venue(service: Service, badges: int = 5, slug: str = "fair", **changes: Any) -> Venue:
    await service.event(slug, gates=GATES, **changes)
    venue = Venue(service, await service.staff("operator"), slug)
    if badges:
        venue.badges = [badge["code"] for badge in await service.badges(badges, slug, category="local")]
    return venue
