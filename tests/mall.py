"""A mall for tests: a merchant with its till, rewards, and citizens who have points to spend."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2 as httpx

from tests.service import Json, Service

POINTS = 1000
"""What everybody who comes to the mall's event has to spend."""


@dataclass
class Mall:
    service: Service
    operator: dict[str, str]
    till: dict[str, str]
    """Headers of the merchant's device."""
    badges: list[Json] = field(default_factory=list)

    async def buyer(self) -> dict[str, str]:
        """A new citizen with POINTS points, earned by coming to the event."""
        if not self.badges:
            self.badges = await self.service.badges(20, "mall-fair")
        citizen = await self.service.citizen()
        joined = await self.service.scan(self.badges.pop()["code"], citizen)
        assert joined.json()["points"]["balance"] == POINTS, joined.text
        return citizen

    async def reward(self, slug: str = "tea", **changes: Any) -> Json:
        body = {
            "slug": slug,
            "kind": "coupon",
            "merchant": "teahouse",
            "name": {"zh-CN": "盖碗茶", "en": "Tea"},
            "about": {"zh-CN": "一碗茶，过期不退积分。", "en": "A bowl of tea."},
            "cost_points": 100,
            "stock": 10,
            "is_open": True,
            "reason": "a test",
        } | changes
        answer = await self.service.post("/v1/rewards", body, self.operator)
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return found

    async def ticket(self, slug: str = "metro", codes: int = 10, **changes: Any) -> Json:
        """A reward that hands out generated codes."""
        made = await self.reward(slug, kind="ticket", merchant=None, stock=None, has_codes=True, **changes)
        if codes:
            answer = await self.service.post(
                f"/v1/rewards/{slug}/codes/generated", {"count": codes, "reason": "a test"}, self.operator
            )
            assert answer.status_code == 201, answer.text
        return made

    async def send_codes(self, content: str | bytes, slug: str = "metro") -> httpx.Response:
        """Import a CSV file."""
        return await self.service.client.post(
            f"/v1/rewards/{slug}/codes",
            content=content,
            params={"reason": "a delivery"},
            headers=self.operator | {"Content-Type": "text/csv"},
        )

    async def change(self, slug: str = "tea", **changes: Any) -> httpx.Response:
        body = {"reason": "a test"} | changes
        return await self.service.post(f"/v1/rewards/{slug}/changes", body, self.operator)

    async def redeem(
        self, citizen: dict[str, str], slug: str = "tea", key: str | None = None, **body: Any
    ) -> httpx.Response:
        headers = citizen | {"Idempotency-Key": key or uuid4().hex}
        return await self.service.post(f"/v1/rewards/{slug}/redemptions", body, headers)

    async def cancel(
        self, citizen: dict[str, str], redemption_id: str, key: str | None = None
    ) -> httpx.Response:
        headers = citizen | {"Idempotency-Key": key or uuid4().hex}
        path = f"/v1/me/redemptions/{redemption_id}/cancellation"
        return await self.service.client.post(path, headers=headers)

    async def verify(
        self, code: str, till: dict[str, str] | None = None, key: str | None = None
    ) -> httpx.Response:
        headers = (till or self.till) | {"Idempotency-Key": key or uuid4().hex}
        return await self.service.post("/v1/vouchers/verify", {"code": code}, headers)

    async def device(self, merchant: str = "teahouse") -> dict[str, str]:
        """Headers of a further device."""
        body = {"name": "till", "reason": "a test"}
        answer = await self.service.post(f"/v1/merchants/{merchant}/devices", body, self.operator)
        assert answer.status_code == 201, answer.text
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    async def merchant(self, code: str) -> None:
        body = {"code": code, "name": {"zh-CN": "商户", "en": "Merchant"}, "reason": "a test"}
        answer = await self.service.post("/v1/merchants", body, self.operator)
        assert answer.status_code == 201, answer.text

    async def balance(self, citizen: dict[str, str]) -> int:
        found: int = (await self.service.client.get("/v1/me", headers=citizen)).json()["balance"]
        return found

    async def left(self, slug: str = "tea") -> int | None:
        answer = await self.service.client.get(f"/v1/rewards/{slug}", headers=self.operator)
        found: int | None = answer.json()["stock_left"]
        return found


async def open_mall(service: Service) -> Mall:
    await service.event("mall-fair", join_points=POINTS)
    mall = Mall(service, await service.staff("operator"), {})
    await mall.merchant("teahouse")
    mall.till = await mall.device()
    return mall


def told(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json().get("code", "")
