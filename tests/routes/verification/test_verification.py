"""A verifier at an event over HTTP: attached, going through the account, asking, signing; and who may not."""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import asyncpg
import pytest

from backend.domain.certificates.signatures import is_signed
from backend.models import (
    Citizen,
    CreditBatch,
    EventVerifier,
    Organisation,
    OrganisationMember,
    StaffCitizen,
    VerifierOpinion,
)
from backend.models.keys import uuid7
from backend.settings import Settings
from tests.organising import blacklist, host_event, join_organisation, new_organisation
from tests.routes.contract import watch
from tests.routes.filing import PAST, attend, move, moved, send
from tests.routes.inventory.test_inventory import POWER, record
from tests.service import TONNE, Json, Service, open_service
from tests.verifying import (
    OPINION,
    attach,
    attached,
    call,
    confirm_all,
    finding,
    licensed,
    shown,
    signed,
    staff_named,
    today,
)

LINE = POWER | {"period_from": "2026-05-01", "period_until": "2026-05-02"}
FUEL = LINE | {"meter": "M-2", "quantity": "100"}


@pytest.fixture(scope="module")
async def office(stage_settings: Settings) -> AsyncIterator[Service]:
    """Outside demo mode, where an uploaded report is what the organiser says of itself."""
    keys = replace(
        stage_settings,
        environment="production",
        transparency_log_keys=f"office:{b64encode(b'o' * 32).decode()}",
    )
    async with open_service(keys) as running:
        yield watch(running)


async def accounted(service: Service, slug: str = "fair", *lines: Json) -> None:
    """An event that is accounted for, with its lines of activity data."""
    await service.event(slug, **PAST)
    assert (await record(service, slug, lines=list(lines) or [LINE, FUEL])).status_code == 201
    await moved(service, slug, "accounting")


async def citizen_of_both() -> UUID:
    """A citizen that two accounts of the staff are."""
    return (await Citizen.create(id=uuid7())).id


async def test_a_verifier_goes_through_the_account_and_signs(
    service: Service, owner: asyncpg.Connection
) -> None:
    await service.event("fair", **PAST)
    sent = await send(service, "fair", "other", name="抄表.pdf")
    document = sent.json()["id"]
    assert (await record(service, lines=[LINE | {"document_id": document}, FUEL])).status_code == 201
    await attend(owner, "fair", [600_000])
    await moved(service, "fair", "accounting")
    verifier = await licensed(service)
    id_ = await attached(service, "fair", verifier)

    headers = await service.staff("verifier")
    (brief,) = (await service.client.get("/v1/verifications", headers=headers)).json()["items"]
    assert (brief["id"], brief["slug"], brief["is_signed"]) == (id_, "fair", False)
    found = await shown(service, id_)
    assert [each["kind"] for each in found["items"]] == ["people", "line", "line"]
    assert [each["emission_g"] for each in found["items"]] == [600_000, 173_324, 14_040]
    line = found["items"][1]
    assert (line["entered_by"], line["factor_id"], line["quantity"]) == (
        "organiser",
        "grid-sichuan-2022",
        1234.5,
    )
    assert found["progress"]["confirmed_pct"] == 0
    file = await service.client.get(line["evidence"]["url"], headers=headers)
    assert sha256(file.content).hexdigest() == line["evidence"]["sha256"]

    assert (await call(service, id_, "opinion", OPINION)).json()["code"] == "verification_open"
    largest = await call(service, id_, "reviews", {"reviews": [finding(found["items"][0])]})
    assert largest.json()["progress"]["confirmed_pct"] == 76.2
    opinion = await signed(service, id_)
    assert opinion["is_current"] is True

    # The signature is that of the platform's published key, over exactly the bytes that are kept.
    row = await VerifierOpinion.get(id=opinion["id"])
    keys = (await service.client.get("/.well-known/tianfu-log.json")).json()["keys"]
    (key,) = (each for each in keys if each["key_id"] == opinion["key_id"])
    assert is_signed(b64decode(key["public_key"]), bytes(row.body), b64decode(opinion["signature"]))
    report = await service.client.get(opinion["report_url"], headers=await service.staff("organiser"))
    assert report.content.startswith(b"%PDF-")

    (public,) = (await service.client.get("/v1/events/fair/verifiers")).json()["items"]
    assert public["organisation"]["code"] == verifier.code
    assert public["opinion"]["opinion"] == "unqualified"


