"""What a move leaves of a person's own decisions, and what is theirs under the other id, to take along and to erase."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from tests.routes.account.test_merges import FULL, broken, id_of, keep, merge, token_of
from tests.service import Service

JOURNEY = {"from_city": "重庆", "mode": "hsr"}
NEWEST = "SELECT is_granted FROM consents WHERE citizen_id = $1 AND scope = $2 ORDER BY revision DESC LIMIT 1"


@pytest.fixture
async def fair(service: Service) -> list[str]:
    await service.event("fair", join_points=50)
    await service.pool("fair")
    return [badge["code"] for badge in await service.badges(4)]


async def journeys(owner: asyncpg.Connection) -> Any:
    return await owner.fetchval("SELECT count(*) FROM footprints WHERE journey IS NOT NULL")


async def test_who_becomes_younger_by_a_merge_is_off_the_boards(
    service: Service, owner: asyncpg.Connection
) -> None:
    own, other = await service.person(30), await service.person(16)
    await service.consent(own, "leaderboard")
    assert (await merge(service, own, other)).status_code == 201
    assert await owner.fetchval(NEWEST, id_of(service, own), "leaderboard") is False


async def test_a_move_that_is_refused_withdraws_no_consent(
    service: Service, fair: list[str], owner: asyncpg.Connection
) -> None:
    guest, citizen = await service.guest(fair[0]), await service.citizen()
    await service.consent(guest, "event_profile")
    await service.consent(guest, "event_profile", granted=False)
    await service.consent(citizen, "event_profile")
    await service.scan(fair[0], guest)
    await service.scan(fair[1], citizen, journey=JOURNEY)
    refused = await keep(service, citizen, guest)
    assert refused.json()["code"] == "event_joined_before"
    assert await owner.fetchval(NEWEST, id_of(service, citizen), "event_profile") is True
    assert await journeys(owner) == 1
    child = await service.person(10)
    await service.consent(child, "aggregation", granted=False)
    refused = await merge(service, citizen, child)
    assert refused.json()["code"] == "merge_of_child"
    assert await owner.fetchval(NEWEST, id_of(service, citizen), "event_profile") is True


async def test_a_new_link_ends_what_the_old_one_opened(service: Service, fair: list[str]) -> None:
    guest = await service.guest(fair[0])
    joined = (await service.scan(fair[0], guest, offset=FULL)).json()["certificate"]
    stranger = await service.guest(joined["url"])
    renewed = await service.post(f"/v1/me/certificates/{joined['number']}/link", {}, guest)
    assert renewed.status_code == 200, renewed.text
    assert (await service.client.get("/v1/me", headers=guest)).status_code == 200
    assert (await service.client.get("/v1/me", headers=stranger)).status_code == 401


async def test_a_link_that_was_shown_around_takes_no_certificate_away(
    service: Service, fair: list[str]
) -> None:
    guest = await service.guest(fair[0])
    joined = (await service.scan(fair[0], guest, offset=FULL)).json()["certificate"]
    stranger = await service.guest(joined["url"])
    taken = await keep(service, await service.citizen(), stranger)
    assert (taken.status_code, taken.json()["code"]) == (422, "other_account_invalid")
    assert (await keep(service, await service.citizen(), guest)).status_code == 201


async def test_a_child_gets_no_name_by_keeping_a_guest_s(
    service: Service, fair: list[str], owner: asyncpg.Connection
) -> None:
    guest, child = await service.guest(fair[0]), await service.person(10)
    joined = (await service.scan(fair[0], guest, offset=FULL)).json()["certificate"]
    named = await service.post(f"/v1/me/certificates/{joined['number']}/name", {"name": "林小溪", "consent": True}, guest)
    assert named.status_code == 200, named.text
    assert (await keep(service, child, guest)).status_code == 201
    assert await owner.fetchval("SELECT count(*) FROM certificate_names") == 0
    assert await broken(service) == []
