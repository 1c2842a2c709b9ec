"""Screens at a gate: codes ahead of time, and a token that opens nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg
import httpx2 as httpx
import pytest

from tests.routes.counting import row_counts
from tests.service import Json, Service

STEP = timedelta(seconds=30)


@pytest.fixture(scope="module")
async def fair(stage: Service) -> Service:
    await stage.event("fair")
    await stage.event("later", state="draft")
    return stage


def instants(items: list[Json], name: str) -> list[datetime]:
    return [datetime.fromisoformat(item[name]) for item in items]


async def make_link(fair: Service, **body: object) -> Json:
    answer = await fair.post("/v1/events/fair/screens", body, await fair.staff("staff"))
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def open_screen(fair: Service, key: str) -> httpx.Response:
    return await fair.post("/v1/screen-sessions", {"key": key})


async def shown(fair: Service, token: str, **query: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return await fair.client.get("/v1/screens/current", params=query, headers=headers)


async def test_a_gates_codes_come_ahead_without_a_gap_and_each_is_good_in_its_time(fair: Service) -> None:
    staff = await fair.staff("staff")
    answer = await fair.client.get("/v1/events/fair/venue-codes", headers=staff)
    body = answer.json()
    items = body["items"]
    assert len(items) == 20
    assert len({item["code"] for item in items}) == 20
    starts, ends = instants(items, "from"), instants(items, "to")
    assert starts[1:] == ends[:-1]
    assert all(end - start == STEP for start, end in zip(starts, ends, strict=True))
    assert starts[0] <= datetime.fromisoformat(body["as_of"]) < ends[0]
    assert (body["gate"]["gate"], body["is_running"], body["expires_at"]) == (1, True, None)
    for item, start in zip(items, starts, strict=True):
        code = fair.components.codes.read(item["url"], start)
        assert (code.kind, code.gate, code.is_expired) == ("V", 1, False)
        assert fair.components.codes.read(item["code"], start + 3 * STEP).is_expired


async def test_the_first_code_ahead_joins_and_a_later_one_does_not_yet(fair: Service) -> None:
    staff, citizen = await fair.staff("staff"), await fair.citizen()
    items = (await fair.client.get("/v1/events/fair/venue-codes", headers=staff)).json()["items"]
    early = await fair.scan(items[5]["code"], citizen)
    assert (early.status_code, early.json()["code"]) == (409, "code_expired")
    assert (await fair.scan(items[0]["code"], citizen)).status_code == 201


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"steps": "0"}, 422, "invalid_query"),
        ({"steps": "61"}, 422, "invalid_query"),
        ({"steps": "x"}, 422, "invalid_query"),
        ({"gate": "0"}, 422, "invalid_query"),
        ({"gate": "7"}, 404, "gate_not_found"),
    ],
)
async def test_codes_ahead_are_bounded(fair: Service, query: dict[str, str], status: int, code: str) -> None:
    answer = await fair.client.get(
        "/v1/events/fair/venue-codes", params=query, headers=await fair.staff("staff")
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_link_opens_one_screen_whose_token_reads_one_gates_codes(fair: Service) -> None:
    link = await make_link(fair, gate=1, hours=2)
    assert link["url"].endswith(f"/events/fair/screen#key={link['key']}")
    opened = await open_screen(fair, link["key"])
    assert opened.status_code == 201
    token = opened.json()["token"]
    again = await open_screen(fair, link["key"])
    assert (again.status_code, again.json()["code"]) == (409, "screen_link_spent")
    body = (await shown(fair, token, steps=3)).json()
    assert len(body["items"]) == 3
    assert fair.components.codes.read(body["items"][0]["code"], datetime.now(UTC)).gate == 1
    assert body["expires_at"] == opened.json()["expires_at"]


async def test_a_screens_token_opens_nothing_else(fair: Service, rows: asyncpg.Connection) -> None:
    token = (await open_screen(fair, (await make_link(fair))["key"])).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    before = await row_counts(rows)
    for method, path in (
        ("GET", "/v1/events/fair/venue-codes"),
        ("GET", "/v1/events/fair/posters"),
        ("POST", "/v1/events/fair/screens"),
        ("POST", "/v1/events/fair/badges"),
        ("GET", "/v1/me"),
    ):
        answer = await fair.client.request(method, path, json={}, headers=headers)
        assert answer.status_code == 401, path
    assert await row_counts(rows) == before
    assert (await fair.client.get("/v1/events/fair/stats")).status_code == 200


async def test_a_revoked_screen_shows_nothing_at_once_and_its_link_neither(fair: Service) -> None:
    staff = await fair.staff("staff")
    link, unopened = await make_link(fair), await make_link(fair)
    token = (await open_screen(fair, link["key"])).json()["token"]
    assert (await shown(fair, token)).status_code == 200
    for screen in (link, unopened):
        for _ in range(2):
            answer = await fair.post(f"/v1/events/fair/screens/{screen['id']}/revocation", {}, staff)
            assert (answer.status_code, answer.json()["state"]) == (200, "revoked")
    gone = await shown(fair, token)
    assert (gone.status_code, gone.json()["code"]) == (404, "screen_not_found")
    assert (await open_screen(fair, unopened["key"])).status_code == 409


async def test_a_link_lapses_and_a_screen_ends(fair: Service, rows: asyncpg.Connection) -> None:
    lapsed, ended = await make_link(fair), await make_link(fair)
    token = (await open_screen(fair, ended["key"])).json()["token"]
    await rows.execute("UPDATE screens SET key_expires_at = now() WHERE id = $1", lapsed["id"])
    assert (await open_screen(fair, lapsed["key"])).status_code == 409
    # Codes reach to the token's end and not beyond: none is first shown after it.
    end = await rows.fetchval(
        "UPDATE screens SET expires_at = now() + interval '40 seconds' WHERE id = $1 RETURNING expires_at",
        ended["id"],
    )
    codes = (await shown(fair, token, steps=20)).json()["items"]
    assert len(codes) in {2, 3}, "windows of half a minute within forty seconds"
    assert datetime.fromisoformat(codes[-1]["from"]) < end <= datetime.fromisoformat(codes[-1]["to"])
    await rows.execute("UPDATE screens SET expires_at = now() WHERE id = $1", ended["id"])
    assert (await shown(fair, token)).status_code == 404
    listed = (await fair.client.get("/v1/events/fair/screens", headers=await fair.staff("staff"))).json()
    states = {item["id"]: item["state"] for item in listed["items"]}
    assert (states[lapsed["id"]], states[ended["id"]]) == ("lapsed", "expired")


async def test_of_a_link_and_a_token_only_the_hash_is_kept(fair: Service, rows: asyncpg.Connection) -> None:
    link = await make_link(fair)
    token = (await open_screen(fair, link["key"])).json()["token"]
    row = str(dict(await rows.fetchrow("SELECT * FROM screens WHERE id = $1", link["id"]) or {}))
    assert link["key"] not in row
    assert token not in row
    told = await rows.fetch("SELECT after::text FROM staff_actions WHERE action LIKE 'screen.%'")
    assert told
    assert all(link["key"] not in record["after"] for record in told)


@pytest.mark.parametrize("token", ["", "scrt_nothing", "scrt_" + "x" * 100, "scrk_key", "ü"])
async def test_any_other_token_is_no_screen(fair: Service, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}".encode("latin-1")}
    answer = await fair.client.get("/v1/screens/current", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "screen_not_found")


async def test_screens_of_what_is_not_there_are_refused(fair: Service) -> None:
    staff = await fair.staff("staff")
    for path, body, code in (
        ("/v1/events/nothing/screens", {}, "event_not_found"),
        ("/v1/events/fair/screens", {"gate": 7}, "gate_not_found"),
        ("/v1/events/fair/screens/nothing/revocation", {}, "screen_not_found"),
    ):
        answer = await fair.post(path, body, staff)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    answer = await fair.post("/v1/events/fair/screens", {"hours": 100}, staff)
    assert answer.status_code == 422
