"""Consents and profiles: nothing is presumed, every decision is kept, and the newest holds."""

from __future__ import annotations

import asyncio

import asyncpg

from tests.community import id_of
from tests.service import Json, Service


async def scopes(service: Service, citizen: dict[str, str]) -> dict[str, Json]:
    answer = await service.client.get("/v1/me/consents", headers=citizen)
    return {each["scope"]: each for each in answer.json()["items"]}


async def test_nothing_is_agreed_to_from_the_start(service: Service) -> None:
    shown = await scopes(service, await service.citizen())
    assert {"leaderboard", "aggregation", "werun", "subscribe"} <= shown.keys()
    assert not any(each["is_granted"] or each["decided_at"] for each in shown.values())


async def test_every_decision_is_kept_and_the_newest_holds(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen = await service.citizen()
    for granted in (False, True, True, False, False, True):
        answer = await service.post("/v1/me/consents", {"scope": "werun", "granted": granted}, citizen)
        assert (answer.status_code, answer.json()["is_granted"]) == (200, granted)
        assert (await scopes(service, citizen))["werun"]["is_granted"] == granted
    rows = await owner.fetch("SELECT revision, is_granted FROM consents ORDER BY revision")
    assert [tuple(row) for row in rows] == [(1, True), (2, False), (3, True)]
    assert (await scopes(service, citizen))["werun"]["policy_version"] == "2026.3"
    assert not (await scopes(service, citizen))["leaderboard"]["is_granted"]


async def test_decisions_at_one_moment_come_one_after_the_other(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen = await service.citizen()
    answers = await asyncio.gather(
        *(
            service.post("/v1/me/consents", {"scope": "werun", "granted": number % 2 == 0}, citizen)
            for number in range(10)
        )
    )
    assert {answer.status_code for answer in answers} == {200}
    rows = await owner.fetch("SELECT revision, is_granted FROM consents ORDER BY revision")
    assert [row["revision"] for row in rows] == list(range(1, len(rows) + 1))
    assert all(row["is_granted"] == bool(number % 2 == 0) for number, row in enumerate(rows))


async def test_a_new_policy_is_agreed_to_anew(service: Service, owner: asyncpg.Connection) -> None:
    citizen = await service.citizen()
    await owner.execute(
        """INSERT INTO consents (citizen_id, scope, revision, is_granted, policy_version, decided_at)
           VALUES ($1, 'werun', 1, true, '2025.1', now())""",
        await id_of(service, citizen),
    )
    assert (await scopes(service, citizen))["werun"]["policy_version"] == "2025.1"
    answer = await service.post("/v1/me/consents", {"scope": "werun", "granted": True}, citizen)
    assert answer.json()["policy_version"] == "2026.3"
    assert await owner.fetchval("SELECT count(*) FROM consents") == 2


async def test_a_profile_changes_in_what_is_named_and_keeps_the_rest(service: Service) -> None:
    citizen = await service.citizen("林小满")
    path = "/v1/me/profile"
    shown = (await service.client.get(path, headers=citizen)).json()
    assert (shown["nickname"], shown["district"], shown["shows_name"]) == ("林小满", None, True)
    assert shown["shown_as"] == {"zh-CN": "林＊＊", "en": "林**"}
    await service.post(path, {"district": "wuhou"}, citizen)
    await service.post(path, {"nickname": "  小满  "}, citizen)
    shown = (await service.post(path, {"shows_name": False}, citizen)).json()
    assert (shown["nickname"], shown["district"]["code"], shown["shows_name"]) == ("小满", "wuhou", False)
    assert shown["district"]["name"] == {"zh-CN": "武侯区", "en": "Wuhou"}
    assert shown["shown_as"]["zh-CN"].startswith("低碳市民 ")
    shown = (await service.post(path, {"nickname": None, "district": None}, citizen)).json()
    assert (shown["nickname"], shown["district"]) == (None, None)


async def test_an_export_holds_consents_profile_teams_and_medals(service: Service) -> None:
    citizen = await service.citizen()
    await service.post("/v1/me/consents", {"scope": "werun", "granted": True}, citizen)
    await service.post("/v1/me/profile", {"district": "wuhou"}, citizen)
    team = (await service.post("/v1/teams", {"kind": "school", "name": "三年二班"}, citizen)).json()
    await service.act(citizen, "walk_steps", 1000)
    await service.client.get("/v1/me/medals", headers=citizen)
    document = (await service.client.get("/v1/me/export", headers=citizen)).json()
    assert [each["scope"] for each in document["consents"]] == ["werun"]
    assert [each["district"] for each in document["profile"]] == ["wuhou"]
    assert [each["team_id"] for each in document["teams"]] == [team["id"]]
    assert [each["medal"] for each in document["medals"]] == ["first_action"]