async def test_a_line_that_is_superseded_is_open_again_and_its_question_goes_with_it(
    service: Service,
) -> None:
    await accounted(service)
    verifier = await licensed(service)
    id_ = await attached(service, "fair", verifier)
    item = (await confirm_all(service, id_))["items"][0]
    asked = await call(service, id_, "questions", {"item": item["key"], "question": "哪块表？"})
    (question,) = asked.json()["items"][0]["questions"]
    correction = LINE | {"quantity": "1000", "supersedes": item["key"].removeprefix("line:")}
    assert (await record(service, lines=[correction])).status_code == 201
    path = f"/v1/events/fair/verification-questions/{question['id']}/answer"
    organiser = await service.staff("organiser")
    assert (await service.post(path, {"answer": "抄错了，已更正"}, organiser)).status_code == 204
    again = await service.post(path, {"answer": "别的说法"}, organiser)
    assert (again.status_code, again.json()["code"]) == (409, "verification_question_answered")
    now = await shown(service, id_)
    assert (now["items"][0]["finding"], now["progress"]["open"]) == (None, 1)
    assert now["items"][0]["questions"][0]["answer"] == "抄错了，已更正"
    # What was seen before cannot be confirmed any more.
    stale = await call(service, id_, "reviews", {"reviews": [finding(item)]})
    assert (stale.status_code, stale.json()["code"]) == (409, "verification_item_unknown")
    as_new = finding(now["items"][0]) | {"seen": item["sha256"]}
    assert (await call(service, id_, "reviews", {"reviews": [as_new]})).status_code == 409


async def test_an_opinion_is_no_better_than_what_was_refused(service: Service) -> None:
    await accounted(service)
    id_ = await attached(service, "fair", await licensed(service))
    large, small = (await shown(service, id_))["items"]
    bare = await call(service, id_, "reviews", {"reviews": [finding(large, "refused")]})
    assert (bare.status_code, bare.json()["code"]) == (422, "verification_reason_missing")
    # 5 % of 187,364 g is 9,368.2 g.
    below = [finding(large), finding(small, "refused", reason="无凭证", materiality_g=9_368)]
    assert (await call(service, id_, "reviews", {"reviews": below})).status_code == 200
    high = await call(service, id_, "opinion", OPINION | {"threshold_pct": 5.01})
    assert (high.status_code, high.json()["code"]) == (422, "verification_threshold_too_high")
    lower = await call(service, id_, "opinion", OPINION | {"threshold_pct": 1})
    assert lower.json()["code"] == "verification_opinion_too_good"
    assert (await call(service, id_, "opinion", OPINION)).status_code == 201
    above = [finding(small, "refused", reason="无凭证", materiality_g=9_369)]
    assert (await call(service, id_, "reviews", {"reviews": above})).status_code == 200
    refused = await call(service, id_, "opinion", OPINION)
    assert (refused.status_code, refused.json()["code"]) == (409, "verification_opinion_too_good")
    assert (await call(service, id_, "opinion", OPINION | {"opinion": "qualified"})).status_code == 201


async def test_who_is_no_licensed_verifier_today_is_not_attached(service: Service) -> None:
    await service.event("fair", **PAST)
    past = {"valid_from": today() - timedelta(days=9), "valid_to": today() - timedelta(days=1)}
    unlicensed = [
        await new_organisation(31, "verifier"),
        await licensed(service, 32, **past),
        await licensed(service, 33, confirmed_by=None, confirmed_at=None),
        await licensed(service, 34, kind="rating"),
        await licensed(service, 35, valid_from=today() + timedelta(days=1)),
    ]
    for organisation in unlicensed:
        answer = await attach(service, "fair", organisation.code)
        assert (answer.status_code, answer.json()["code"]) == (409, "verifier_not_licensed"), (
            organisation.code
        )
    other_kind = await licensed(service, 36)
    await Organisation.filter(id=other_kind.id).update(kinds=["enterprise"])
    suspended = await licensed(service, 37)
    await Organisation.filter(id=suspended.id).update(state="suspended", state_why="x")
    listed = await licensed(service, 38)
    await blacklist(service, listed)
    for organisation in (other_kind, suspended, listed):
        answer = await attach(service, "fair", organisation.code)
        assert (answer.status_code, answer.json()["code"]) == (409, "verifier_not_licensed"), (
            organisation.code
        )
    assert not await EventVerifier.exists()


