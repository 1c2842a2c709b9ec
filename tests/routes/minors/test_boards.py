"""No public ranking of minors: not with a consent, not on a board drawn before, not by name."""

from __future__ import annotations

from datetime import UTC, date, datetime

import asyncpg

from backend.domain.community.periods import week_of
from backend.domain.days import day_of
from backend.models import Citizen, Consent
from backend.services.community.leaderboards import rank_of
from tests.community import board, count, credit, id_of, ranked
from tests.service import Service


async def test_a_minor_cannot_agree_to_be_ranked_and_who_told_no_age_is_asked(service: Service) -> None:
    body = {"scope": "leaderboard", "granted": True}
    for age, code in ((8, "leaderboard_for_adults"), (16, "leaderboard_for_adults"), (None, "age_needed")):
        answer = await service.post("/v1/me/consents", body, await service.person(age))
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    # Taking it back is open to everybody.
    withdrawn = await service.post("/v1/me/consents", body | {"granted": False}, await service.person(16))
    assert withdrawn.status_code == 200


async def test_a_child_consents_to_nothing_without_a_guardian(service: Service) -> None:
    answer = await service.post(
        "/v1/me/consents", {"scope": "event_profile", "granted": True}, await service.person(8)
    )
    assert answer.json()["code"] == "guardian_needed"


async def test_a_board_loses_a_minor_at_once_and_gets_none_again(
    service: Service, owner: asyncpg.Connection
) -> None:
    looker = await ranked(service, owner, 100)
    one = await ranked(service, owner, 300)
    one_id = await id_of(service, one)
    await count(service)
    assert (await board(service, looker))["ranked"] == 2
    # As somebody who agreed before anybody was asked for an age.
    await Citizen.filter(id=one_id).update(born_month=None)
    assert [item["is_me"] for item in (await board(service, looker))["items"]] == [True]
    told = await service.post("/v1/me/age", {"born": f"{datetime.now(UTC).year - 15}-01"}, one)
    assert told.json()["band"] == "youth"
    after = await board(service, looker)
    assert (after["ranked"], len(after["items"])) == (1, 1)
    assert (await board(service, one))["me"] is None
    newest = await Consent.filter(citizen_id=one_id, scope="leaderboard").order_by("-revision").first()
    assert newest is not None
    assert newest.is_granted is False
    await count(service)
    assert (await board(service, looker))["ranked"] == 1


async def test_a_consent_that_a_minor_still_has_ranks_nobody(
    service: Service, owner: asyncpg.Connection
) -> None:
    """Whatever way it came there: the age decides each time that a board is drawn or read."""
    looker, minor = await ranked(service, owner, 100), await ranked(service, owner, 300)
    minor_id, today = await id_of(service, minor), day_of(datetime.now(UTC))
    await count(service)
    await Citizen.filter(id=minor_id).update(born_month=date(today.year - 18, today.month, 1))
    assert len((await board(service, looker))["items"]) == 1
    database, community = service.components.database, service.components.community
    assert await rank_of(database, community, minor_id, week_of(today), datetime.now(UTC)) is None
    await count(service)
    assert (await board(service, looker))["ranked"] == 1
    # The month after they turned eighteen: by the calendar alone, without a job.
    later = datetime(today.year + (today.month == 12), today.month % 12 + 1, 2, 4, tzinfo=UTC)
    await credit(owner, minor_id, 300, later)
    assert (await count(service, later)).ranked == 1


async def test_a_team_board_shows_its_adults_alone(service: Service, owner: asyncpg.Connection) -> None:
    people = [await ranked(service, owner, 0) for _ in range(5)]
    made = await service.post("/v1/teams", {"kind": "school", "name": "一班小组"}, people[0])
    for other in people[1:]:
        await service.post("/v1/team-joinings", {"code": made.json()["code"]}, other)
    for person in people:
        await credit(owner, await id_of(service, person), 100)
    await Citizen.filter(id=await id_of(service, people[4])).update(born_month=date(2015, 1, 1))
    await count(service)
    shown = await board(service, people[0], "team", team=made.json()["id"])
    assert len(shown["items"]) == 4
