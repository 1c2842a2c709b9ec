"""Row 33, 碳中和信用评价机制: a score from events, late retirement, complaints; late (> 1 year) lowers it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import asyncpg

from backend.models import Complaint, CreditBatch, CreditScore, SerialRefusal, Staff
from tests.plan.rating import ended_event, rated
from tests.routes.organisations.organising import member, organisation
from tests.service import TONNE, Json, Service

BOUNDARY = {"boundary_g": TONNE, "basis": "self_declaration"}


def points(credit: Json, criterion: str) -> Decimal:
    (found,) = (each for each in credit["points"] if each["criterion"] == criterion)
    return Decimal(found["points"])


async def test_row_33_retirement_later_than_a_year_lowers_the_score_by_rule(
    service: Service, owner: asyncpg.Connection
) -> None:
    prompt, late, young = [await organisation() for _ in range(3)]
    for firm, slug, days_ago in ((prompt, "prompt", 400), (late, "late", 400), (young, "young", 300)):
        event = await ended_event(service, firm, slug, days_ago=days_ago, evaluation=BOUNDARY)
        batch = await service.batch(retired_on=str(date.today() - timedelta(days=350)))
        if firm is not young:
            await service.pool(slug, TONNE, batch)
        if firm is prompt:
            assigned = event.ends_at + timedelta(days=40)
            await owner.execute("UPDATE pools SET created_at = $1 WHERE event_id = $2", assigned, event.id)
    credits = [await rated(service, firm) for firm in (prompt, late, young)]
    assert [points(each, "retirement_in_time") for each in credits] == [25, 10, 25]
    assert Decimal(credits[0]["score"]) - Decimal(credits[1]["score"]) == 15


async def test_row_33_an_upheld_complaint_lowers_it_and_an_objection_lifts_it_again(service: Service) -> None:
    firm = await organisation()
    owner = await member(service, firm, "owner", username="owner")
    reader = await member(service, firm, "reader", username="reader")
    await ended_event(service, firm, "fair", days_ago=30)
    before = Decimal((await rated(service, firm))["score"])
    now = datetime.now(UTC)
    await Complaint.create(
        about="event_report",
        subject="fair",
        text="x",
        code_hash=b"0" * 32,
        state="upheld",
        received_at=now,
        due_on=now.date(),
        answer="x",
        answered_at=now,
        answered_by=(await Staff.get(username="owner")).id,
        taken_by=(await Staff.get(username="owner")).id,
        taken_at=now,
    )
    lowered = await rated(service, firm)
    assert (before - Decimal(lowered["score"]), points(lowered, "complaints")) == (5, 10)

    path = f"/v1/organisations/{firm.code}/credit/objections"
    body = {"criterion": "complaints", "reason": "the complaint is about another event"}
    outsider = await service.staff("organiser", "outsider")
    answers = [await service.post(path, body, each) for each in (outsider, reader, owner, owner)]
    assert [each.status_code for each in answers] == [404, 403, 201, 409]
    assert (await service.post(path, body | {"criterion": "beauty"}, owner)).json()[
        "code"
    ] == "credit_point_unknown"
    id_ = answers[2].json()["id"]
    operator = await service.staff("operator")
    decision = {"decision": "upheld", "reason": "so it is", "corrected": 2}
    decide = f"/v1/credit-objections/{id_}/decision"
    codes = [
        (await service.post(decide, decision | {"corrected": n}, operator)).status_code for n in (2, 0, 1, 1)
    ]
    assert codes == [422, 422, 200, 409]
    lifted = (await service.client.get(f"/v1/organisations/{firm.code}/credit")).json()
    (point,) = (each for each in lifted["points"] if each["criterion"] == "complaints")
    assert (Decimal(lifted["score"]), point["value"], point["objection"]) == (before, 0, "upheld")
    listed = await service.client.get("/v1/credit-objections", headers=owner)
    assert [each["decision"] for each in listed.json()["items"]] == ["upheld"]
    assert (await service.client.get("/v1/credit-objections", headers=outsider)).json()["items"] == []
    for language in ("zh-CN", "en"):
        page = await service.client.get(
            f"/organisations/{firm.code}/credit", headers={"Accept-Language": language}
        )
        assert (page.status_code, str(lifted["score"]) in page.text) == (200, True)


async def test_row_33_every_upheld_complaint_about_it_counts_whatever_it_names(service: Service) -> None:
    firm, other = await organisation(), await organisation()
    for each, slug in ((firm, "fair"), (other, "show")):
        await ended_event(service, each, slug, days_ago=30)
    await service.staff("operator")
    answerer, now = (await Staff.get(username="operator")).id, datetime.now(UTC)
    for number, (about, subject, state) in enumerate(
        (
            ("event", "fair", "upheld"),
            ("organisation", firm.code, "upheld"),
            ("organisation", firm.code, "rejected"),
            ("list_entry", "x", "upheld"),
        )
    ):
        await Complaint.create(
            about=about,
            subject=subject,
            organisation_id=firm.id,
            text="x",
            code_hash=bytes([number]) * 32,
            state=state,
            received_at=now,
            due_on=now.date(),
            answer="x",
            answered_at=now,
            answered_by=answerer,
            taken_by=answerer,
            taken_at=now,
        )
    assert points(await rated(service, firm), "complaints") == 15 - 2 * 5
    assert points(await rated(service, other), "complaints") == 15


async def test_row_33_an_objection_after_its_term_is_refused(
    service: Service, owner: asyncpg.Connection
) -> None:
    firm = await organisation()
    member_headers = await member(service, firm, "owner", username="owner")
    await ended_event(service, firm, "fair", days_ago=30)
    await rated(service, firm)
    stored = await CreditScore.get(organisation_id=firm.id)
    path = f"/v1/organisations/{firm.code}/credit/objections"
    old = datetime.now(UTC) - timedelta(days=31)
    await owner.execute("UPDATE credit_scores SET computed_at = $1 WHERE id = $2", old, stored.id)
    answer = await service.post(path, {"criterion": "complaints", "reason": "late"}, member_headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "credit_objection_late")


async def test_row_33_a_complaint_about_the_organisation_or_its_event_counts_once(service: Service) -> None:
    firm = await organisation()
    await member(service, firm, "owner", username="owner")
    await ended_event(service, firm, "fair", days_ago=30)
    answerer = await Staff.get(username="owner")
    now = datetime.now(UTC)
    for place, (about, subject) in enumerate(
        [("organisation", firm.code), ("event", "fair"), ("event_report", "fair")]
    ):
        await Complaint.create(
            about=about,
            subject=subject,
            organisation_id=firm.id,
            text="x",
            code_hash=bytes([place]) * 32,
            state="upheld",
            received_at=now,
            due_on=now.date(),
            answer="x",
            answered_at=now,
            answered_by=answerer.id,
            taken_by=answerer.id,
            taken_at=now,
        )
    found = await rated(service, firm)
    assert next(each["value"] for each in found["points"] if each["criterion"] == "complaints") == 3


async def test_row_33_serials_that_the_register_refused_are_false_data(service: Service) -> None:
    firm = await organisation()
    await member(service, firm, "owner", username="owner")
    await ended_event(service, firm, "fair", days_ago=30)
    teller = await Staff.get(username="owner")
    batch = await service.batch(retirement_ref="RET-OWN")
    await CreditBatch.filter(id=batch["id"]).update(developer_id=firm.id)
    refused = {"code": "retirement_repeated", "staff_id": teller.id, "developer_id": firm.id}
    # Its own batch sent a second time is a repeat, and nothing false.
    await SerialRefusal.create(tried="RET-OWN –", **refused)
    clean = await rated(service, firm)
    assert points(clean, "true_data") == 15
    for _ in range(2):
        await SerialRefusal.create(tried="RET-9 100–200", **refused)
    lowered = await rated(service, firm)
    assert points(lowered, "true_data") == 0
    assert next(each["value"] for each in lowered["points"] if each["criterion"] == "true_data") == 1
