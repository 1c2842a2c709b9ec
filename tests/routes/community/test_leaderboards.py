"""Leaderboards show those who agreed, by what they saved with evidence, under names that lead to nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg

from backend.domain.community.periods import month_of, week_of
from backend.domain.days import SHANGHAI, day_of
from backend.services.community.leaderboards import rank_of
from tests.community import A_WEEK, agree, board, count, credit, id_of, ranked, take_back, team_of
from tests.service import Service


async def test_those_who_agreed_stand_by_grams_and_see_their_own_place(
    service: Service, owner: asyncpg.Connection
) -> None:
    lin = await ranked(service, owner, 300, "林小满")
    chen = await ranked(service, owner, 500, "陈")
    await count(service)
    shown = await board(service, lin)
    assert [(each["rank"], each["reduction_g"], each["is_me"]) for each in shown["items"]] == [
        (1, 500, False),
        (2, 300, True),
    ]
    assert shown["items"][1]["name"] == {"zh-CN": "林＊＊", "en": "林**"}
    assert shown["me"] == {"rank": 2, "reduction_g": 300, "percentile": 0}
    assert (await board(service, chen))["me"] == {"rank": 1, "reduction_g": 500, "percentile": 100}
    assert shown["ranked"] == 2
    assert shown["as_of"] is not None


async def test_nobody_is_on_a_board_without_having_agreed(
    service: Service, owner: asyncpg.Connection
) -> None:
    quiet = await service.citizen("沉默的人")
    await credit(owner, await id_of(service, quiet), 9_000)
    other = await ranked(service, owner, 100)
    await count(service)
    for name in ("city",):
        for period in ("week", "month"):
            shown = await board(service, quiet, name, period=period)
            assert [each["reduction_g"] for each in shown["items"]] == [100]
            assert shown["me"] is None
    assert "沉" not in str(await board(service, other))


async def test_taking_consent_back_holds_at_once_and_giving_it_again_at_the_next_count(
    service: Service, owner: asyncpg.Connection
) -> None:
    lin, chen = await ranked(service, owner, 300), await ranked(service, owner, 500)
    await count(service)
    await agree(service, chen, granted=False)
    shown = await board(service, lin)
    assert [each["reduction_g"] for each in shown["items"]] == [300]
    assert (shown["ranked"], shown["me"]["rank"]) == (1, 1)
    assert (await board(service, chen))["me"] is None
    await agree(service, chen)
    assert len((await board(service, lin))["items"]) == 1
    await count(service)
    assert len((await board(service, lin))["items"]) == 2


async def test_a_consent_taken_back_while_a_board_is_counted_is_not_shown(
    service: Service, owner: asyncpg.Connection
) -> None:
    lin, chen = await ranked(service, owner, 300), await ranked(service, owner, 500)
    await count(service)
    # As it is when a count that began before puts the entry back: Redis has it, the citizen does not want it.
    await owner.execute(
        """INSERT INTO consents (citizen_id, scope, revision, is_granted, policy_version, decided_at)
           VALUES ($1, 'leaderboard', 2, false, '2026.1', now())""",
        await id_of(service, chen),
    )
    assert [each["reduction_g"] for each in (await board(service, lin))["items"]] == [300]


async def test_equal_grams_share_a_rank_on_every_page(service: Service, owner: asyncpg.Connection) -> None:
    people = [await ranked(service, owner, grams) for grams in (500, 300, 300, 300, 100)]
    await count(service)
    whole = await board(service, people[0])
    assert [(each["rank"], each["reduction_g"]) for each in whole["items"]] == [
        (1, 500),
        (2, 300),
        (2, 300),
        (2, 300),
        (5, 100),
    ]
    items, cursor = [], {}
    while True:
        page = await board(service, people[0], limit=2, **cursor)
        items += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert items == whole["items"]
    assert {(await board(service, person))["me"]["rank"] for person in people[1:4]} == {2}


async def test_boards_come_back_after_redis_was_emptied(service: Service, owner: asyncpg.Connection) -> None:
    lin = await ranked(service, owner, 300)
    await count(service)
    before = await board(service, lin)
    await service.components.counts._redis.flushdb()
    empty = await board(service, lin)
    assert (empty["items"], empty["as_of"], empty["ranked"], empty["me"]) == ([], None, 0, None)
    await count(service)
    after = await board(service, lin)
    assert after["items"] == before["items"]
    assert after["me"] == before["me"]


async def test_only_grams_with_evidence_count_and_what_was_taken_back_does_not(
    service: Service, owner: asyncpg.Connection
) -> None:
    lin = await ranked(service, owner, 300)
    lin_id = await id_of(service, lin)
    await credit(owner, lin_id, 70, tier="E5")
    wrong = await credit(owner, lin_id, 1000)
    await take_back(owner, lin_id, wrong)
    await count(service)
    for period in ("week", "month"):
        assert (await board(service, lin, period=period))["me"]["reduction_g"] == 300


async def test_a_week_begins_on_monday_in_shanghai(service: Service, owner: asyncpg.Connection) -> None:
    lin = await ranked(service, owner, 0)
    lin_id = await id_of(service, lin)
    now = datetime.now(UTC)
    monday = week_of(day_of(now)).starts_at
    assert (monday.weekday(), monday.hour, monday.tzinfo) == (0, 0, SHANGHAI)
    await credit(owner, lin_id, 5, monday)
    await credit(owner, lin_id, 7, monday - timedelta(seconds=1))
    await count(service)
    this, last = await board(service, lin), await board(service, lin, period="last_week")
    assert (this["me"]["reduction_g"], last["me"]["reduction_g"]) == (5, 7)
    assert last["last_day"] == (monday.date() - timedelta(days=1)).isoformat()

    # A week later this week is the last one, and the new one has nobody yet.
    community = service.components.community
    done = await count(service, now + A_WEEK)
    assert week_of(day_of(now + A_WEEK)).key in done.periods
    page = await community.boards.page(week_of(day_of(now + A_WEEK)), "city", 0, 10, lin_id)
    assert page is not None
    assert (page.entries, page.own) == (0, None)
    page = await community.boards.page(week_of(day_of(now)), "city", 0, 10, lin_id)
    assert page is not None
    assert page.own is not None
    assert page.own.grams == 5


async def test_months_are_those_of_the_day_on_which_it_was_done(
    service: Service, owner: asyncpg.Connection
) -> None:
    lin = await ranked(service, owner, 0)
    lin_id = await id_of(service, lin)
    first = month_of(day_of(datetime.now(UTC))).starts_at
    await credit(owner, lin_id, 5, first)
    await credit(owner, lin_id, 7, first - timedelta(seconds=1))
    await count(service)
    assert (await board(service, lin, period="month"))["me"]["reduction_g"] == 5
    assert (await board(service, lin, period="last_month"))["me"]["reduction_g"] == 7


async def test_the_sums_are_the_databases(service: Service, owner: asyncpg.Connection) -> None:
    people = [await ranked(service, owner, 0) for _ in range(6)]
    ids = [await id_of(service, person) for person in people]
    for number in range(60):
        tier = ("E1", "E3", "E5")[number % 3]
        await credit(owner, ids[number % 6], 11 * number + 1, tier=tier)
    await count(service)
    rows = await owner.fetch(
        """SELECT sum(reduction_g)::bigint AS grams FROM actions WHERE tier <> 'E5' AND day >= $1
           GROUP BY citizen_id ORDER BY grams DESC""",
        week_of(day_of(datetime.now(UTC))).first,
    )
    for period in ("week", "month"):
        shown = await board(service, people[0], period=period)
        assert [each["reduction_g"] for each in shown["items"]] == [row["grams"] for row in rows]


async def test_a_district_ranks_those_who_said_they_live_there(
    service: Service, owner: asyncpg.Connection
) -> None:
    lin, chen = await ranked(service, owner, 300), await ranked(service, owner, 500)
    assert (await service.client.get("/v1/leaderboards/district", headers=lin)).json()[
        "code"
    ] == "district_missing"
    await service.post("/v1/me/profile", {"district": "wuhou"}, lin)
    await service.post("/v1/me/profile", {"district": "jinjiang"}, chen)
    await count(service)
    assert [each["reduction_g"] for each in (await board(service, lin, "district"))["items"]] == [300]
    elsewhere = await board(service, lin, "district", district="jinjiang")
    assert [each["reduction_g"] for each in elsewhere["items"]] == [500]
    assert elsewhere["me"] == {"rank": None, "reduction_g": 0, "percentile": None}
    refused = await service.client.get("/v1/leaderboards/district?district=mars", headers=lin)
    assert (refused.status_code, refused.json()["code"]) == (422, "district_unknown")


async def test_a_team_ranks_its_members_from_five_on_and_only_for_them(
    service: Service, owner: asyncpg.Connection
) -> None:
    team, people = await team_of(service, 4)
    ids = [await id_of(service, person) for person in people]
    for number, (person, id_) in enumerate(zip(people[:3], ids, strict=False)):
        await credit(owner, id_, 9_999, datetime.now(UTC) - timedelta(hours=1))  # before they joined
        await credit(owner, id_, 100 * (number + 1))
        await agree(service, person)
    await count(service)
    refused = await service.client.get(f"/v1/leaderboards/team?team={team['id']}", headers=people[0])
    assert (refused.status_code, refused.json()["code"]) == (409, "team_too_small")
    fifth = await service.citizen()
    await service.post("/v1/team-joinings", {"code": team["code"]}, fifth)
    await count(service)
    for period in ("week", "month"):
        shown = await board(service, fifth, "team", team=team["id"], period=period)
        assert [each["reduction_g"] for each in shown["items"]] == [300, 200, 100]
    stranger = await service.citizen()
    for who, code in ((stranger, "team_members_only"),):
        refused = await service.client.get(f"/v1/leaderboards/team?team={team['id']}", headers=who)
        assert (refused.status_code, refused.json()["code"]) == (403, code)
    # Who leaves is gone at once.
    sixth = await service.citizen()
    await service.post("/v1/team-joinings", {"code": team["code"]}, sixth)
    await service.client.delete(f"/v1/me/teams/{team['id']}", headers=people[2])
    shown = await board(service, fifth, "team", team=team["id"])
    assert [each["reduction_g"] for each in shown["items"]] == [200, 100]


async def test_no_answer_tells_an_id_or_a_whole_nickname(service: Service, owner: asyncpg.Connection) -> None:
    people = [await ranked(service, owner, 100 + number, f"昵称{number}号") for number in range(3)]
    await count(service)
    told = str(await board(service, people[0], limit=1)) + str(await board(service, people[0]))
    for person in people:
        id_ = await id_of(service, person)
        assert str(id_) not in told
        assert id_.hex not in told
    assert "昵称" not in told
    await service.post("/v1/me/profile", {"shows_name": False}, people[2])
    hidden = (await board(service, people[0]))["items"][0]["name"]
    assert hidden["zh-CN"].startswith("低碳市民 ")
    assert hidden["en"].startswith("Citizen ")


async def test_a_rank_is_told_with_consent_alone(service: Service, owner: asyncpg.Connection) -> None:
    community, this_week = service.components.community, week_of(day_of(datetime.now(UTC)))
    database = service.components.database
    lin = await ranked(service, owner, 300)
    await ranked(service, owner, 100)
    lin_id = await id_of(service, lin)
    assert await rank_of(database, community, lin_id, this_week, datetime.now(UTC)) is None
    await count(service)
    found = await rank_of(database, community, lin_id, this_week, datetime.now(UTC))
    assert found is not None
    assert (found.rank, found.ranked, found.percentile, found.reduction_g) == (1, 2, 100, 300)
    assert (
        await rank_of(database, community, lin_id, week_of(this_week.first - 10 * A_WEEK), datetime.now(UTC))
        is None
    )
    await agree(service, lin, granted=False)
    assert await rank_of(database, community, lin_id, this_week, datetime.now(UTC)) is None


async def test_erased_citizens_leave_every_board(service: Service, owner: asyncpg.Connection) -> None:
    lin, chen = await ranked(service, owner, 300), await ranked(service, owner, 500)
    await service.post("/v1/me/profile", {"district": "wuhou"}, chen)
    await count(service)
    assert (await service.client.delete("/v1/me", headers=chen)).status_code == 200
    assert [each["reduction_g"] for each in (await board(service, lin))["items"]] == [300]
    await count(service)
    assert (await board(service, lin))["ranked"] == 1
    assert await owner.fetchval("SELECT count(*) FROM profiles") == 0


async def test_a_months_report_tells_the_place_of_those_who_agreed(
    service: Service, owner: asyncpg.Connection
) -> None:
    lin, chen = await ranked(service, owner, 300), await ranked(service, owner, 500)
    quiet = await service.citizen()
    await credit(owner, await id_of(service, quiet), 900)
    await count(service)
    month = datetime.now(SHANGHAI).strftime("%Y-%m")
    places = []
    for citizen in (chen, lin, quiet):
        report = (await service.client.get(f"/v1/me/reports/{month}", headers=citizen)).json()
        places.append(report["rank"] and (report["rank"]["place"], report["rank"]["among"]))
    assert places == [(1, 2), (2, 2), None]
