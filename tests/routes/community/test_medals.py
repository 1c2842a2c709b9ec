"""Levels and medals: measured from the ledger, awarded once, worth no points."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg

from backend.jobs.community.medals import award_medals
from tests.community import credit, id_of, take_back
from tests.service import Json, Service


async def medals(service: Service, citizen: dict[str, str]) -> Json:
    answer = await service.client.get("/v1/me/medals", headers=citizen)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def names(shown: Json) -> set[tuple[str, int]]:
    return {(medal["code"], medal["level"]) for medal in shown["earned"]}


async def test_somebody_new_has_a_level_and_everything_before_them(service: Service) -> None:
    shown = await medals(service, await service.citizen())
    assert shown["level"] == {
        "verified_g": 0,
        "level": {"code": "seed", "name": {"zh-CN": "种子", "en": "Seed"}, "from_g": 0},
        "next": {"code": "sprout", "name": {"zh-CN": "嫩芽", "en": "Sprout"}, "from_g": 1000},
        "left_g": 1000,
    }
    assert shown["earned"] == []
    assert {each["code"] for each in shown["progress"]} == service.components.community.rules.medals.keys()


async def test_the_first_action_earns_the_first_medal_once_and_no_points(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen = await service.citizen()
    logged = await service.act(citizen, "walk_steps", 1000)
    assert logged.status_code == 201
    shown = await medals(service, citizen)
    assert names(shown) == {("first_action", 1)}
    again = await asyncio.gather(*(medals(service, citizen) for _ in range(5)))
    assert all(each["earned"] == shown["earned"] for each in again)
    assert await owner.fetchval("SELECT count(*) FROM medals") == 1
    balance = (await service.client.get("/v1/me", headers=citizen)).json()["balance"]
    assert balance == logged.json()["points"]


async def test_levels_rise_with_grams_that_have_evidence(service: Service, owner: asyncpg.Connection) -> None:
    citizen = await service.citizen()
    id_ = await id_of(service, citizen)
    await credit(owner, id_, 900_000, tier="E5")
    assert (await medals(service, citizen))["level"]["level"]["code"] == "seed"
    await credit(owner, id_, 999)
    assert (await medals(service, citizen))["level"]["left_g"] == 1
    await credit(owner, id_, 1)
    assert (await medals(service, citizen))["level"]["level"]["code"] == "sprout"
    await credit(owner, id_, 999_000)
    level = (await medals(service, citizen))["level"]
    assert (level["level"]["code"], level["next"], level["left_g"]) == ("snow_mountain", None, None)


async def test_whoever_reaches_a_step_has_those_before_it(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen = await service.citizen()
    await credit(owner, await id_of(service, citizen), 50_000, quantity=1000)
    shown = await medals(service, citizen)
    assert names(shown) == {("first_action", 1), ("metro", 1), ("metro", 2), ("saver", 1)}
    following = {each["code"]: (each["level"], each["value"], each["at"]) for each in shown["progress"]}
    assert following["metro"] == (3, 1000, 10000)
    assert following["saver"] == (2, 50_000, 100_000)
    assert "first_action" not in following


async def test_seven_days_in_a_row_are_seven_days_in_shanghai(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen = await service.citizen()
    id_ = await id_of(service, citizen)
    now = datetime.now(UTC).replace(hour=4)
    for day in (*range(6), *range(7, 12)):
        await credit(owner, id_, 0, now - timedelta(days=day), method="bus")
    shown = await medals(service, citizen)
    streak = next(each for each in shown["progress"] if each["code"] == "streak")
    assert (streak["value"], ("streak", 1) in names(shown)) == (6, False)
    gap = await credit(owner, id_, 0, now - timedelta(days=6), method="bus")
    assert ("streak", 1) in names(await medals(service, citizen))
    # A medal once earned stays, and what it measures goes down.
    await take_back(owner, id_, gap)
    shown = await medals(service, citizen)
    streak = next(each for each in shown["progress"] if each["code"] == "streak")
    assert (streak["value"], ("streak", 1) in names(shown)) == (6, True)


async def test_attending_and_offsetting_an_event_earn_theirs(service: Service) -> None:
    await service.event("fair")
    await service.pool("fair")
    badge = (await service.badges(1, "fair"))[0]
    citizen = await service.citizen()
    joined = await service.scan(badge["code"], citizen, offset={"share": 1})
    assert joined.status_code == 201
    assert names(await medals(service, citizen)) == {("attendee", 1), ("neutral", 1)}


async def test_the_daily_round_awards_and_tells_those_who_did_not_look(
    service: Service, owner: asyncpg.Connection
) -> None:
    people = await service.citizens(3)
    for person in people:
        await credit(owner, await id_of(service, person), 50_000, quantity=1000)
    await medals(service, people[0])
    rules, database = service.components.community.rules, service.components.database
    assert await award_medals(database, rules, datetime.now(UTC)) == 8
    assert await award_medals(database, rules, datetime.now(UTC)) == 0
    assert await owner.fetchval("SELECT count(*) FROM medals") == 12
    told = (await service.client.get("/v1/me/notices", headers=people[1])).json()["items"]
    assert sorted(each["text"]["zh-CN"] for each in told) == [
        "您获得了“减碳达人（1 级）”徽章。",
        "您获得了“地铁行者（2 级）”徽章。",
        "您获得了“第一步”徽章。",
    ]
    assert (await service.client.get("/v1/me/notices", headers=people[0])).json()["items"] == []
