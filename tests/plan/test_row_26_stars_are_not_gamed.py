# Row 26, 星级评价: stars from stored facts; who leaves a bad event, joins a good one or holds empty ones gains nothing.
"""An organisation's score does not rise by leaving events, joining them afterwards, or by objections to one fact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backend.models import Complaint, CreditScore, Event, EventOrganisation, Organisation, Staff
from tests.plan.rating import ended_event, rated
from tests.routes.organisations.organising import member, organisation
from tests.service import Json, Service


def value_of(credit: Json, criterion: str) -> int:
    (found,) = (each for each in credit["points"] if each["criterion"] == criterion)
    value: int = found["value"]
    return value


async def co_host(firm: Organisation, event: Event, *, joined: timedelta, left: timedelta | None) -> None:
    """A part in an event from and to some time before its end; negative: after it."""
    await EventOrganisation.create(
        event_id=event.id,
        organisation_id=firm.id,
        part="co_host",
        added_by=event.created_by,
        added_at=event.ends_at - joined,
        removed_at=None if left is None else event.ends_at - left,
        removed_by=None if left is None else event.created_by,
    )


async def complaint(about: str, subject: str, firm: Organisation | None, number: int) -> None:
    now, clerk = datetime.now(UTC), await Staff.first()
    assert clerk is not None
    await Complaint.create(
        about=about,
        subject=subject,
        organisation_id=None if firm is None else firm.id,
        text="x",
        code_hash=bytes([number]) * 32,
        state="upheld",
        received_at=now,
        due_on=now.date(),
        answer="x",
        answered_at=now,
        answered_by=clerk.id,
        taken_by=clerk.id,
        taken_at=now,
    )


async def test_row_26_an_event_that_nobody_came_to_is_no_ground_for_stars(service: Service) -> None:
    firm = await organisation()
    await ended_event(service, firm, "empty", days_ago=30, is_held=False)
    assert (await rated(service, firm))["not_rated"] == "not_enough_facts"
    await ended_event(service, firm, "held", days_ago=30, evaluation={"basis": "verifier", "boundary_g": 1})
    found = await rated(service, firm)
    (point,) = (each for each in found["points"] if each["criterion"] == "verification")
    assert (point["value"], point["of"]) == (1, 1)


async def test_row_26_a_co_host_keeps_its_bad_event_and_gains_no_good_one_afterwards(
    service: Service,
) -> None:
    host, left_late, left_before, joined_late = [await organisation() for _ in range(4)]
    own = {left_late: "one", left_before: "two", joined_late: "three"}
    for firm, slug in own.items():
        await ended_event(service, firm, slug, days_ago=30)
    bad = await ended_event(service, host, "bad", days_ago=400)
    day = timedelta(days=1)
    await co_host(left_late, bad, joined=20 * day, left=-300 * day)
    await co_host(left_before, bad, joined=20 * day, left=10 * day)
    good = await ended_event(
        service, host, "good", days_ago=40, evaluation={"basis": "verifier", "boundary_g": 1}
    )
    await co_host(joined_late, good, joined=-30 * day, left=None)
    late = [
        value_of(await rated(service, firm), "retirement_in_time") for firm in (host, left_late, left_before)
    ]
    assert late == [1, 1, 0]
    assert value_of(await rated(service, joined_late), "verification") == 0


async def test_row_26_upheld_complaints_count_whatever_of_it_they_are_about(service: Service) -> None:
    firm, other = await organisation(), await organisation()
    await ended_event(service, firm, "fair", days_ago=30)
    await complaint("event", "fair", firm, 1)
    await complaint("organisation", firm.code, firm, 2)
    await complaint("disclosure", "D-2026-000001", firm, 3)
    # That its entry on a list is wrong, somebody says for it; and another one's are no matter of its.
    await complaint("list_entry", "e", firm, 4)
    await complaint("organisation", other.code, other, 5)
    assert value_of(await rated(service, firm), "complaints") == 3


async def test_row_26_objections_in_two_scores_correct_a_fact_once(service: Service) -> None:
    firm = await organisation()
    owner = await member(service, firm, "owner", username="owner")
    operator = await service.staff("operator")
    await ended_event(service, firm, "fair", days_ago=30)
    await complaint("event", "fair", firm, 1)
    path, body = (
        f"/v1/organisations/{firm.code}/credit/objections",
        {"criterion": "complaints", "reason": "no"},
    )
    filed = []
    for number in range(2):
        await rated(service, firm)
        filed.append((await service.post(path, body, owner)).json()["id"])
        # Another fact changes, and with it the score.
        await ended_event(service, firm, f"more-{number}", days_ago=20)
    licences = await service.post(path, body | {"criterion": "licences"}, owner)
    assert await CreditScore.filter(organisation_id=firm.id).count() == 2
    decision = {"decision": "upheld", "reason": "so it is", "corrected": 1}
    answers = [
        await service.post(f"/v1/credit-objections/{each}/decision", decision, operator)
        for each in (*filed, licences.json()["id"])
    ]
    assert [each.status_code for each in answers] == [200, 422, 422]
    await complaint("organisation", firm.code, firm, 2)
    assert value_of(await rated(service, firm), "complaints") == 1