async def test_who_runs_the_event_develops_its_credits_or_shares_a_person_is_not_attached(
    service: Service,
) -> None:
    event = await service.event("fair", **PAST)
    host = await new_organisation(41)
    await host_event(host, event["id"])
    await join_organisation(host, "organiser")
    runs = await licensed(service, 42)
    await host_event(runs, event["id"], "co_host")
    shares = await licensed(service, 43)
    await join_organisation(shares, "organiser", "reader")
    # One person with two accounts, who told of one citizen with both.
    twice = await licensed(service, 44, username="second-account")
    citizen = await citizen_of_both()
    for username, role in (("organiser", "organiser"), ("second-account", "verifier")):
        await StaffCitizen.create(
            staff_id=(await staff_named(service, role, username)).id, citizen_id=citizen
        )
    develops = await licensed(service, 45)
    await service.pool("fair", TONNE)
    await CreditBatch.all().update(developer_id=develops.id)
    for organisation in (runs, shares, twice, develops):
        answer = await attach(service, "fair", organisation.code)
        assert (answer.status_code, answer.json()["code"]) == (409, "verifier_not_independent")
    assert (
        await attach(service, "fair", (await licensed(service, 46, username="free")).code)
    ).status_code == 201


async def test_a_licence_that_ends_in_the_middle_signs_nothing_and_loses_nothing(
    service: Service, owner: asyncpg.Connection
) -> None:
    await accounted(service)
    first = await licensed(service)
    id_ = await attached(service, "fair", first)
    await confirm_all(service, id_)
    await owner.execute(
        "UPDATE organisation_licences SET valid_to = $2 WHERE organisation_id = $1",
        first.id,
        today() - timedelta(days=1),
    )
    for what, body in (
        ("opinion", OPINION),
        ("reviews", {"reviews": [finding((await shown(service, id_))["items"][0])]}),
    ):
        refused = await call(service, id_, what, body)
        assert (refused.status_code, refused.json()["code"]) == (409, "verifier_licence_ended")
    kept = await shown(service, id_)
    assert (kept["progress"]["open"], kept["may_review"], kept["verifier"]["is_licensed"]) == (
        0,
        False,
        False,
    )

    second = await licensed(service, 2, username="second")
    taken = await attach(service, "fair", second.code)
    assert (taken.status_code, taken.json()["code"]) == (409, "verifier_attached")
    path = f"/v1/events/fair/verifiers/{first.code}/removal"
    ended = await service.post(path, {"reason": "资质到期"}, await service.staff("organiser"))
    assert ended.status_code == 204
    gone = await call(service, id_, "opinion", OPINION)
    assert (gone.status_code, gone.json()["code"]) == (409, "verification_ended")
    other = await attached(service, "fair", second)
    assert (await shown(service, other, "second"))["progress"]["open"] == 2, "another verifier begins anew"
    assert (await signed(service, other, "second"))["opinion"] == "unqualified"
    history = (await service.client.get("/v1/events/fair/verifiers")).json()["items"]
    assert [each["ended_why"] for each in history] == [None, "资质到期"]


async def test_only_members_with_the_duty_review_and_others_see_nothing(service: Service) -> None:
    await accounted(service)
    verifier = await licensed(service)
    id_ = await attached(service, "fair", verifier)
    await licensed(service, 2, username="stranger")
    headers = await service.staff("verifier", "stranger")
    for path in (f"/v1/verifications/{id_}", "/v1/events/fair/account"):
        assert (await service.client.get(path, headers=headers)).status_code == 404
    foreign = await service.client.get(
        f"/v1/verifications/{id_}",
        headers=await service.staff("organiser", "foreign"),
    )
    assert foreign.status_code == 404
    reader = await staff_named(service, "verifier", "looks-only")
    await OrganisationMember.create(
        organisation_id=verifier.id, staff_id=reader.id, duty="reader", added_by=reader.id
    )
    found = await shown(service, id_, "looks-only")
    assert found["may_review"] is False
    refused = await call(service, id_, "reviews", {"reviews": [finding(found["items"][0])]}, "looks-only")
    assert (refused.status_code, refused.json()["code"]) == (403, "organisation_duty_missing")


