"""Citizens object, anybody reports, and who decided is never who answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2 as httpx
import pytest

from backend.domain.complaints.deadlines import due_on
from backend.domain.days import day_of
from backend.services.complaints import complaints
from tests.routes.attending import id_of
from tests.routes.evidencing import decide, pending
from tests.routes.identity.doors import browser_at
from tests.service import Json, Service

TEXT = "照片拍得清清楚楚，请再看一次。"


@pytest.fixture(scope="module")
async def number(stage: Service) -> str:
    """The number of a public certificate."""
    await stage.event("complained")
    await stage.pool("complained")
    (badge,) = await stage.badges(1, "complained")
    journey = {"distance_km": 300, "mode": "hsr"}
    answer = await stage.scan(badge["code"], await stage.citizen(), journey=journey, offset={"grams": 1000})
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["certificate"]["number"]
    return found


async def rejected(stage: Service) -> tuple[dict[str, str], str]:
    """A citizen whose action was rejected by staff, and the review's id."""
    citizen, action = await pending(stage)
    answer = await decide(stage, action["id"], "reject")
    assert answer.status_code == 200, answer.text
    return citizen, action["id"]


async def object_to(stage: Service, citizen: dict[str, str], subject: str, about: str = "review") -> Any:
    return await stage.post("/v1/me/complaints", {"about": about, "subject": subject, "text": TEXT}, citizen)


async def report(stage: Service, subject: str, **changes: Any) -> httpx.Response:
    return await stage.post(
        "/v1/complaints", {"about": "certificate", "subject": subject, "text": "数字不对"} | changes
    )


async def step(stage: Service, id_: str, verb: str, role: str, body: Json | None = None) -> httpx.Response:
    await stage.city_duties()
    return await stage.post(f"/v1/complaints/{id_}/{verb}", body or {}, await stage.staff(role))


