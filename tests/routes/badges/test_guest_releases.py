"""Staff release a badge that a stranger bound as a guest, on record; what was joined with it is joined once."""

from __future__ import annotations

import asyncpg
import httpx2 as httpx
import pytest

from backend.ledger.audit.ledger import audit_database
from tests.service import Json, Service

FULL: Json = {"share": 100, "pay_with": "sponsor"}
PATH = "/v1/events/fair/badges/1/release"


async def release(
    service: Service, role: str = "organiser", path: str = PATH, reason: str = "not theirs"
) -> httpx.Response:
    return await service.post(path, {"reason": reason}, await service.staff(role))


@pytest.fixture
async def code(service: Service) -> str:
    await service.event("fair")
    await service.pool("fair")
    [badge] = await service.badges(1)
    return str(badge["code"])


@pytest.mark.parametrize("duty", ["badges", "desk"])
async def test_staff_release_a_badge_on_record_and_the_session_ends(
    service: Service, code: str, owner: asyncpg.Connection, duty: str
) -> None:
    stranger = await service.guest(code)
    await owner.execute("UPDATE event_members SET removed_at = now(), removed_by = added_by")
    await service.duties("fair", duty)
    answer = await release(service, "staff")
    assert (answer.status_code, answer.json()) == (200, {"serial": 1, "has_joined": False})
    refused = await service.scan(code, stranger)
    assert (refused.status_code, refused.json()["code"]) == (401, "session_revoked")
    (kept,) = await owner.fetch("SELECT * FROM staff_actions WHERE action = 'badge.release'")
    assert (kept["subject"], kept["reason"]) == ("fair", "not theirs")
    again = await release(service)
    assert again.status_code == 200
    assert await owner.fetchval("SELECT count(*) FROM staff_actions WHERE action = 'badge.release'") == 1
    assert (await service.scan(code, await service.guest(code))).status_code == 201


async def test_the_next_phone_goes_on_with_the_attendance_and_sees_nothing_of_the_stranger(
    service: Service, code: str, owner: asyncpg.Connection
) -> None:
    stranger = await service.guest(code)
    await service.consent(stranger, "event_profile")
    joined = (
        await service.scan(code, stranger, journey={"from_city": "重庆", "mode": "hsr"}, offset=FULL)
    ).json()
    number = joined["certificate"]["number"]
    named = await service.post(
        f"/v1/me/certificates/{number}/name", {"name": "李四", "consent": True}, stranger
    )
    assert named.status_code == 200, named.text
    assert (await release(service)).json()["has_joined"] is True
    holder = await service.guest(code)
    scanned = await service.scan(code, holder)
    assert (scanned.status_code, scanned.json()["outcome"]) == (200, "already_joined")
    assert scanned.json()["footprint"]["total_g"] == joined["footprint"]["total_g"]
    assert scanned.json()["footprint"]["lines"] == []
    assert await owner.fetchval("SELECT count(*) FROM footprints WHERE journey IS NOT NULL") == 0
    assert await owner.fetchval("SELECT count(*) FROM certificate_names") == 0
    consents = (await service.client.get("/v1/me/consents", headers=holder)).json()["items"]
    assert [each["is_granted"] for each in consents] == [False]
    # The stranger's link opens nothing any more, the holder's does.
    opened = await service.post("/v1/sessions", {"provider": "badge", "code": joined["certificate"]["url"]})
    assert opened.json()["code"] == "holder_link_invalid"
    listed = await service.client.get("/v1/me/certificates", headers=holder)
    (mine,) = listed.json()["items"]
    assert mine["number"] == number
    assert (await service.post("/v1/sessions", {"provider": "badge", "code": mine["url"]})).status_code == 201
    assert await owner.fetchval("SELECT count(*) FROM attendances") == 1
    assert await owner.fetchval("SELECT sum(grams) FROM allocations") == joined["offset"]["grams"]
    findings = await audit_database(service.components.database, service.settings)
    assert [each.sentence for each in findings if each.is_broken] == []


async def test_two_phones_that_show_a_released_badge_are_one_guest(service: Service, code: str) -> None:
    await service.guest(code)
    await release(service)
    await service.guest(code)
    second = await service.post("/v1/sessions", {"provider": "badge", "code": code})
    assert (second.status_code, second.json()["code"]) == (409, "badge_taken")


async def test_what_no_guest_holds_is_not_released(service: Service, code: str) -> None:
    assert (await release(service)).json()["code"] == "badge_not_of_guest"
    await service.scan(code, await service.citizen())
    assert (await release(service)).json()["code"] == "badge_not_of_guest"
    assert (await release(service, path="/v1/events/fair/badges/9/release")).json()[
        "code"
    ] == "badge_not_found"
    assert (await release(service, path="/v1/events/none/badges/1/release")).json()[
        "code"
    ] == "event_not_found"
    assert (await release(service, reason="")).status_code == 422


async def test_the_list_of_badges_says_which_a_guest_holds(service: Service, code: str) -> None:
    staff, path = await service.staff("organiser"), "/v1/events/fair/badges/1"
    assert (await service.client.get(path, headers=staff)).json()["is_held_by_guest"] is False
    await service.guest(code)
    assert (await service.client.get(path, headers=staff)).json()["is_held_by_guest"] is True
    await release(service)
    assert (await service.client.get(path, headers=staff)).json()["is_held_by_guest"] is False
