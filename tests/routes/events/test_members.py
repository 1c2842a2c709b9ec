"""Who works at an event: duties given, ended, and what each opens."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from backend.models import CityMember, EventMember, GateScan, ReviewOpinion, Staff, StaffAction
from backend.services.gates.device_auth import DEVICE_KEPT_S
from tests.gates import Venue, open_venue
from tests.routes.evidencing import pending
from tests.service import Json, Service

EVERY_DUTY = {"gate", "badges", "reviews", "desk"}
OPENS = {
    "gate": "/v1/events/fair/devices",
    "badges": "/v1/events/fair/badges",
    "desk": "/v1/events/fair/pools",
}


async def members_of(service: Service, slug: str = "fair") -> dict[str, Json]:
    answer = await service.client.get(f"/v1/events/{slug}/members", headers=await service.staff("organiser"))
    assert answer.status_code == 200, answer.text
    return {each["username"]: each for each in answer.json()["items"]}


def duties_of(member: Json) -> list[str]:
    return [each["duty"] for each in member["duties"]]


@pytest.fixture
async def fair(service: Service) -> Service:
    await service.event("fair")
    await service.staff("staff", "lin")
    return service


async def test_staff_without_a_duty_meet_no_event_of_the_venue(fair: Service) -> None:
    lin = await fair.staff("staff", "lin")
    for path in OPENS.values():
        answer = await fair.client.get(path, headers=lin)
        assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
    listed = await fair.client.get("/v1/staff/events", headers=lin)
    assert listed.json()["items"] == []


@pytest.mark.parametrize("duty", sorted(OPENS))
async def test_a_duty_opens_what_is_its_own_and_no_more(fair: Service, duty: str) -> None:
    await fair.duties("fair", duty, username="lin")
    lin = await fair.staff("staff", "lin")
    for each, path in OPENS.items():
        answer = await fair.client.get(path, headers=lin)
        if each == duty:
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "duty_missing")
    board = await fair.client.request("HEAD", "/v1/events/fair/live", headers=lin)
    assert board.status_code == 200
    listed = await fair.client.get("/v1/staff/events", headers=lin)
    assert [each["slug"] for each in listed.json()["items"]] == ["fair"]


async def test_a_duty_reaches_no_other_event_and_no_draft_of_another_one(fair: Service) -> None:
    await fair.event("other", state="draft")
    await fair.badges(1, "other")
    answer = await fair.client.get("/v1/events/other/badges", headers=await fair.staff("staff"))
    assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")


async def test_a_draft_is_there_for_who_is_to_work_at_it(fair: Service) -> None:
    await fair.event("other", state="draft")
    await fair.duties("other", "badges", username="lin")
    answer = await fair.client.get("/v1/events/other", headers=await fair.staff("staff", "lin"))
    assert answer.status_code == 200


async def test_the_duties_told_last_are_the_duties(fair: Service) -> None:
    await fair.duties("fair", "gate", "badges", username="lin")
    await fair.duties("fair", "badges", "desk", username="lin")
    member = (await members_of(fair))["lin"]
    assert duties_of(member) == ["badges", "desk"]
    assert {each["added_by"] for each in member["duties"]} == {"operator"}
    assert member["duties"][0]["added_at"] < member["duties"][1]["added_at"]
    kept = await EventMember.filter(staff_id=member["id"]).values_list("duty", flat=True)
    assert sorted(kept) == ["badges", "desk", "gate"]


async def test_duties_given_at_the_same_moment_stand_once(fair: Service) -> None:
    await asyncio.gather(*(fair.duties("fair", "gate", "desk", username="lin") for _ in range(5)))
    assert duties_of((await members_of(fair))["lin"]) == ["desk", "gate"]
    assert (
        await StaffAction.filter(action="member.set", subject="fair").count() == 2
    )  # staff's own, and lin's


async def test_a_member_removed_in_the_middle_of_a_shift_is_out_at_once(fair: Service) -> None:
    await fair.duties("fair", username="lin")
    lin, organiser = await fair.staff("staff", "lin"), await fair.staff("organiser")
    assert (await fair.client.get(OPENS["gate"], headers=lin)).status_code == 200
    made = await fair.post("/v1/events/fair/devices", {"name": "phone", "gates": [1]}, lin)
    assert made.status_code == 201
    id_ = (await members_of(fair))["lin"]["id"]
    for _ in range(2):
        removed = await fair.post(f"/v1/events/fair/members/{id_}/removal", {"reason": "left"}, organiser)
        assert (removed.status_code, removed.json()["duties"]) == (200, [])
    for path in OPENS.values():
        answer = await fair.client.get(path, headers=lin)
        assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
    # What was done within the shift stays, with who did it; the gate's device goes on, for it is the event's.
    staff = await Staff.get(username="lin")
    assert await StaffAction.filter(staff_id=staff.id, action="device.enter").count() == 1
    devices = await fair.client.get("/v1/events/fair/devices", headers=organiser)
    assert [each["state"] for each in devices.json()["items"]] == ["waiting"]
    assert await StaffAction.filter(action="member.remove").count() == 1
    assert "lin" not in await members_of(fair)


@pytest.mark.parametrize("change", ["role", "disable"])
async def test_duties_end_with_the_role_and_do_not_come_back_with_it(fair: Service, change: str) -> None:
    operator = await fair.staff("operator")
    await fair.staff("staff", "chen")
    await fair.duties("fair", username="chen")
    await fair.city_duties("reviews", username="chen")
    id_ = (await Staff.get(username="chen")).id
    body = {"reason": "test"} | ({"role": "organiser"} if change == "role" else {})
    path = f"/v1/staff/accounts/{id_}/{'role' if change == 'role' else 'disablement'}"
    answer = await fair.post(path, body, operator)
    assert answer.status_code == 200, answer.text
    await Staff.filter(id=id_).update(role="staff", disabled_at=None)
    assert "chen" not in await members_of(fair)
    listed = (await fair.client.get("/v1/members", headers=operator)).json()["items"]
    assert "chen" not in [each["username"] for each in listed]
    back = await fair.staff("staff", "chen")
    assert (await fair.client.get(OPENS["gate"], headers=back)).status_code == 404


async def test_a_live_board_ends_within_seconds_of_its_reader_s_last_duty(fair: Service) -> None:
    await fair.duties("fair", "gate", username="lin")
    lin, organiser = await fair.staff("staff", "lin"), await fair.staff("organiser")
    id_ = (await members_of(fair))["lin"]["id"]
    watching = asyncio.create_task(fair.client.get("/v1/events/fair/live", headers=lin))
    await asyncio.sleep(0.5)
    assert not watching.done()
    await fair.post(f"/v1/events/fair/members/{id_}/removal", {"reason": "left"}, organiser)
    answer = await asyncio.wait_for(watching, timeout=6)
    assert answer.text.startswith("event: stats")


async def test_only_open_accounts_of_venue_staff_are_given_duties(fair: Service) -> None:
    await fair.staff("staff", "gone")
    await Staff.filter(username="gone").update(disabled_at=datetime.now(UTC))
    for name in ("nobody", "operator", "organiser", "gone"):
        body = {"username": name, "duties": ["gate"]}
        answer = await fair.post("/v1/events/fair/members", body, await fair.staff("organiser"))
        assert (answer.status_code, answer.json()["code"]) == (404, "venue_staff_not_found"), name


async def test_staff_give_themselves_no_duties(fair: Service) -> None:
    await fair.duties("fair", "gate", username="lin")
    body = {"username": "lin", "duties": ["badges"]}
    answer = await fair.post("/v1/events/fair/members", body, await fair.staff("staff", "lin"))
    assert (answer.status_code, answer.json()["code"]) == (403, "role_forbidden")


async def test_who_never_worked_there_is_not_removed(fair: Service) -> None:
    lin = await Staff.get(username="lin")
    for id_ in (str(lin.id), "lin"):
        answer = await fair.post(
            f"/v1/events/fair/members/{id_}/removal", {"reason": "left"}, await fair.staff("organiser")
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "member_not_found")


async def test_members_are_listed_by_pages(fair: Service) -> None:
    for name in ("wang", "zhao"):
        await fair.staff("staff", name)
        await fair.duties("fair", username=name)
    organiser, seen, cursor = await fair.staff("organiser"), [], None
    for _ in range(3):
        params = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await fair.client.get("/v1/events/fair/members", params=params, headers=organiser)).json()
        seen += [each["username"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert (sorted(seen), cursor) == (["staff", "wang", "zhao"], None)


async def test_removed_with_their_devices_a_member_scans_no_more_within_two_seconds(service: Service) -> None:
    venue = await open_venue(service)
    await service.staff("staff", "lin")
    await service.duties("fair", username="lin")
    lin, organiser = await service.staff("staff", "lin"), await service.staff("organiser")
    scanner = await Venue(service, lin, "fair").scanner(1)
    of_another = await venue.scanner(1, name="of another")
    assert await scanner.code_of(venue.badges[0]) == "ok"
    member = (await members_of(service))["lin"]
    assert member["devices"] == 1
    body = {"reason": "left", "ends_devices": True}
    removed = await service.post(f"/v1/events/fair/members/{member['id']}/removal", body, organiser)
    assert (removed.json()["duties"], removed.json()["devices"]) == ([], 0)
    # The removal tells no process: each asks for the device again, this one like all others.
    await asyncio.sleep(DEVICE_KEPT_S + 0.1)
    refused = await scanner.scan(venue.badges[2])
    assert (refused.status_code, refused.json()["code"]) == (401, "device_revoked")
    assert refused.json()["detail"]
    look_up = await service.client.get("/v1/events/fair/badges", headers=lin)
    assert (look_up.status_code, look_up.json()["code"]) == (404, "event_not_found")
    # What they scanned stays, and so does everybody else's device.
    assert await GateScan.filter(device_id=scanner.id, result="ok").count() == 1
    assert await of_another.code_of(venue.badges[2]) == "ok"
    assert await StaffAction.filter(action="device.revoke").count() == 1


async def test_a_removed_reviewer_reviews_no_more_and_what_they_said_stays(service: Service) -> None:
    await service.staff("staff", "lin")
    _, first = await pending(service)
    _, second = await pending(service)
    await service.city_duties("reviews", username="lin")
    lin, operator = await service.staff("staff", "lin"), await service.staff("operator")
    body = {"decision": "approve", "reason": "clear"}
    assert (await service.post(f"/v1/reviews/{first['id']}/decision", body, lin)).status_code == 200
    (member,) = (await service.client.get("/v1/members", headers=operator)).json()["items"]
    path = f"/v1/members/{member['id']}/removal"
    assert (await service.post(path, {"reason": "left"}, operator)).json()["duties"] == []
    for path in ("", f"/{second['id']}", f"/{second['id']}/photo"):
        refused = await service.client.get(f"/v1/reviews{path}", headers=lin)
        assert (refused.status_code, refused.json()["code"]) == (403, "duty_missing")
    refused = await service.post(f"/v1/reviews/{second['id']}/decision", body, lin)
    assert (refused.status_code, refused.json()["code"]) == (403, "duty_missing")
    assert await ReviewOpinion.filter(review_id=first["id"], opinion="approve").count() == 1


async def test_duties_for_the_city_are_the_operators_to_give(service: Service) -> None:
    await service.staff("staff", "lin")
    body = {"username": "lin", "duties": ["complaints"]}
    for role in ("staff", "organiser", "regulator"):
        refused = await service.post("/v1/members", body, await service.staff(role))
        assert (refused.status_code, refused.json()["code"]) == (403, "role_forbidden")
    operator = await service.staff("operator")
    answers = await asyncio.gather(*(service.post("/v1/members", body, operator) for _ in range(5)))
    assert [duties_of(answer.json()) for answer in answers] == [["complaints"]] * 5
    assert await CityMember.all().count() == 1
    for duties in (["gate"], []):
        wrong = await service.post("/v1/members", body | {"duties": duties}, operator)
        assert wrong.status_code == 422