async def test_an_objection_goes_from_received_to_an_answer_that_its_citizen_reads(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen, review = await rejected(stage)
    taken = await object_to(stage, citizen, review)
    assert taken.status_code == 201, taken.text
    complaint = taken.json()
    assert (complaint["state"], complaint["answer"]) == ("received", None)
    assert complaint["due_on"] == due_on(day_of(datetime.now(UTC))).isoformat()

    early = await step(stage, complaint["id"], "answer", "operator", {"state": "upheld", "answer": "补记"})
    assert (early.status_code, early.json()["code"]) == (409, "complaint_not_taken")
    assert (await step(stage, complaint["id"], "review", "operator")).json()["state"] == "under_review"
    done = await step(stage, complaint["id"], "answer", "operator", {"state": "upheld", "answer": "补记"})
    assert done.json()["state"] == "upheld"
    twice = await step(stage, complaint["id"], "answer", "operator", {"state": "rejected", "answer": "不"})
    assert (twice.status_code, twice.json()["code"]) == (409, "complaint_answered")

    (mine,) = (await stage.client.get("/v1/me/complaints", headers=citizen)).json()["items"]
    assert (mine["state"], mine["answer"]) == ("upheld", "补记")
    recorded = await rows.fetch(
        "SELECT action FROM staff_actions WHERE subject = $1 ORDER BY at", complaint["id"]
    )
    assert [row["action"] for row in recorded] == ["complaint.take", "complaint.answer"]
    exported = (await stage.client.get("/v1/me/export", headers=citizen)).json()["complaints"]
    assert [each["text"] for each in exported] == [TEXT]


async def test_who_rejected_an_action_cannot_answer_the_objection_to_it(stage: Service) -> None:
    citizen, review = await rejected(stage)
    id_ = (await object_to(stage, citizen, review)).json()["id"]
    for verb, body in (("review", None), ("answer", {"state": "rejected", "answer": "没错"})):
        refused = await step(stage, id_, verb, "staff", body)
        assert (refused.status_code, refused.json()["code"]) == (403, "complaint_of_own_decision")
    waiting = (await stage.client.get("/v1/complaints?limit=100", headers=await stage.staff("staff"))).json()
    assert {each["id"]: each["may_answer"] for each in waiting["items"]}[id_] is False


async def test_nobody_objects_for_another_nor_to_what_was_not_decided_against_them(stage: Service) -> None:
    citizen, review = await rejected(stage)
    stranger = await stage.citizen()
    approved, action = await pending(stage)
    await decide(stage, action["id"], "approve")
    for who, subject, about in (
        (stranger, review, "review"),
        (approved, action["id"], "review"),
        (approved, action["id"], "action"),
        (citizen, str(uuid4()), "review"),
        (citizen, "nonsense", "action"),
        (citizen, "no-such-event", "offset"),
    ):
        refused = await object_to(stage, who, subject, about)
        assert (refused.status_code, refused.json()["code"]) == (404, "complaint_subject_unknown"), about
    assert (await stage.client.get("/v1/me/complaints", headers=stranger)).json()["items"] == []


async def test_a_decision_is_objected_to_once_however_its_id_is_spelled(stage: Service) -> None:
    citizen, review = await rejected(stage)
    assert (await object_to(stage, citizen, review)).status_code == 201
    for spelling in (review, review.upper()):
        again = await object_to(stage, citizen, spelling)
        assert again.status_code in (404, 409), spelling


async def test_anybody_reports_a_certificate_and_finds_the_answer_by_the_code_alone(
    stage: Service, number: str, rows: asyncpg.Connection
) -> None:
    sent = await report(stage, number, contact="visitor@example.org")
    assert sent.status_code == 201, sent.text
    receipt = sent.json()
    stored = str(await rows.fetchrow("SELECT * FROM complaints WHERE id = $1::uuid", receipt["id"]))
    assert "visitor@example.org" not in stored
    assert receipt["code"] not in stored

    found = await stage.post("/v1/complaints/lookup", {"code": receipt["code"]})
    assert found.json()["state"] == "received"
    assert "code" not in found.json()
    for guess in (receipt["id"], receipt["code"][:-1]):
        assert (await stage.post("/v1/complaints/lookup", {"code": guess})).status_code == 404
    seen = (await stage.client.get("/v1/complaints?limit=100", headers=await stage.staff("staff"))).json()[
        "items"
    ]
    assert {each["id"]: each["contact"] for each in seen}[receipt["id"]] == "visitor@example.org"
    await step(stage, receipt["id"], "review", "staff")
    await step(stage, receipt["id"], "answer", "staff", {"state": "answered", "answer": "已核对"})
    again = await stage.post("/v1/complaints/lookup", {"code": receipt["code"]})
    assert (again.json()["state"], again.json()["answer"]) == ("answered", "已核对")


async def test_a_report_needs_a_claim_that_is_public(stage: Service) -> None:
    for about, subject in (("certificate", "TF-NONE"), ("event_report", "no-such-event")):
        refused = await report(stage, subject, about=about)
        assert (refused.status_code, refused.json()["code"]) == (404, "complaint_subject_unknown")


async def test_a_flood_of_reports_about_one_claim_is_braked(
    stage: Service, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaints, "REPORTS_OF_CLAIM_PER_HOUR_MAX", 3)
    answers = [(await report(stage, number)).status_code for _ in range(5)]
    assert answers[-1] == 429
    assert answers.count(201) <= 3


async def test_one_sender_fills_no_more_than_a_share_of_the_hour(
    stage: Service, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("REPORTS_OF_CLAIM_PER_HOUR_MAX", "REPORTS_PER_HOUR_MAX"):
        monkeypatch.setattr(complaints, limit, 1000)
    monkeypatch.setattr(complaints, "SOURCE_SHARE", 250)
    body = {"about": "certificate", "subject": number, "text": "数字不对"}
    async with browser_at(stage, "198.51.100.7") as flooder, browser_at(stage, "198.51.100.8") as visitor:
        flood = [await flooder.post("/v1/complaints", json=body) for _ in range(6)]
        assert (await visitor.post("/v1/complaints", json=body)).status_code == 201
    assert [each.status_code for each in flood] == [201] * 4 + [429] * 2
    assert flood[-1].json()["code"] == "too_many_complaints"
    assert 0 < int(flood[-1].headers["retry-after"]) <= 3600


async def test_only_who_may_answer_reads_complaints(stage: Service) -> None:
    assert (await stage.client.get("/v1/complaints")).status_code == 401
    for headers in (await stage.citizen(), await stage.staff("organiser"), await stage.staff("regulator")):
        assert (await stage.client.get("/v1/complaints", headers=headers)).status_code == 403
        assert (await stage.post(f"/v1/complaints/{uuid4()}/answer", {}, headers)).status_code == 403


async def test_an_erased_citizens_objection_keeps_neither_person_nor_text(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen, review = await rejected(stage)
    id_ = (await object_to(stage, citizen, review)).json()["id"]
    person = id_of(stage, citizen)
    await stage.client.delete("/v1/me", headers=citizen)
    row = await rows.fetchrow("SELECT citizen_id, text, state FROM complaints WHERE id = $1::uuid", id_)
    assert (row["citizen_id"], row["text"], row["state"]) == (None, None, "received")
    assert await rows.fetchval("SELECT count(*) FROM complaints WHERE citizen_id = $1", person) == 0


async def test_the_answer_is_told_to_its_citizen_once(stage: Service) -> None:
    citizen, review = await rejected(stage)
    id_ = (await object_to(stage, citizen, review)).json()["id"]
    await step(stage, id_, "review", "operator")
    for _ in range(2):
        await step(stage, id_, "answer", "operator", {"state": "upheld", "answer": "补记"})
    items = (await stage.client.get("/v1/me/notices", headers=citizen)).json()["items"]
    (told,) = [each for each in items if each["kind"] == "complaint_answered"]
    assert "补记" in told["text"]["zh-CN"]
    assert "Upheld" in told["text"]["en"]


async def test_nobody_answers_their_own_complaint(stage: Service) -> None:
    citizen, review = await rejected(stage)
    id_ = (await object_to(stage, citizen, review)).json()["id"]
    token = citizen["Authorization"].removeprefix("Bearer ")
    own = await stage.staff("operator", "own-complaint")
    await stage.post("/v1/staff/me/citizens", {"access_token": token}, own)
    refused = await stage.post(f"/v1/complaints/{id_}/review", {}, own)
    assert (refused.status_code, refused.json()["code"]) == (403, "complaint_of_own_decision")


async def test_the_overdue_come_first(stage: Service, owner: asyncpg.Connection) -> None:
    ids = []
    for _ in range(2):
        citizen, review = await rejected(stage)
        ids.append((await object_to(stage, citizen, review)).json()["id"])
    items = (
        await stage.client.get("/v1/complaints?limit=100", headers=await stage.staff("operator"))
    ).json()["items"]
    days = [each["due_on"] for each in items]
    assert days == sorted(days)
    shown = [each["id"] for each in items if each["id"] in ids]
    assert shown == ids


async def test_complaints_are_for_whose_duty_they_are(stage: Service) -> None:
    await stage.event("answered")
    await stage.staff("staff", "gatekeeper")
    await stage.duties("answered", username="gatekeeper")
    refused = await stage.client.get("/v1/complaints", headers=await stage.staff("staff", "gatekeeper"))
    assert (refused.status_code, refused.json()["code"]) == (403, "duty_missing")
