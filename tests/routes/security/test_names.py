"""Names that others see: refused when they pass for the service, reported by anybody, decided on by staff."""

from __future__ import annotations

import pytest

from backend.errors.security import NameRefused
from backend.models import Citizen, Identity
from backend.models.keys import uuid7
from backend.services.security.names import NameCheck
from tests.service import Json, Service

OFFICIAL = ("管理员", "碳惠天府官方", "Admin", "0fficial", "管 理 員", "ａｄｍｉｎ", "\u0430dmin", "官-方")


@pytest.fixture
async def fair(service: Service) -> Service:
    await service.event()
    await service.pool()
    return service


async def team(service: Service, citizen: dict[str, str], name: str) -> Json:
    answer = await service.post("/v1/teams", {"kind": "school", "name": name}, citizen)
    body: Json = answer.json()
    return body


@pytest.mark.parametrize("name", OFFICIAL)
async def test_nobody_calls_themselves_the_service(fair: Service, name: str) -> None:
    lin = await fair.citizen()
    assert (await team(fair, lin, name))["code"] == "name_refused"
    assert (await fair.post("/v1/me/profile", {"nickname": name}, lin)).json()["code"] == "name_refused"
    badge = (await fair.badges(1))[0]["code"]
    joined = (await fair.scan(badge, lin, offset={"grams": 1000})).json()
    path = f"/v1/me/certificates/{joined['certificate']['number']}/name"
    assert (await fair.post(path, {"name": name, "consent": True}, lin)).json()["code"] == "name_refused"
    assert (await fair.post(path, {"name": "林小雨", "consent": True}, lin)).status_code == 200


async def test_other_names_are_taken(fair: Service) -> None:
    lin = await fair.citizen()
    assert "id" in await team(fair, lin, "羽毛球 badminton")
    assert (await fair.post("/v1/me/profile", {"nickname": "林小雨"}, lin)).status_code == 200


async def test_wechat_is_asked_about_its_citizens_where_it_is_connected(fair: Service) -> None:
    class Contents:
        """WeChat's answers, by the text."""

        async def is_risky(self, openid: str, text: str) -> bool | None:
            assert openid == "o-lin"
            return {"bad": True, "good": False}.get(text)

    citizen_id = uuid7()
    await Citizen.create(id=citizen_id)
    await Identity.create(provider="wechat", subject="o-lin", citizen_id=citizen_id)
    names = NameCheck(Contents())  # type: ignore[arg-type]
    with pytest.raises(NameRefused):
        await names.check(citizen_id, "bad")
    for name in ("good", "WeChat does not say"):
        await names.check(citizen_id, name)
    await names.check(uuid7(), "bad")  # nobody of WeChat's: the list alone


async def test_anybody_reports_a_name_once_and_staff_take_it_away(fair: Service) -> None:
    lin = await fair.citizen()
    made = await team(fair, lin, "坏名字")
    report = {"kind": "team", "subject": made["id"], "why": "insult", "note": "x"}
    for _ in range(20):
        assert (await fair.post("/v1/name-reports", report)).status_code == 204
    await fair.city_duties("complaints")
    staff = await fair.staff("staff")
    items = (await fair.client.get("/v1/name-reports", headers=staff)).json()["items"]
    assert [(each["name"], each["why"]) for each in items] == [("坏名字", "insult")]
    path = f"/v1/name-reports/{items[0]['id']}/decision"
    assert (await fair.post(path, {"decision": "removed", "reason": "insult"}, lin)).json()[
        "code"
    ] == "role_forbidden"
    decided = await fair.post(path, {"decision": "removed", "reason": "insult"}, staff)
    assert decided.status_code == 204, decided.text
    again = await fair.post(path, {"decision": "kept", "reason": "no"}, staff)
    assert again.json()["code"] == "name_report_decided"
    shown = (await fair.client.get(f"/v1/teams/{made['id']}", headers=lin)).json()
    assert "坏名字" not in shown["name"]
    records = await fair.client.get(
        "/v1/security-records", params={"kind": "name_decided"}, headers=await fair.staff("operator")
    )
    assert [each["reason"] for each in records.json()["items"]] == ["insult"]


async def reported(fair: Service, kind: str, subject: str) -> str:
    """The address where a report of what bears a name is decided."""
    body = {"kind": kind, "subject": subject, "why": "insult"}
    assert (await fair.post("/v1/name-reports", body)).status_code == 204
    await fair.city_duties("complaints")
    items = (await fair.client.get("/v1/name-reports", headers=await fair.staff("staff"))).json()["items"]
    return f"/v1/name-reports/{items[-1]['id']}/decision"


async def test_a_name_that_was_taken_away_does_not_come_back_in_another_spelling(fair: Service) -> None:
    lin = await fair.citizen()
    made = await team(fair, lin, "Bad Name")
    badge = (await fair.badges(1))[0]["code"]
    number = (await fair.scan(badge, lin, offset={"grams": 1000})).json()["certificate"]["number"]
    path = f"/v1/me/certificates/{number}/name"
    assert (await fair.post(path, {"name": "坏名字", "consent": True}, lin)).status_code == 200
    staff = await fair.staff("staff")
    for kind, subject in (("team", made["id"]), ("certificate", number)):
        decision = await reported(fair, kind, subject)
        taken = await fair.post(decision, {"decision": "removed", "reason": "insult"}, staff)
        assert taken.status_code == 204, taken.text
    assert (await fair.post(path, {"name": " 坏 名字", "consent": True}, lin)).json()[
        "code"
    ] == "name_refused"
    assert (await fair.post(path, {"name": "林小雨", "consent": True}, lin)).status_code == 200
    assert (await fair.post(f"/v1/teams/{made['id']}/closings", {}, lin)).status_code < 300
    assert (await team(fair, lin, "bad  name"))["code"] == "name_refused"
    assert "id" in await team(fair, await fair.citizen(), "Bad Name")


async def test_nobody_of_the_staff_decides_on_a_name_of_their_own(fair: Service) -> None:
    lin = await fair.citizen()
    made = await team(fair, lin, "坏名字")
    decision = await reported(fair, "team", made["id"])
    staff = await fair.staff("staff")
    token = {"access_token": lin["Authorization"].removeprefix("Bearer ")}
    assert (await fair.post("/v1/staff/me/citizens", token, staff)).status_code == 200
    own = await fair.post(decision, {"decision": "kept", "reason": "harmless"}, staff)
    assert (own.status_code, own.json()["code"]) == (403, "name_report_of_own")
    other = await fair.post(
        decision, {"decision": "removed", "reason": "insult"}, await fair.staff("operator")
    )
    assert other.status_code == 204


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("team", "no-id"),
        ("team", "01900000-0000-7000-8000-000000000000"),
        ("certificate", "TF-00000-0000-0000-0000"),
    ],
)
async def test_what_bears_no_name_cannot_be_reported(fair: Service, kind: str, subject: str) -> None:
    answer = await fair.post("/v1/name-reports", {"kind": kind, "subject": subject, "why": "other"})
    assert answer.json()["code"] == "name_not_found"
    await fair.city_duties("complaints")
    staff = await fair.staff("staff")
    for bad in ("x", "01900000-0000-7000-8000-000000000000"):
        path = f"/v1/name-reports/{bad}/decision"
        assert (await fair.post(path, {"decision": "kept", "reason": "x"}, staff)).json()[
            "code"
        ] == "name_report_not_found"
