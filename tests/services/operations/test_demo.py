"""The demo: everything a visitor needs, made once, and made whole when a part is missing."""

from __future__ import annotations

import asyncpg
import pytest

from backend.services.operations import demo
from backend.services.operations.demo import DEMO_PASSWORD, DEMO_SLUG, DEMO_STAFF, ensure_demo
from tests.routes.counting import row_counts
from tests.service import Service


@pytest.fixture
async def visited(service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    # Twenty thousand badges take seconds; forty show the same.
    monkeypatch.setattr(demo, "DEMO_BADGES", 40)
    monkeypatch.setattr(demo, "BADGES_PER_CALL", 15)
    await fill(service)
    return service


async def fill(service: Service) -> None:
    components = service.components
    await ensure_demo(components.database, components.catalogue, components.codes)


async def test_the_demo_has_staff_a_running_event_badges_and_credits(visited: Service) -> None:
    event = (await visited.client.get(f"/v1/events/{DEMO_SLUG}")).json()
    assert event["state"] == "running"
    assert len(event["gates"]) == 4
    for username in DEMO_STAFF:
        body = {"username": username, "password": DEMO_PASSWORD}
        answer = await visited.post("/v1/staff/sessions", body)
        assert (answer.status_code, answer.json()["staff"]["role"]) == (201, username)
    headers = await visited.staff("operator")
    pools = await visited.client.get(f"/v1/events/{DEMO_SLUG}/pools", headers=headers)
    assert sum(pool["grams_left"] for pool in pools.json()["items"]) == 1_000_000_000


async def test_a_badge_of_the_demo_is_one_that_nobody_has_scanned(visited: Service) -> None:
    seen = set()
    for _ in range(40):
        badge = (await visited.client.get("/demo/badge")).json()
        assert badge["serial"] not in seen
        seen.add(badge["serial"])
        joined = await visited.scan(badge["url"], await visited.citizen(), offset={"share": 1})
        assert (joined.status_code, joined.json()["offset_status"]) == (201, "allocated")
    assert seen == set(range(1, 41))
    assert (await visited.client.get("/demo/badge")).status_code == 404


async def test_making_the_demo_again_changes_nothing(visited: Service, owner: asyncpg.Connection) -> None:
    before = await row_counts(owner)
    await fill(visited)
    assert await row_counts(owner) == before


async def test_what_is_missing_of_the_demo_is_made(visited: Service, owner: asyncpg.Connection) -> None:
    before = await row_counts(owner)
    await owner.execute("DELETE FROM badges WHERE serial > 20")
    await owner.execute("DELETE FROM pools")
    await owner.execute("DELETE FROM credit_batches")
    await owner.execute("DELETE FROM staff WHERE username = 'regulator'")
    await fill(visited)
    after = await row_counts(owner, without=("staff_actions",))
    assert after == {table: count for table, count in before.items() if table in after}
