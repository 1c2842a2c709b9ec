"""Teams: a code lets people in, what they do as members counts, and small teams tell of nobody."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from backend.errors.community.community import TooManyJoinings
from backend.jobs.community.leaderboards import count_team_days, recount_teams
from backend.services.security.code_throttle import WRONG_CODES_MAX, CodeThrottle
from tests.community import count, credit, id_of, show_team, take_back, team_of
from tests.service import Service


async def test_a_team_has_its_owner_as_its_first_member(service: Service) -> None:
    team, (owner,) = await team_of(service, 1)
    assert (team["members"], team["is_owner"], team["is_member"], team["is_open"]) == (1, True, True, True)
    assert len(team["code"]) == 10
    mine = (await service.client.get("/v1/me/teams", headers=owner)).json()
    assert [each["id"] for each in mine["items"]] == [team["id"]]


async def test_a_code_lets_in_however_it_is_typed_and_once(service: Service) -> None:
    team, _ = await team_of(service, 1)
    typed = f" {team['code'][:5].lower()}-{team['code'][5:].replace('0', 'o').replace('1', 'l')}"
    citizen = await service.citizen()
    joined = await service.post("/v1/team-joinings", {"code": typed}, citizen)
    assert (joined.status_code, joined.json()["members"]) == (201, 2)
    assert joined.json()["code"] is None
    again = await service.post("/v1/team-joinings", {"code": team["code"]}, citizen)
    assert (again.status_code, again.json()["members"]) == (200, 2)


async def test_one_team_of_a_kind_whatever_comes_at_once(service: Service, owner: asyncpg.Connection) -> None:
    teams = [(await team_of(service, 1))[0] for _ in range(4)]
    citizen = await service.citizen()
    answers = await asyncio.gather(
        *(service.post("/v1/team-joinings", {"code": team["code"]}, citizen) for team in teams)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"team_of_this_kind"}
    school, _ = await team_of(service, 1, kind="school")
    assert (await service.post("/v1/team-joinings", {"code": school["code"]}, citizen)).status_code == 201
    assert await owner.fetchval("SELECT sum(members) FROM teams") == 7
    assert await owner.fetchval("SELECT count(*) FROM team_members WHERE left_at IS NULL") == 7


async def test_members_are_counted_right_when_many_come_and_go_at_once(
    service: Service, owner: asyncpg.Connection
) -> None:
    team, _ = await team_of(service, 1)
    people = await service.citizens(12)

    async def come(person: dict[str, str]) -> int:
        answer = await service.post("/v1/team-joinings", {"code": team["code"]}, person)
        return int(answer.status_code)

    assert await asyncio.gather(*map(come, people)) == [201] * 12
    path = f"/v1/me/teams/{team['id']}"
    gone = await asyncio.gather(*(service.client.delete(path, headers=person) for person in (people[:6] * 2)))
    assert sorted(answer.status_code for answer in gone) == [204] * 6 + [403] * 6
    kept = await owner.fetchval("SELECT members FROM teams")
    assert kept == await owner.fetchval("SELECT count(*) FROM team_members WHERE left_at IS NULL") == 7


async def test_guessing_codes_is_braked_for_right_ones_too(service: Service) -> None:
    team, _ = await team_of(service, 1)
    citizen = await service.citizen()
    for number in range(WRONG_CODES_MAX):
        wrong = await service.post("/v1/team-joinings", {"code": f"ABCDEFGH{number:02}"}, citizen)
        assert (wrong.status_code, wrong.json()["code"]) == (404, "joining_code_unknown")
    braked = await service.post("/v1/team-joinings", {"code": team["code"]}, citizen)
    assert (braked.status_code, braked.json()["code"]) == (429, "too_many_joinings")
    # As another process sees it.
    there = CodeThrottle(service.components.counts._redis, "joining", TooManyJoinings)
    with pytest.raises(TooManyJoinings):
        await there.count(service.components.tokens.read(citizen["Authorization"][7:]).id)
    other = await service.citizen()
    assert (await service.post("/v1/team-joinings", {"code": team["code"]}, other)).status_code == 201


async def test_a_replaced_code_lets_nobody_in_and_only_the_owner_replaces_it(service: Service) -> None:
    team, (owner, member) = await team_of(service, 2)
    refused = await service.client.post(f"/v1/teams/{team['id']}/codes", headers=member)
    assert (refused.status_code, refused.json()["code"]) == (403, "team_owner_only")
    fresh = await service.client.post(f"/v1/teams/{team['id']}/codes", headers=owner)
    assert fresh.status_code == 201
    citizen = await service.citizen()
    old = await service.post("/v1/team-joinings", {"code": team["code"]}, citizen)
    assert old.status_code == 404
    new = await service.post("/v1/team-joinings", {"code": fresh.json()["code"]}, citizen)
    assert new.status_code == 201


async def test_only_what_is_done_as_a_member_counts(service: Service, owner: asyncpg.Connection) -> None:
    team, (first, second) = await team_of(service, 2)
    ids = [await id_of(service, person) for person in (first, second)]
    now = datetime.now(UTC)
    for id_ in ids:
        await credit(owner, id_, 10_000, now - timedelta(days=1))
    await credit(owner, ids[0], 300, points=3)
    await credit(owner, ids[1], 70, points=2)
    await credit(owner, ids[1], 5, tier="E5", points=1)
    await service.client.delete(f"/v1/me/teams/{team['id']}", headers=second)
    await asyncio.sleep(0.01)
    await credit(owner, ids[1], 20_000)
    await count(service)
    sums = (await show_team(service, first, team))["sums"]
    assert (sums["reduction_g"], sums["points"], sums["actions"]) == (370, 6, 3)
    assert sum(week["reduction_g"] for week in sums["weeks"]) == 370
    # Somebody who comes back counts again, and for the time between not.
    await service.post("/v1/team-joinings", {"code": team["code"]}, second)
    await credit(owner, ids[1], 1)
    await count(service)
    assert (await show_team(service, first, team))["sums"]["reduction_g"] == 371


async def test_a_teams_sums_are_those_of_its_members_over_their_time(
    service: Service, owner: asyncpg.Connection
) -> None:
    teams = [await team_of(service, 3, kind=kind) for kind in ("company", "school")]
    start = datetime.now(UTC) - timedelta(days=20)
    number = 0
    for _, people in teams:
        for person in people:
            id_ = await id_of(service, person)
            begun = start + timedelta(days=number)
            await owner.execute("UPDATE team_members SET joined_at = $2 WHERE citizen_id = $1", id_, begun)
            if number % 2:
                ended = begun + timedelta(days=6)
                await owner.execute("UPDATE team_members SET left_at = $2 WHERE citizen_id = $1", id_, ended)
            for day in range(20):
                await credit(owner, id_, 1 + day + 100 * number, start + timedelta(days=day, minutes=7))
            number += 1
    await recount_teams(service.components.database, datetime.now(UTC))
    for (team, people), staying in zip(teams, (0, 1), strict=True):
        expected = await owner.fetchval(
            """SELECT sum(a.reduction_g) FROM actions a JOIN team_members m ON m.citizen_id = a.citizen_id
               WHERE m.team_id = $1::uuid AND a.occurred_at >= m.joined_at
                 AND a.occurred_at < coalesce(m.left_at, 'infinity')""",
            team["id"],
        )
        shown = await show_team(service, people[staying], team)
        assert shown["sums"]["reduction_g"] == expected > 0


async def test_what_is_taken_back_leaves_the_team_as_well(
    service: Service, owner: asyncpg.Connection
) -> None:
    team, (person,) = await team_of(service, 1)
    id_ = await id_of(service, person)
    action_id = await credit(owner, id_, 300)
    await count(service)
    await take_back(owner, id_, action_id)
    await count(service)
    sums = (await show_team(service, person, team))["sums"]
    assert (sums["reduction_g"], sums["actions"], sums["points"]) == (0, 0, 0)


async def test_counting_twice_or_from_nothing_gives_the_same(
    service: Service, owner: asyncpg.Connection
) -> None:
    team, people = await team_of(service, 3)
    for person in people:
        await credit(owner, await id_of(service, person), 50)
    today = datetime.now(UTC)
    await count(service)
    first = await owner.fetch("SELECT * FROM team_days")
    await asyncio.gather(count(service), count(service))
    assert await owner.fetch("SELECT * FROM team_days") == first
    await owner.execute("DELETE FROM team_days")
    await count_team_days(
        service.components.database, today.date() - timedelta(days=9), today.date() + timedelta(days=2)
    )
    assert await owner.fetch("SELECT * FROM team_days") == first
    assert (await show_team(service, people[0], team))["sums"]["reduction_g"] == 150


async def test_teams_of_five_are_ranked_and_smaller_ones_tell_nothing(
    service: Service, owner: asyncpg.Connection
) -> None:
    small, few = await team_of(service, 4, name="四个人")
    large, many = await team_of(service, 5, name="五个人")
    for person in (few[0], many[0]):
        await credit(owner, await id_of(service, person), 400)
    await count(service)
    stranger = await service.citizen()
    shown = (await service.client.get("/v1/leaderboards/teams", headers=stranger)).json()
    assert [(each["rank"], each["team"]["name"], each["reduction_g"]) for each in shown["items"]] == [
        (1, "五个人", 400)
    ]
    assert (await show_team(service, stranger, small))["sums"] is None
    assert (await show_team(service, few[1], small))["sums"]["reduction_g"] == 400
    assert (await show_team(service, stranger, large))["sums"]["reduction_g"] == 400
    assert (await show_team(service, stranger, large))["code"] is None
    # When the fifth leaves, the team is off the board before the next count.
    await service.client.delete(f"/v1/me/teams/{large['id']}", headers=many[4])
    shown = (await service.client.get("/v1/leaderboards/teams", headers=stranger)).json()
    assert shown["items"] == []


async def test_a_closed_team_takes_nobody_in_and_is_on_no_board(
    service: Service, owner: asyncpg.Connection
) -> None:
    team, people = await team_of(service, 5)
    await credit(owner, await id_of(service, people[0]), 400)
    await count(service)
    closings = f"/v1/teams/{team['id']}/closings"
    refused = await service.post(closings, {}, people[1])
    assert refused.json()["code"] == "team_owner_only"
    closed = await service.post(closings, {}, people[0])
    assert (closed.status_code, closed.json()["is_open"]) == (200, False)
    late = await service.post("/v1/team-joinings", {"code": team["code"]}, await service.citizen())
    assert (late.status_code, late.json()["code"]) == (409, "team_closed")
    for _ in range(2):
        shown = (await service.client.get("/v1/leaderboards/teams", headers=people[0])).json()
        assert shown["items"] == []
        await count(service)


async def test_an_operator_closes_a_team_with_a_reason_that_is_kept(
    service: Service, owner: asyncpg.Connection
) -> None:
    team, _ = await team_of(service, 1, name="不雅的名字")
    operator = await service.staff("operator")
    refused = await service.post(f"/v1/teams/{team['id']}/closings", {}, operator)
    assert (refused.status_code, refused.json()["code"]) == (422, "reason_required")
    closed = await service.post(f"/v1/teams/{team['id']}/closings", {"reason": "名称违规"}, operator)
    assert (closed.status_code, closed.json()["code"], closed.json()["sums"]) == (200, None, None)
    kept = await owner.fetchrow(
        "SELECT action, subject, reason FROM staff_actions WHERE action = 'team.close'"
    )
    assert tuple(kept) == ("team.close", team["id"], "名称违规")


async def test_an_owner_who_leaves_hands_over_to_the_eldest_and_the_last_one_closes(service: Service) -> None:
    team, (first, second, third) = await team_of(service, 3)
    path = f"/v1/me/teams/{team['id']}"
    await service.client.delete(path, headers=first)
    assert (await show_team(service, second, team))["is_owner"]
    assert not (await show_team(service, third, team))["is_owner"]
    await service.client.delete("/v1/me", headers=second)
    shown = await show_team(service, third, team)
    assert (shown["is_owner"], shown["members"]) == (True, 1)
    await service.client.delete(path, headers=third)
    shown = await show_team(service, first, team)
    assert (shown["is_open"], shown["members"]) == (False, 0)


async def test_one_owns_so_many_teams_and_no_more(service: Service, owner: asyncpg.Connection) -> None:
    citizen = await service.citizen()
    for number in range(5):
        made = await service.post("/v1/teams", {"kind": "company", "name": f"第{number}队"}, citizen)
        assert made.status_code == 201
        # As it is after having been handed a team by its owner.
        await owner.execute("UPDATE team_members SET left_at = now()")
    refused = await service.post("/v1/teams", {"kind": "company", "name": "多一队"}, citizen)
    assert (refused.status_code, refused.json()["code"]) == (409, "teams_owned_limit")
