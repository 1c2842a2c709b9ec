"""The green, black and negative list: two persons, a hearing, an appeal, a way off it, over HTTP."""

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
from backend.models import Citizen, ListEntry, Organisation, Staff, StaffCitizen
from backend.models.keys import uuid7
from backend.services.supervision.lists import expire_entries
from backend.settings import Settings
from tests.organising import (
    EVIDENCE,
    blacklist,
    credit_code,
    host_event,
    join_organisation,
    new_organisation,
    publish,
)
from tests.organising import propose as propose_entry
from tests.routes.contract import watch
from tests.service import Json, Service, open_service

numbers = count(1)


@pytest.fixture(scope="module")
async def serious(stage_settings: Settings) -> AsyncIterator[Service]:
    """The same database outside demo mode, where two persons are two and a hearing takes its days."""
    async with open_service(replace(stage_settings, environment="production")) as running:
        yield watch(running)


@pytest.fixture
async def organisation(stage: Service) -> Organisation:
    return await new_organisation(next(numbers))


async def ask(service: Service, path: str, body: Json, role: str, username: str | None = None) -> Any:
    return await service.post(f"/v1/{path}", body, await service.staff(role, username))


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def decide(service: Service, entry: Json, username: str, decision: str = "confirmed") -> Any:
    body = {"decision": decision, "reason": "属实"}
    return await ask(service, f"list-entries/{entry['id']}/confirmation", body, "regulator", username)


async def hear(rows: asyncpg.Connection, entry: Json) -> None:
    """Let the days of a hearing go by."""
    await rows.execute("UPDATE list_entries SET hearing_until = '2026-01-05' WHERE id = $1", entry["id"])


async def shown(service: Service, name: str, entry: Json) -> Json | None:
    page = (await service.client.get(f"/v1/lists/{name}?limit=100")).json()
    return next((each for each in page["items"] if each["id"] == entry["id"]), None)


async def test_an_entry_is_public_once_a_second_person_has_confirmed_it(
    serious: Service, organisation: Organisation
) -> None:
    evidence = [*EVIDENCE, {"title": "举报人材料", "is_public": False}]
    last = (day_of(datetime.now(UTC)) + timedelta(days=365)).isoformat()
    entry = await propose_entry(serious, organisation, "green", evidence=evidence, valid_to=last)
    assert (entry["state"], entry["is_in_force"], entry["may"]) == ("proposed", False, [])
    assert await shown(serious, "green", entry) is None
    assert (await serious.client.get(f"/v1/list-entries/{entry['id']}")).status_code == 404
    published = await publish(serious, entry)
    assert (published["state"], published["is_in_force"]) == ("published", True)
    found = await shown(serious, "green", entry)
    assert found is not None
    assert (found["organisation"]["code"], found["reason"]) == (organisation.code, "伪造注销凭证")
    assert [each["title"] for each in found["evidence"]] == [EVIDENCE[0]["title"]]
    assert (found["valid_from"], found["valid_to"]) == (day_of(datetime.now(UTC)).isoformat(), last)
    assert found["publisher"]["zh-CN"] == "四川省生态环境厅"
    assert "proposed_by" not in found
    assert (await serious.client.get(f"/v1/list-entries/{entry['id']}")).json() == found


async def test_a_list_is_read_of_one_organisation(serious: Service, organisation: Organisation) -> None:
    entry = await propose_entry(serious, organisation, "green")
    assert (await decide(serious, entry, "second")).status_code == 200
    other = await new_organisation(next(numbers))
    for code, found in ((organisation.code, [entry["id"]]), (other.code, []), ("nobody", [])):
        page = (await serious.client.get(f"/v1/lists/green?organisation={code}")).json()
        assert [each["id"] for each in page["items"]] == found


async def test_who_proposed_never_confirms_by_any_account(
    serious: Service, organisation: Organisation
) -> None:
    body = {
        "organisation": organisation.code,
        "reason": "信用良好",
        "evidence": EVIDENCE,
        "valid_to": None,
    }
    answer = await ask(serious, "lists/green/entries", body, "regulator", "one")
    assert answer.status_code == 201
    entry = answer.json()
    assert refused(await decide(serious, entry, "one")) == (403, "same_person")
    citizen = await Citizen.create(id=uuid7())
    for username in ("one", "one-again"):
        await serious.staff("regulator", username)
        staff = await Staff.get(username=username)
        await StaffCitizen.create(staff_id=staff.id, citizen_id=citizen.id)
    assert refused(await decide(serious, entry, "one-again")) == (403, "same_person")
    assert (await decide(serious, entry, "two")).json()["state"] == "published"
    assert refused(await decide(serious, entry, "two")) == (409, "list_entry_decided")


