"""Organisations register themselves, and operators review them."""

from __future__ import annotations

import asyncio

from backend.models import Organisation, OrganisationMember, Staff
from tests.routes.organisations.organising import application, member, new_code, organisation
from tests.service import Json, Service

LOOKUP = "/v1/organisations/registrations/lookup"


async def register(service: Service, **changes: object) -> tuple[Json, str]:
    body = application(**changes)  # type: ignore[arg-type]
    answer = await service.post("/v1/organisations", body)
    assert answer.status_code == 201, answer.text
    return body, answer.json()["receipt"]


async def review(service: Service, code: str, decision: str = "accepted", username: str = "operator") -> Json:
    operator = await service.staff("operator", username)
    answer = await service.post(
        f"/v1/organisations/{code}/review", {"decision": decision, "reason": "checked"}, operator
    )
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_an_organisation_registers_is_accepted_and_its_owner_signs_in(service: Service) -> None:
    body, receipt = await register(service)
    code = body["code"]
    assert (await service.client.get(f"/v1/organisations/{code}")).status_code == 404
    waiting = (await service.post(LOOKUP, {"receipt": receipt})).json()
    assert (waiting["state"], waiting["url"], waiting["username"]) == ("applied", None, None)
    await review(service, code)
    shown = await service.client.get(f"/v1/organisations/{code.lower()}")
    assert shown.json()["state"] == "active"
    assert shown.headers["etag"] == f'"{shown.json()["revision"]}"'
    accepted = (await service.post(LOOKUP, {"receipt": receipt})).json()
    assert accepted["username"] == body["username"]
    token = accepted["url"].partition("#")[2]
    assert (await service.post(LOOKUP, {"receipt": receipt})).json()["url"] is None
    password = "a long sentence of my own"
    assert (
        await service.post("/v1/staff/password", {"token": token, "password": password})
    ).status_code == 204
    signed_in = await service.post("/v1/staff/sessions", {"username": body["username"], "password": password})
    assert signed_in.status_code == 201
    headers = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
    (own,) = (await service.client.get("/v1/staff/me/organisations", headers=headers)).json()["items"]
    assert (own["organisation"]["code"], own["duties"]) == (code, ["owner"])


async def test_a_wrong_check_character_is_refused_with_where_it_stands(service: Service) -> None:
    right = new_code()
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    for code in (wrong, right[:-1], "N-ABCDEFGH", right.replace(right[8], "O", 1)):
        answer = await service.post("/v1/organisations", application(code))
        assert (answer.status_code, answer.json()["code"]) == (422, "organisation_code_invalid")
        assert [each["pointer"] for each in answer.json()["errors"]] == ["/code"]
    assert not await Organisation.exists(code__in=[wrong, right])


async def test_an_organisation_is_registered_once_however_its_code_is_typed(service: Service) -> None:
    body, _ = await register(service)
    typed = body["code"][:8].lower() + " " + body["code"][8:]
    again = await service.post("/v1/organisations", application(typed))
    assert (again.status_code, again.json()["code"]) == (409, "organisation_taken")
    code = new_code()
    both = await asyncio.gather(*(service.post("/v1/organisations", application(code)) for _ in range(2)))
    assert sorted(each.status_code for each in both) == [201, 409]


async def test_a_rejected_code_can_be_registered_by_whose_it_is(service: Service) -> None:
    body, receipt = await register(service)
    await review(service, body["code"], "rejected")
    told = (await service.post(LOOKUP, {"receipt": receipt})).json()
    assert (told["state"], told["state_why"], told["url"]) == ("rejected", "checked", None)
    _, second = await register(service, code=body["code"])
    assert (await service.post(LOOKUP, {"receipt": receipt})).status_code == 404
    await review(service, body["code"])
    assert (await service.post(LOOKUP, {"receipt": second})).json()["url"]