async def test_who_entered_data_verifies_nothing_with_any_account(service: Service) -> None:
    await accounted(service)
    id_ = await attached(service, "fair", await licensed(service))
    operator = await staff_named(service, "operator", "enters-lines")
    entered = await service.post(
        "/v1/events/fair/inventory",
        {"lines": [FUEL | {"meter": "M-9"}]},
        await service.staff("operator", "enters-lines"),
    )
    assert entered.status_code == 201
    found = await shown(service, id_)
    citizen = await citizen_of_both()
    for staff in (operator, await staff_named(service, "verifier", "verifier")):
        await StaffCitizen.create(staff_id=staff.id, citizen_id=citizen)
    for what, body in (("reviews", {"reviews": [finding(found["items"][0])]}), ("opinion", OPINION)):
        refused = await call(service, id_, what, body)
        assert (refused.status_code, refused.json()["code"]) == (409, "verification_person_partial")


async def test_an_evaluation_rests_on_a_signature_and_on_no_uploaded_file(
    office: Service, rows: asyncpg.Connection
) -> None:
    await office.event("signed", state="draft", plan="计划", neutrality_scope="attendees", **PAST)
    for to, role in (("submitted", "organiser"), ("accepted", "operator"), ("running", "organiser")):
        await moved(office, "signed", to, role, note="齐全")
    await attend(rows, "signed", [500_000])
    assert (await record(office, "signed", lines=[LINE])).status_code == 201
    await moved(office, "signed", "accounting")
    await office.pool("signed", TONNE)
    await moved(office, "signed", "offset")
    verifier = await licensed(office, 71, username="verifier-71")
    id_ = await attached(office, "signed", verifier)
    assert (await send(office, "signed", "verifier_report")).status_code == 201
    refused = await move(office, "signed", "evaluated", "operator", verifier="第三方核查")
    assert (refused.status_code, refused.json()["code"]) == (409, "event_evaluation_missing")

    adverse = await signed(office, id_, "verifier-71", opinion="adverse")
    assert adverse["opinion"] == "adverse"
    refused = await move(office, "signed", "evaluated", "operator", statement="属实")
    assert (refused.status_code, refused.json()["code"]) == (409, "verification_adverse")
    await signed(office, id_, "verifier-71", assurance="reasonable")

    # The account changes after the signature: the signature stands for the old one.
    assert (await record(office, "signed", lines=[FUEL])).status_code == 201
    refused = await move(office, "signed", "evaluated", "operator")
    assert (refused.status_code, refused.json()["code"]) == (409, "verification_outdated")
    (stands,) = (await office.client.get("/v1/events/signed/verifiers")).json()["items"]
    assert stands["opinion"]["assurance"] == "reasonable"
    await signed(office, id_, "verifier-71")

    await Organisation.filter(id=verifier.id).update(state="suspended", state_why="调查")
    refused = await move(office, "signed", "evaluated", "operator")
    assert (refused.status_code, refused.json()["code"]) == (409, "verifier_suspended")
    await Organisation.filter(id=verifier.id).update(state="active", state_why=None)
    evaluation = (await moved(office, "signed", "evaluated", "operator", verifier="别的公司"))["evaluation"]
    assert (evaluation["basis"], evaluation["verifier"]) == ("verifier", verifier.name_zh)
    assert evaluation["verifier_organisation"]["code"] == verifier.code
    late = await call(office, id_, "opinion", OPINION, "verifier-71")
    assert (late.status_code, late.json()["code"]) == (409, "verification_not_due")
    detach = await office.post(
        f"/v1/events/signed/verifiers/{verifier.code}/removal",
        {"reason": "x"},
        await office.staff("organiser"),
    )
    assert (detach.status_code, detach.json()["code"]) == (409, "inventory_fixed")


async def test_two_verifiers_attached_at_one_moment_are_one(service: Service) -> None:
    await accounted(service)
    codes = [(await licensed(service, number, username=f"v{number}")).code for number in (1, 2)]
    answers = await asyncio.gather(*(attach(service, "fair", code) for code in codes))
    assert sorted(each.status_code for each in answers) == [201, 409]
    assert await EventVerifier.filter(ended_at=None).count() == 1


async def test_nothing_is_signed_of_an_empty_account_or_of_one_that_runs(service: Service) -> None:
    await service.event("fair", **PAST)
    id_ = await attached(service, "fair", await licensed(service))
    running = await call(service, id_, "opinion", OPINION)
    assert (running.status_code, running.json()["code"]) == (409, "verification_not_due")
    await moved(service, "fair", "accounting")
    empty = await call(service, id_, "opinion", OPINION)
    assert (empty.status_code, empty.json()["code"]) == (409, "verification_empty")
