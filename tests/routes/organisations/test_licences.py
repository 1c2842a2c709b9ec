"""Licences count once a second person has confirmed them, in their term, until they are revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backend.domain.days import day_of
from backend.models import Organisation
from backend.services.organisations.licences import is_licensed
from tests.routes.organisations.organising import member, organisation
from tests.service import Json, Service

TODAY = day_of(datetime.now(UTC))


def licence(**changes: object) -> Json:
    return {
        "kind": "verification",
        "number": "V-2026-1",
        "issuer": "省生态环境厅",
        "valid_from": str(TODAY),
        "valid_to": str(TODAY + timedelta(days=30)),
        "reason": "our licence",
    } | changes


async def add(service: Service, found: Organisation, by: dict[str, str], **changes: object) -> Json:
    answer = await service.post(f"/v1/organisations/{found.code}/licences", licence(**changes), by)
    assert answer.status_code == 201, answer.text
    view: Json = answer.json()
    return view


async def test_a_licence_counts_once_an_operator_has_confirmed_it(stage: Service) -> None:
    found = await organisation(("verifier",))
    owner = await member(stage, found, "owner", username="l1-owner", role="verifier")
    (entered,) = (await add(stage, found, owner))["licences"]
    assert (entered["is_confirmed"], entered["is_valid"]) == (False, False)
    assert not await is_licensed(found.id, "verification", [TODAY])
    path = f"/v1/organisations/{found.code}/licences/{entered['id']}"
    mine = await stage.post(f"{path}/confirmation", {"reason": "mine"}, owner)
    assert mine.json()["code"] == "role_forbidden"
    done = await stage.post(f"{path}/confirmation", {"reason": "seen"}, await stage.staff("operator"))
    assert done.json()["licences"][0]["is_valid"]
    assert await is_licensed(found.id, "verification", [TODAY])
    assert not await is_licensed(found.id, "rating", [TODAY])
    again = await stage.post(f"/v1/organisations/{found.code}/licences", licence(), owner)
    assert again.json()["code"] == "licence_repeated"


async def test_who_entered_a_licence_never_confirms_it(stage: Service) -> None:
    found = await organisation(("verifier",))
    operator = await stage.staff("operator")
    (entered,) = (await add(stage, found, operator))["licences"]
    path = f"/v1/organisations/{found.code}/licences/{entered['id']}/confirmation"
    answer = await stage.post(path, {"reason": "mine"}, operator)
    assert (answer.status_code, answer.json()["code"]) == (409, "licence_own_entry")
    second = await stage.staff("operator", "l2-second")
    assert (await stage.post(path, {"reason": "seen"}, second)).status_code == 200


async def test_a_licence_that_ends_in_the_middle_covers_no_later_day(stage: Service) -> None:
    found = await organisation(("verifier",))
    operator, second = await stage.staff("operator"), await stage.staff("operator", "l3-second")
    until = TODAY + timedelta(days=9)
    for number, valid_from, valid_to in (("A", TODAY, until), ("B", until + timedelta(days=3), None)):
        view = await add(
            stage,
            found,
            operator,
            number=number,
            valid_from=str(valid_from),
            valid_to=valid_to and str(valid_to),
        )
        entered = next(each for each in view["licences"] if each["number"] == number)
        path = f"/v1/organisations/{found.code}/licences/{entered['id']}/confirmation"
        assert (await stage.post(path, {"reason": "seen"}, second)).status_code == 200
    days = [TODAY, until, until + timedelta(days=1), until + timedelta(days=3)]
    assert [await is_licensed(found.id, "verification", [day]) for day in days] == [True, True, False, True]
    assert not await is_licensed(found.id, "verification", days)
    await Organisation.filter(id=found.id).update(state="suspended", state_why="an inspection")
    assert not await is_licensed(found.id, "verification", [TODAY])


async def test_a_revoked_licence_is_shown_with_why_and_confirmed_no_more(stage: Service) -> None:
    found = await organisation(("verifier",))
    owner = await member(stage, found, "owner", username="l4-owner", role="verifier")
    (entered,) = (await add(stage, found, owner))["licences"]
    path = f"/v1/organisations/{found.code}/licences/{entered['id']}"
    operator = await stage.staff("operator")
    ended = await stage.post(f"{path}/revocation", {"reason": "forged"}, operator)
    assert ended.json()["licences"][0]["revoked_why"] == "forged"
    answer = await stage.post(f"{path}/confirmation", {"reason": "seen"}, operator)
    assert (answer.status_code, answer.json()["code"]) == (409, "licence_ended")


async def test_a_term_that_ends_before_it_begins_is_refused(stage: Service) -> None:
    found = await organisation(("verifier",))
    yesterday = str(TODAY - timedelta(days=1))
    answer = await stage.post(
        f"/v1/organisations/{found.code}/licences",
        licence(valid_to=yesterday),
        await stage.staff("operator"),
    )
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/valid_to"]
