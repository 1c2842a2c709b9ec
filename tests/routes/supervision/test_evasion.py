"""Ways around a list, and each of them closed: other accounts, leaving, co-hosting, other names, rejected drafts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import asyncpg
import pytest

from backend.domain.days import day_of
from backend.models import Citizen, ListCase, Organisation, OrganisationMember, Staff, StaffCitizen
from backend.models.keys import uuid7
from backend.services.supervision.lists import expire_entries
from backend.settings import Settings
from tests.organising import EVIDENCE, blacklist, host_event, join_organisation, propose, publish
from tests.plan.test_row_40_each_agency_watches_its_own_events import remit
from tests.routes.contract import watch
from tests.routes.organisations.organising import application, id_of, member, new_code, organisation
from tests.routes.supervision.test_standing import file_event, frozen, remove
from tests.service import Json, Service, open_service

numbers = count(1)
REASON = {"reason": "核查"}


@pytest.fixture(scope="module")
async def serious(stage_settings: Settings) -> AsyncIterator[Service]:
    """The same database outside demo mode, where two persons are two."""
    async with open_service(replace(stage_settings, environment="production")) as running:
        yield watch(running)


async def one_person(*usernames: str) -> None:
    """Have some accounts tell of one citizen."""
    citizen = await Citizen.create(id=uuid7())
    for username in usernames:
        account = await Staff.get(username=username)
        await StaffCitizen.create(staff_id=account.id, citizen_id=citizen.id)


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


BARRED = (403, "organisation_blacklisted")


async def test_a_rejected_application_is_frozen_too_and_not_filed_anew(
    stage: Service, rows: asyncpg.Connection
) -> None:
    found = await organisation()
    event = await stage.event("turned-down", state="draft")
    await host_event(found, event["id"])
    await rows.execute("UPDATE events SET state = 'rejected' WHERE slug = 'turned-down'")
    entry = await blacklist(stage, found)
    operator = await stage.staff("operator")
    moved = await stage.post("/v1/events/turned-down/transitions", {"to": "draft"}, operator)
    assert refused(moved) == (409, "event_frozen")
    await remove(stage, entry)
    moved = await stage.post("/v1/events/turned-down/transitions", {"to": "draft"}, operator)
    assert moved.status_code == 200


async def test_a_frozen_draft_does_not_move_to_another_citys_regulators(stage: Service) -> None:
    await stage.event("moving", state="draft")
    await stage.post("/v1/events/moving/freeze", REASON, await stage.staff("regulator"))
    body = {"city": "绵阳", "reason": "换城市"}
    changed = await stage.post("/v1/events/moving/changes", body, await stage.staff("organiser"))
    assert refused(changed) == (409, "event_frozen")


async def test_its_people_file_nothing_by_other_accounts_nor_after_leaving(stage: Service) -> None:
    found = await organisation()
    people = ("ev-stays", "ev-twin", "ev-leaves", "ev-left-before", "ev-clerk")
    for username in people:
        await stage.staff("organiser", username)
    for username in ("ev-stays", "ev-leaves", "ev-left-before"):
        await join_organisation(found, username)
    await join_organisation(found, "ev-clerk", "editor")
    await one_person("ev-stays", "ev-twin")
    day = timedelta(days=1)

    async def leave(username: str, at: datetime) -> None:
        left = OrganisationMember.filter(staff_id=await id_of(username), organisation_id=found.id)
        await left.update(removed_at=at, removed_by=await id_of(username))

    await leave("ev-left-before", datetime.now(UTC) - day)
    entry = await propose(stage, found)
    await leave("ev-leaves", datetime.now(UTC))
    await leave("ev-clerk", datetime.now(UTC))
    await publish(stage, entry)
    answers = {each: await file_event(stage, f"{each}-files", each) for each in people}
    barred = [each for each, answer in answers.items() if answer.status_code == 403]
    assert barred == ["ev-stays", "ev-twin", "ev-leaves"]
    assert {refused(answers[each]) for each in barred} == {BARRED}

    # Nor do they join another's event by an organisation that is new.
    fresh, host = await organisation(), await organisation()
    twin = await member(stage, fresh, "owner", username="ev-twin")
    asks = await member(stage, host, "owner", username="ev-host")
    event = await stage.event("ev-hosted")
    await host_event(host, event["id"])
    body = {"organisation": fresh.code} | REASON
    invited = await stage.post("/v1/events/ev-hosted/organisations", body, asks)
    assert invited.status_code == 201, invited.text
    path = f"/v1/organisations/{fresh.code}/event-invitations/{invited.json()['id']}/answer"
    assert refused(await stage.post(path, {"answer": "accepted"} | REASON, twin)) == BARRED
    assert (await stage.post(path, {"answer": "refused"} | REASON, twin)).status_code == 204


async def test_nobody_joins_an_event_that_is_closed(stage: Service, rows: asyncpg.Connection) -> None:
    host, other = await organisation(), await organisation()
    asks = await member(stage, host, "owner", username="ev-closing")
    accepts = await member(stage, other, "owner", username="ev-late")
    event = await stage.event("ev-closed")
    await host_event(host, event["id"])
    path, body = "/v1/events/ev-closed/organisations", {"organisation": other.code} | REASON
    invited = (await stage.post(path, body, asks)).json()
    await rows.execute("UPDATE events SET state = 'closed' WHERE slug = 'ev-closed'")
    answer = f"/v1/organisations/{other.code}/event-invitations/{invited['id']}/answer"
    late = await stage.post(answer, {"answer": "accepted"} | REASON, accepts)
    third = await organisation()
    asked = await stage.post(path, {"organisation": third.code} | REASON, asks)
    assert [refused(each) for each in (late, asked)] == [(409, "event_closed")] * 2


async def test_its_name_opens_no_merchant_or_partner_and_is_told_at_a_review(stage: Service) -> None:
    found, operator = await organisation(("merchant",)), await stage.staff("operator")
    name = {"zh-CN": f"蓉城 茶馆{uuid7().hex[-8:]}", "en": f"Tea House {uuid7().hex[-8:]}"}
    await Organisation.filter(id=found.id).update(name_zh=name["zh-CN"], name_en=name["en"])
    entry = await blacklist(stage, found)
    same = {"zh-CN": name["zh-CN"].replace(" ", ""), "en": "Another"}
    for path, more in (("merchants", {}), ("partners", {"methods": ["bus"], "kind": "bus"})):
        for number, body in enumerate(({"name": same}, {"name": name, "organisation": found.code})):
            filed = {"code": f"alias-{path}-{number}"} | more | body | REASON
            assert refused(await stage.post(f"/v1/{path}", filed, operator)) == BARRED
    other = {"code": "alias-none", "name": {"zh-CN": "别的茶馆", "en": "Other"}} | REASON
    assert (await stage.post("/v1/merchants", other, operator)).status_code == 201

    applied = application(name=same)
    await stage.post("/v1/organisations", applied)
    query = f"/v1/staff/organisations?query={applied['code']}"
    (item,) = (await stage.client.get(query, headers=operator)).json()["items"]
    assert item["listed_namesakes"] == [found.code]
    await remove(stage, entry)
    (item,) = (await stage.client.get(query, headers=operator)).json()["items"]
    assert item["listed_namesakes"] == []


async def test_a_listed_organisation_keeps_the_name_that_the_list_shows_and_its_city(stage: Service) -> None:
    found = await organisation()
    owner = await member(stage, found, "owner", username="ev-renames")
    await propose(stage, found)
    path, operator = f"/v1/organisations/{found.code}/changes", await stage.staff("operator")

    async def rename(by: dict[str, str], **changes: object) -> Any:
        body = changes or {"name": {"zh-CN": "无辜的公司", "en": "Innocent"}}
        return await stage.client.post(path, json=body | REASON, headers=by | {"If-Match": "*"})

    assert refused(await rename(owner)) == (409, "organisation_listed")
    assert refused(await rename(owner, city="绵阳")) == (409, "organisation_listed")
    assert (await rename(operator)).status_code == 200


async def test_a_black_entry_ends_the_green_one_and_keeps_another_away(stage: Service) -> None:
    found = await organisation()
    green = await publish(stage, await propose(stage, found, "green"))
    entry = await blacklist(stage, found)
    shown = (await stage.client.get(f"/v1/list-entries/{green['id']}")).json()
    assert (shown["state"], shown["is_in_force"]) == ("removed", False)
    again = await propose(stage, found, "green")
    body = {"decision": "confirmed", "reason": "好"}
    path = f"/v1/list-entries/{again['id']}/confirmation"
    assert refused(await stage.post(path, body, await stage.staff("regulator"))) == BARRED
    await remove(stage, entry)
    await publish(stage, again)


async def test_one_person_with_two_accounts_decides_nothing_about_their_own(serious: Service) -> None:
    owner = await serious.staff("organiser", "ev-applicant", has_organisation=False)
    twin = await serious.staff("operator", "ev-applicants-twin")
    await one_person("ev-applicant", "ev-applicants-twin")
    code = new_code()
    assert (await serious.post("/v1/organisations", application(code), owner)).status_code == 201
    accepted = {"decision": "accepted", "reason": "好"}
    own, path = (409, "organisation_own_application"), f"/v1/organisations/{code}"
    assert refused(await serious.post(f"{path}/review", accepted, twin)) == own
    other = await serious.staff("operator", "ev-other")
    assert (await serious.post(f"{path}/review", accepted, other)).status_code == 200
    licence = {"kind": "business", "number": "B-1", "issuer": "市监局", "valid_from": "2026-01-01"} | REASON
    entered = (await serious.post(f"{path}/licences", licence | {"valid_to": None}, owner)).json()["licences"]
    confirmation = f"{path}/licences/{entered[0]['id']}/confirmation"
    assert refused(await serious.post(confirmation, REASON, twin)) == (409, "licence_own_entry")
    assert refused(await serious.post(f"{path}/state", {"to": "suspended"} | REASON, twin)) == own

    found = await Organisation.get(code=code)
    body = {"organisation": code, "reason": "好", "evidence": EVIDENCE, "valid_to": None}
    proposed = await serious.post("/v1/lists/green/entries", body, twin)
    assert refused(proposed) == (403, "own_organisation")
    case = await new_case(found)
    dismissal = f"/v1/list-cases/{case.id}/dismissal"
    assert refused(await serious.post(dismissal, REASON, twin)) == (403, "own_organisation")
    # Who leaves for an afternoon decides nothing either.
    await OrganisationMember.filter(organisation_id=found.id).update(
        removed_at=datetime.now(UTC), removed_by=await id_of("ev-applicant")
    )
    assert refused(await serious.post(dismissal, REASON, twin)) == (403, "own_organisation")
    assert (await serious.post(dismissal, REASON, other)).status_code == 200


async def test_an_operator_who_enters_an_application_does_not_accept_it(serious: Service) -> None:
    operator, code = await serious.staff("operator", "ev-enters"), new_code()
    assert (await serious.post("/v1/organisations", application(code), operator)).status_code == 201
    accepted = {"decision": "accepted", "reason": "好"}
    answer = await serious.post(f"/v1/organisations/{code}/review", accepted, operator)
    assert refused(answer) == (409, "organisation_own_application")


async def new_case(found: Organisation | None) -> ListCase:
    return await ListCase.create(
        rule="speculation",
        subject=f"event:{next(numbers)}",
        organisation_id=None if found is None else found.id,
        facts={},
        facts_digest=uuid7().bytes * 2,
        found_at=datetime.now(UTC),
    )


async def test_a_citys_regulator_lists_removes_and_dismisses_nothing_of_another_city(stage: Service) -> None:
    here, elsewhere = await organisation(city="成都"), await organisation(city="绵阳")
    local = await remit(stage, "ev-chengdu", city="成都")

    async def proposed(found: Organisation, by: dict[str, str] = local, **changes: object) -> Any:
        body: Json = {"organisation": found.code, "reason": "好", "evidence": EVIDENCE, "valid_to": None}
        return await stage.post("/v1/lists/green/entries", body | changes, by)

    unseen = (404, "organisation_not_found")
    assert refused(await proposed(elsewhere)) == unseen
    assert (await proposed(here)).status_code == 201
    entry = await publish(stage, await propose(stage, elsewhere, "green"))
    removal = f"/v1/list-entries/{entry['id']}/removal"
    assert refused(await stage.post(removal, REASON, local)) == unseen
    for found, answer in ((elsewhere, unseen), (None, (403, "outside_remit"))):
        case = await new_case(found)
        assert refused(await stage.post(f"/v1/list-cases/{case.id}/dismissal", REASON, local)) == answer
    # An event there brings its organisation in sight, and an agency's regulator publishes for no other agency.
    event = await stage.event("ev-there")
    await host_event(elsewhere, event["id"])
    removed = await stage.post(removal, REASON, local)
    assert removed.json()["code"] == "outside_remit", "a second step is the province's"
    of_culture = await remit(stage, "ev-culture", agency="culture_tourism")
    away = await organisation(agency="culture_tourism")
    assert refused(await proposed(away, of_culture)) == (403, "outside_remit")
    assert (await proposed(away, of_culture, publisher="culture_tourism")).status_code == 201
    assert (await frozen(stage, "ev-there"))["is_frozen"] is False


async def test_an_operator_accepts_no_event_of_their_other_accounts_organisation(serious: Service) -> None:
    found = await organisation()
    files = await member(serious, found, "editor", username="ev-files")
    await member(serious, found, "reader", username="ev-colleague")
    twin = await serious.staff("operator", "ev-colleagues-twin")
    await one_person("ev-colleague", "ev-colleagues-twin")
    body = {
        "slug": "ev-accepted",
        "name": {"zh-CN": "展会", "en": "Fair"},
        "kind": "exhibition",
        "city": "成都",
        "starts_at": "2027-05-01T09:00:00+08:00",
        "ends_at": "2027-05-02T18:00:00+08:00",
        "plan": "少用电",
    }
    assert (await serious.post("/v1/events", body, files)).status_code == 201
    path = "/v1/events/ev-accepted/transitions"
    assert (await serious.post(path, {"to": "submitted"}, files)).status_code == 200
    accepted = {"to": "accepted", "note": "好"}
    assert refused(await serious.post(path, accepted, twin)) == (409, "event_second_person_missing")
    assert (
        await serious.post(path, accepted, await serious.staff("operator", "ev-other"))
    ).status_code == 200


async def test_an_appeal_a_removal_and_the_last_day_at_one_moment_end_an_entry_once(stage: Service) -> None:
    found = await organisation()
    owner = await member(stage, found, "owner", username="ev-appeals")
    event = await stage.event("ev-ends")
    await host_event(found, event["id"])
    today = day_of(datetime.now(UTC))
    entry = await blacklist(stage, found, valid_to=str(today))
    path = f"/v1/list-entries/{entry['id']}"
    appealed = await stage.post(f"{path}/appeals", {"text": "不实"}, owner)
    assert (appealed.json()["proposed_by"], appealed.json()["confirmed_by"]) == (None, None)
    regulator = await stage.staff("regulator")
    upheld = {"decision": "upheld", "reason": "有误"}
    decided, removed, expired = await asyncio.gather(
        stage.post(f"/v1/list-appeals/{appealed.json()['appeal_id']}/decision", upheld, regulator),
        stage.post(f"{path}/removal", REASON, regulator),
        expire_entries(stage.components.database, today + timedelta(days=1), datetime.now(UTC)),
    )
    assert decided.status_code == 200
    assert removed.status_code in (200, 409)
    seen = (await stage.client.get(path)).json()
    assert seen["state"] == ("expired" if expired else "removed")
    assert seen["appeal"]["state"] == "upheld"
    freezes = await frozen(stage, "ev-ends")
    assert (freezes["is_frozen"], len(freezes["freezes"])) == (False, 1)