async def test_nobody_learns_from_a_registration_which_user_names_there_are(service: Service) -> None:
    await service.staff("operator", "li")
    body, receipt = await register(service, username="LI")
    await review(service, body["code"])
    assert (await service.post(LOOKUP, {"receipt": receipt})).json()["username"] == "li-2"


async def test_one_source_fills_no_queue(service: Service) -> None:
    answers = [await service.post("/v1/organisations", application()) for _ in range(11)]
    assert [each.status_code for each in answers] == [201] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 60


async def test_an_organiser_registers_one_more_as_its_owner_and_never_reviews_it(service: Service) -> None:
    organiser = await service.staff("organiser", "anna")
    body = application(username=None)
    answer = await service.post("/v1/organisations", body, organiser)
    assert (answer.status_code, answer.json()["receipt"]) == (201, None)
    (own,) = (await service.client.get("/v1/staff/me/organisations", headers=organiser)).json()["items"]
    assert own["duties"] == ["owner"]
    accepted = await review(service, body["code"])
    assert accepted["organisation"]["state"] == "active"
    again = await service.post(
        f"/v1/organisations/{body['code']}/review",
        {"decision": "rejected", "reason": "late"},
        await service.staff("operator"),
    )
    assert again.json()["code"] == "organisation_reviewed"


async def test_an_account_of_a_verifier_is_opened_where_the_organisation_verifies(service: Service) -> None:
    body, receipt = await register(service, kinds=["verifier"])
    await review(service, body["code"])
    username = (await service.post(LOOKUP, {"receipt": receipt})).json()["username"]
    assert (await Staff.get(username=username)).role == "verifier"


async def test_suspended_is_shown_to_the_public_and_closed_is_the_end(service: Service) -> None:
    found = await organisation()
    operator = await service.staff("operator")

    async def move(to: str) -> int:
        path = f"/v1/organisations/{found.code}/state"
        return (await service.post(path, {"to": to, "reason": "an inspection"}, operator)).status_code

    assert await move("suspended") == 200
    shown = (await service.client.get(f"/v1/organisations/{found.code}")).json()
    assert (shown["state"], shown["state_why"]) == ("suspended", "an inspection")
    assert [await move("active"), await move("closed"), await move("active")] == [200, 200, 409]


async def test_the_register_is_searched_by_name_and_code_and_tells_no_applications(service: Service) -> None:
    mark = new_code()[8:14]
    shown = await organisation(kinds=("verifier",))
    await Organisation.filter(id=shown.id).update(name_en=f"100% {mark} verification")
    hidden = await organisation(state="applied")
    await Organisation.filter(id=hidden.id).update(name_en=f"{mark} applied")

    async def codes(**query: str) -> list[str]:
        answer = await service.client.get("/v1/organisations", params=query)
        assert answer.status_code == 200, answer.text
        return [each["code"] for each in answer.json()["items"]]

    assert await codes(query=mark.lower()) == [shown.code]
    assert await codes(query=shown.code.lower()) == [shown.code]
    assert await codes(query=f"100% {mark}", kind="verifier") == [shown.code]
    assert await codes(query=f"100_ {mark}") == []
    assert await codes(query=mark, kind="merchant") == []
    assert (await service.client.get("/v1/organisations", params={"state": "applied"})).status_code == 422
    staff = await service.client.get(
        "/v1/staff/organisations", params={"query": mark}, headers=await service.staff("operator")
    )
    assert {each["organisation"]["code"] for each in staff.json()["items"]} == {shown.code, hidden.code}


async def test_a_member_who_is_an_operator_now_reviews_nothing_of_it(production: Service) -> None:
    found = await organisation(state="applied")
    operator = await member(production, found, "owner", username="both-hats", role="operator")
    answer = await production.post(
        f"/v1/organisations/{found.code}/review", {"decision": "accepted", "reason": "mine"}, operator
    )
    assert answer.json()["code"] == "organisation_own_application"
    assert await OrganisationMember.exists(organisation_id=found.id)