async def test_two_confirmations_at_one_moment_publish_once(
    serious: Service, organisation: Organisation
) -> None:
    entry = await propose_entry(serious, organisation, "green")
    answers = await asyncio.gather(*(decide(serious, entry, f"at-once-{n}") for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_an_organisation_is_heard_before_it_is_blacklisted(
    serious: Service, organisation: Organisation
) -> None:
    entry = await propose_entry(serious, organisation)
    assert (entry["state"], entry["is_heard"]) == ("hearing", False)
    assert refused(await decide(serious, entry, "two")) == (409, "hearing_not_over")
    await serious.staff("organiser", "the-owner")
    await join_organisation(organisation, "the-owner")
    mine = await serious.client.get(
        "/v1/staff/hearings", headers=await serious.staff("organiser", "the-owner")
    )
    [heard] = mine.json()["items"]
    assert (heard["may"], heard["proposed_by"]) == (["answer"], None)
    path, body = f"list-entries/{entry['id']}/statements", {"text": "凭证属实，附登记机构复函。"}
    # Neither a stranger nor the operator who proposed it answers for the organisation.
    assert refused(await ask(serious, path, body, "organiser", "stranger")) == (404, "list_entry_not_found")
    assert refused(await ask(serious, path, body, "operator")) == (404, "list_entry_not_found")
    answered = await ask(serious, path, body, "organiser", "the-owner")
    assert (answered.status_code, answered.json()["is_heard"]) == (200, True)
    assert refused(await ask(serious, path, body, "organiser", "the-owner")) == (409, "statement_given")
    assert (await decide(serious, entry, "two")).json()["state"] == "published"


async def test_without_an_answer_the_days_of_the_hearing_open_the_confirmation(
    serious: Service, organisation: Organisation, rows: asyncpg.Connection
) -> None:
    entry = await propose_entry(serious, organisation)
    await hear(rows, entry)
    assert (await decide(serious, entry, "two")).json()["state"] == "published"
    body = {"text": "太晚"}
    await serious.staff("organiser", "late-owner")
    await join_organisation(organisation, "late-owner")
    path = f"list-entries/{entry['id']}/statements"
    assert refused(await ask(serious, path, body, "organiser", "late-owner")) == (409, "hearing_closed")


async def test_an_entry_leaves_the_list_by_two_persons_and_stays_as_history(
    serious: Service, organisation: Organisation, rows: asyncpg.Connection
) -> None:
    entry = await propose_entry(serious, organisation)
    await hear(rows, entry)
    await decide(serious, entry, "two")
    path, body = f"list-entries/{entry['id']}/removal", {"reason": "已整改"}
    waits = (await ask(serious, path, body, "regulator", "two")).json()
    assert (waits["state"], waits["removal_waits"]) == ("published", True)
    assert (await ask(serious, path, body, "regulator", "two")).json()["state"] == "published"
    assert refused(await ask(serious, path, body, "operator")) == (403, "outside_remit")
    removed = (await ask(serious, path, body, "regulator", "three")).json()
    assert (removed["state"], removed["is_in_force"]) == ("removed", False)
    found = await shown(serious, "black", entry)
    assert found is not None
    assert (found["is_in_force"], found["removal_reason"]) == (False, "已整改")
    assert refused(await ask(serious, path, body, "regulator", "three")) == (409, "list_entry_not_in_force")


async def test_an_upheld_appeal_removes_the_entry_at_once(
    serious: Service, organisation: Organisation, rows: asyncpg.Connection
) -> None:
    entry = await propose_entry(serious, organisation)
    await hear(rows, entry)
    await decide(serious, entry, "two")
    await serious.staff("organiser", "appellant")
    await join_organisation(organisation, "appellant")
    path, body = f"list-entries/{entry['id']}/appeals", {"text": "认定有误"}
    assert refused(await ask(serious, path, body, "organiser", "stranger")) == (404, "list_entry_not_found")
    filed = await ask(serious, path, body, "organiser", "appellant")
    assert filed.status_code == 201
    assert refused(await ask(serious, path, body, "organiser", "appellant")) == (409, "appeal_repeated")
    public = await shown(serious, "black", entry)
    assert public is not None
    assert public["appeal"]["state"] == "open"
    assert "appeal_text" not in public
    decision = {"decision": "upheld", "reason": "证据不足"}
    appeal = f"list-appeals/{filed.json()['appeal_id']}/decision"
    assert refused(await ask(serious, appeal, decision, "regulator", "two")) == (403, "same_person")
    decided = await ask(serious, appeal, decision, "regulator", "three")
    assert (decided.json()["state"], decided.json()["appeal"]["state"]) == ("removed", "upheld")
    assert refused(await ask(serious, appeal, decision, "regulator", "three")) == (409, "appeal_decided")


async def test_an_appeal_after_its_term_is_refused(serious: Service, organisation: Organisation) -> None:
    entry = await publish(serious, await propose_entry(serious, organisation, "green"))
    await serious.staff("organiser", "slow-owner")
    await join_organisation(organisation, "slow-owner")
    path, body = f"list-entries/{entry['id']}/appeals", {"text": "?"}
    now = datetime.now(UTC)
    await ListEntry.filter(id=entry["id"]).update(published_at=now - timedelta(days=61))
    assert refused(await ask(serious, path, body, "organiser", "slow-owner")) == (409, "appeal_late")
    await ListEntry.filter(id=entry["id"]).update(published_at=now - timedelta(days=60))
    assert (await ask(serious, path, body, "organiser", "slow-owner")).status_code == 201


async def test_a_member_without_ownership_neither_answers_nor_appeals(
    serious: Service, organisation: Organisation
) -> None:
    entry = await propose_entry(serious, organisation)
    await serious.staff("organiser", "reader")
    await join_organisation(organisation, "reader", "reader")
    path = f"list-entries/{entry['id']}/statements"
    answer = await ask(serious, path, {"text": "?"}, "organiser", "reader")
    assert refused(answer) == (403, "organisation_duty_missing")


async def test_members_of_an_organisation_decide_nothing_about_it(
    serious: Service, organisation: Organisation
) -> None:
    entry = await propose_entry(serious, organisation, "green")
    await serious.staff("regulator", "insider")
    await join_organisation(organisation, "insider", "reader")
    assert refused(await decide(serious, entry, "insider")) == (403, "own_organisation")
    body = {"organisation": organisation.code, "reason": "好", "evidence": EVIDENCE, "valid_to": None}
    answer = await ask(serious, "lists/black/entries", body, "regulator", "insider")
    assert refused(answer) == (403, "own_organisation")


async def test_a_regulator_of_one_city_publishes_nothing(
    serious: Service, organisation: Organisation, rows: asyncpg.Connection
) -> None:
    entry = await propose_entry(serious, organisation, "green")
    await serious.staff("regulator", "of-mianyang")
    await rows.execute(
        """INSERT INTO regulator_remits (id, staff_id, city, given_by)
           SELECT gen_random_uuid(), id, '绵阳', id FROM staff WHERE username = 'of-mianyang'"""
    )
    assert refused(await decide(serious, entry, "of-mianyang")) == (403, "outside_remit")


@pytest.mark.parametrize(
    ("name", "changes", "code"),
    [
        ("grey", {}, (404, "list_not_found")),
        ("negative", {}, (422, "negative_rule_unknown")),
        ("negative", {"rule": "mood"}, (422, "negative_rule_unknown")),
        ("green", {"valid_to": "2020-01-01"}, (422, "invalid_body")),
        ("green", {"evidence": []}, (422, "invalid_body")),
        ("green", {"organisation": credit_code(999_999)}, (404, "organisation_not_found")),
        ("green", {"organisation": "91510100MA6CGK4W8O"}, (404, "organisation_not_found")),
        ("green", {"case": str(uuid7())}, (404, "list_case_not_found")),
    ],
)
async def test_a_proposal_that_is_none_is_refused(
    stage: Service, organisation: Organisation, name: str, changes: Json, code: tuple[int, str]
) -> None:
    body = {
        "organisation": organisation.code,
        "reason": "好",
        "evidence": EVIDENCE,
        "valid_to": None,
    } | changes
    assert refused(await ask(stage, f"lists/{name}/entries", body, "operator")) == code
    assert not await ListEntry.exists(organisation_id=organisation.id)


async def test_an_organisation_stands_on_a_list_once(stage: Service, organisation: Organisation) -> None:
    entry = await propose_entry(stage, organisation, "green")
    body = {"organisation": organisation.code, "reason": "好", "evidence": EVIDENCE, "valid_to": None}
    assert refused(await ask(stage, "lists/green/entries", body, "operator")) == (409, "list_entry_repeated")
    assert (await decide(stage, entry, "two", "rejected")).json()["state"] == "rejected"
    assert (await ask(stage, "lists/green/entries", body, "operator")).status_code == 201
    assert (await propose_entry(stage, organisation, "negative", rule="resale"))["rule"] == "resale"


async def test_every_step_of_an_entry_is_on_record(
    stage: Service, organisation: Organisation, rows: asyncpg.Connection
) -> None:
    entry = await blacklist(stage, organisation)
    await ask(stage, f"list-entries/{entry['id']}/appeals", {"text": "?"}, "operator")
    await ask(stage, f"list-entries/{entry['id']}/removal", {"reason": "整改"}, "regulator")
    found = await rows.fetch(
        "SELECT action, reason FROM staff_actions WHERE subject = $1 ORDER BY id", entry["id"]
    )
    assert [row["action"] for row in found] == [
        "list.propose",
        "list.publish",
        "list.appeal",
        "list.propose_removal",
        "list.remove",
    ]


async def test_an_entry_expires_with_its_last_day(stage: Service, organisation: Organisation) -> None:
    today = day_of(datetime.now(UTC))
    event = await stage.event("expiring")
    await host_event(organisation, event["id"])
    entry = await blacklist(stage, organisation, valid_to=today.isoformat())
    now = datetime.now(UTC)
    assert await expire_entries(stage.components.database, today, now) == 0
    assert await expire_entries(stage.components.database, today + timedelta(days=1), now) == 1
    assert await expire_entries(stage.components.database, today + timedelta(days=1), now) == 0
    found = await shown(stage, "black", entry)
    assert found is not None
    assert (found["state"], found["is_in_force"]) == ("expired", False)
    seen = await stage.client.get("/v1/events/expiring/freezes", headers=await stage.staff("regulator"))
    assert seen.json()["is_frozen"] is False
