"""A complaint is followed by its public number: state, deadline, published outcome, and nothing of who complained."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import pytest

from backend.models import Complaint, Organisation
from backend.services.complaints.complaints import count_overdue
from tests.organising import blacklist, host_event, join_organisation, new_organisation
from tests.service import Json, Service

SECRET = "我是王小明，电话 13900000000"


@pytest.fixture(scope="module")
async def organisation(stage: Service) -> Organisation:
    made = await new_organisation(1)
    event = await stage.event("complained-of")
    await host_event(made, event["id"])
    return made


async def complain(service: Service, about: str, subject: str) -> Any:
    return await service.post(
        "/v1/complaints", {"about": about, "subject": subject, "text": SECRET, "contact": "x@example.com"}
    )


async def public(service: Service, number: str) -> Json:
    answer = await service.client.get(f"/v1/complaints/{number}")
    assert answer.status_code == 200, answer.text
    assert SECRET not in answer.text
    found: Json = answer.json()
    return found


async def answer(service: Service, id_: str, state: str, public_answer: str | None, who: str) -> Any:
    headers = await service.staff("operator", who)
    await service.post(f"/v1/complaints/{id_}/review", {}, headers)
    body = {"state": state, "answer": "只给投诉人的答复", "public_answer": public_answer}
    return await service.post(f"/v1/complaints/{id_}/answer", body, headers)


async def test_anybody_follows_a_complaint_by_its_number(stage: Service, organisation: Organisation) -> None:
    receipt = (await complain(stage, "event", "complained-of")).json()
    number = receipt["number"]
    assert number.startswith("K-2026-")
    seen = await public(stage, number)
    assert set(seen) == {
        *("number", "about", "subject", "state", "received_at", "due_on", "is_overdue"),
        *("public_answer", "answered_at"),
    }
    assert (seen["state"], seen["is_overdue"], seen["public_answer"]) == ("received", False, None)
    answered = await answer(stage, receipt["id"], "upheld", "活动方已更正场馆用电数据。", "other-operator")
    assert answered.status_code == 200, answered.text
    seen = await public(stage, number.lower())
    assert (seen["state"], seen["public_answer"]) == ("upheld", "活动方已更正场馆用电数据。")
    assert "只给投诉人的答复" not in str(seen)
    # Upheld complaints are counted by organisation.
    assert await Complaint.filter(organisation_id=organisation.id, state="upheld").count() == 1
    page = await stage.client.get(f"/complaints/{number}")
    assert "活动方已更正场馆用电数据。" in page.text
    assert SECRET not in page.text


async def test_organisations_and_entries_of_lists_are_complained_about(
    stage: Service, organisation: Organisation
) -> None:
    entry = await blacklist(stage, await new_organisation(2))
    for about, subject in (("organisation", organisation.code), ("list_entry", entry["id"])):
        receipt = await complain(stage, about, subject)
        assert receipt.status_code == 201, receipt.text
        assert (await public(stage, receipt.json()["number"]))["about"] == about


@pytest.mark.parametrize(
    ("about", "subject"),
    [
        ("organisation", "91510100MA0000009X"),
        ("list_entry", "nothing"),
        ("event", "nowhere"),
        ("disclosure", "D-2026-000001"),
    ],
)
async def test_what_is_not_public_is_no_subject(stage: Service, about: str, subject: str) -> None:
    refused = await complain(stage, about, subject)
    assert (refused.status_code, refused.json()["code"]) == (404, "complaint_subject_unknown")


async def test_a_draft_is_not_complained_about(stage: Service) -> None:
    await stage.event("a-draft", state="draft")
    assert (await complain(stage, "event", "a-draft")).status_code == 404


async def test_a_member_of_the_organisation_does_not_answer(
    stage: Service, organisation: Organisation
) -> None:
    receipt = (await complain(stage, "organisation", organisation.code)).json()
    await stage.staff("operator", "member-operator")
    await join_organisation(organisation, "member-operator", "reader")
    refused = await answer(stage, receipt["id"], "rejected", None, "member-operator")
    assert (refused.status_code, refused.json()["code"]) == (403, "complaint_of_own_decision")


async def test_a_number_that_nobody_has_is_nobodys(stage: Service) -> None:
    for number in ("K-2026-000000", "K-2026", "%00", "我"):
        assert (await stage.client.get(f"/v1/complaints/{number}")).status_code in (400, 404)


async def test_what_is_overdue_is_said_in_public_and_counted_for_an_alert(
    stage: Service, organisation: Organisation, rows: asyncpg.Connection
) -> None:
    receipt = (await complain(stage, "organisation", organisation.code)).json()
    before = await count_overdue(datetime.now(UTC))
    await rows.execute("UPDATE complaints SET due_on = $2 WHERE id = $1", receipt["id"], date(2026, 1, 5))
    assert await count_overdue(datetime.now(UTC)) == before + 1
    assert (await public(stage, receipt["number"]))["is_overdue"] is True


async def test_a_disclosure_is_complained_about_by_its_number(
    stage: Service, organisation: Organisation, rows: asyncpg.Connection
) -> None:
    await rows.execute(
        """INSERT INTO disclosures (number, sequence, kind, subject, period_from, period_to, organisation_id, body,
               sha256, published_at)
           VALUES ('D-2026-000777', 1, 'organisation', $1, '2026-01-01', '2026-12-31', $2, 'x', sha256('x'),
               now())""",
        organisation.code,
        organisation.id,
    )
    receipt = await complain(stage, "disclosure", "D-2026-000777")
    assert receipt.status_code == 201, receipt.text
    stored = await Complaint.get(number=receipt.json()["number"])
    assert stored.organisation_id == organisation.id
