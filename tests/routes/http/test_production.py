"""Outside demo mode nothing of the demo exists."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from backend.settings import Settings
from tests.routes.contract import watch
from tests.service import Service, open_service


@pytest.fixture(scope="module")
async def production(stage_settings: Settings) -> AsyncIterator[Service]:
    async with open_service(replace(stage_settings, environment="production")) as running:
        yield watch(running)


@pytest.mark.parametrize("provider", ["demo", "wechat", "weibo"])
async def test_no_provider_is_offered_that_was_not_set_up(production: Service, provider: str) -> None:
    answer = await production.post("/v1/sessions", {"provider": provider, "code": "anybody"})
    assert (answer.status_code, answer.json()["code"]) == (422, "provider_unknown")


async def test_the_demo_addresses_are_not_there_and_not_documented(production: Service) -> None:
    assert (await production.client.get("/demo/badge")).status_code == 404
    document = (await production.client.get("/openapi.json")).json()
    assert not any(path.startswith("/demo") for path in document["paths"])
    assert "/v1/scans" in document["paths"]
