"""Demonstrations: who nominates, who selects, what may not be selected, what the label means elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest

from backend.models import Citizen, Event, RegulatorRemit, Staff, StaffCitizen
from backend.models.keys import uuid7
from backend.settings import Settings
from tests.routes.contract import watch
from tests.routes.evaluation.selecting import NOMINATED, decide, propose, selected
from tests.service import Json, Service, open_service


@pytest.fixture(scope="module")
async def serious(stage_settings: Settings) -> AsyncIterator[Service]:
    """The same database outside demo mode, where two persons are two."""
    async with open_service(replace(stage_settings, environment="production")) as running:
        yield watch(running)


def code_of(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]  # type: ignore[attr-defined]


async def listed(service: Service) -> dict[str, Json]:
    """The public list, by slug."""
    answer = await service.client.get("/v1/demonstrations?limit=100")
    return {each["event"]: each for each in answer.json()["items"]}


@pytest.mark.parametrize("rank", [None, "none", "provincial"])
async def test_events_of_lower_rank_are_not_nominated(stage: Service, rank: str | None) -> None:
    organiser = await stage.staff("organiser")
    slug = f"small-{rank or 'untold'}"
    event = await stage.event(slug, state="draft", **({"rank": rank} if rank else {}))
    assert (event["rank"], event["is_nominated"], event["is_demonstration"]) == (rank or "none", False, False)
    wish = {"reason": "申报示范", "is_nominated": True}
    assert code_of(await stage.post(f"/v1/events/{slug}/changes", wish, organiser)) == (
        409,
        "nomination_unfit",
    )
    changed = await stage.post(f"/v1/events/{slug}/changes", wish | {"rank": "international"}, organiser)
    assert (changed.json()["rank"], changed.json()["is_nominated"]) == ("international", True)
    lowered = {"reason": "降级", "rank": "provincial"}
    assert code_of(await stage.post(f"/v1/events/{slug}/changes", lowered, organiser)) == (
        409,
        "nomination_unfit",
    )


async def test_a_wish_is_no_label(stage: Service) -> None:
    event = await stage.event("wished", **NOMINATED)
    assert (event["is_nominated"], event["is_demonstration"]) == (True, False)
    assert "wished" not in await listed(stage)
    found = await stage.client.get("/v1/search?query=wished&demonstration=true")
    assert found.json()["items"] == []
    asked = {"slug": "own-label", "is_demonstration": True}
    refused = await stage.post("/v1/events", asked, await stage.staff("organiser"))
    assert refused.status_code == 422


async def test_two_regulators_of_the_province_select(stage: Service, serious: Service) -> None:
    await stage.event("two-cup", **NOMINATED)
    proposed = await propose(serious, "two-cup")
    assert proposed.json()["is_demonstration"] is False
    assert code_of(await propose(serious, "two-cup")) == (409, "demonstration_proposed")
    assert code_of(await decide(serious, proposed.json(), username="regulator")) == (403, "same_person")
    # A second account of the same person is the same person.
    person = await Citizen.create(id=uuid7())
    await stage.staff("regulator", "twin")
    for name in ("regulator", "twin"):
        account = await Staff.get(username=name)
        await StaffCitizen.create(staff_id=account.id, citizen_id=person.id)
    assert code_of(await decide(serious, proposed.json(), username="twin")) == (403, "same_person")
    decided = await decide(serious, proposed.json())
    assert decided.json()["is_demonstration"] is True
    assert code_of(await decide(serious, proposed.json())) == (409, "demonstration_proposal_decided")
    assert code_of(await propose(serious, "two-cup")) == (409, "demonstration_stands")
    assert (await listed(stage))["two-cup"]["selected_at"] is not None
    await selected(serious, "two-cup", "withdrawal")
    assert "two-cup" not in await listed(stage)


async def test_a_rejected_proposal_changes_nothing(stage: Service) -> None:
    await stage.event("nay-cup", **NOMINATED)
    proposed = (await propose(stage, "nay-cup")).json()
    [waiting] = proposed["proposals"]
    assert waiting["may_decide"]
    rejected = await decide(stage, proposed, "rejected")
    assert (rejected.json()["is_demonstration"], rejected.json()["proposals"][0]["decision"]) == (
        False,
        "rejected",
    )
    # Its organiser reads why.
    own = await stage.client.get("/v1/events/nay-cup/demonstration", headers=await stage.staff("organiser"))
    assert own.json()["proposals"][0]["decision_reason"] == "材料齐全"
    assert (await propose(stage, "nay-cup")).status_code == 200


async def test_a_regulator_with_a_remit_selects_nothing(stage: Service) -> None:
    await stage.event("remit-cup", **NOMINATED)
    city = await stage.staff("regulator", "city-regulator")
    account = await Staff.get(username="city-regulator")
    operator = await Staff.get(username="operator")
    await RegulatorRemit.create(staff_id=account.id, city="绵阳", city_en="Mianyang", given_by=operator.id)
    assert code_of(await propose(stage, "remit-cup", username="city-regulator")) == (403, "outside_remit")
    proposed = (await propose(stage, "remit-cup")).json()
    assert code_of(await decide(stage, proposed, username="city-regulator")) == (403, "outside_remit")
    hidden = await stage.client.get("/v1/demonstration-candidates", headers=city)
    assert hidden.json()["items"] == []
    province = await stage.client.get("/v1/demonstration-candidates", headers=await stage.staff("regulator"))
    assert "remit-cup" in [each["event"] for each in province.json()["items"]]


async def test_what_is_not_nominated_not_accepted_closed_or_frozen_is_not_selected(stage: Service) -> None:
    await stage.event("plain")
    assert code_of(await propose(stage, "plain")) == (409, "demonstration_not_nominated")
    assert code_of(await propose(stage, "plain", "withdrawal")) == (409, "demonstration_stands")
    await stage.event("early", state="draft", **NOMINATED)
    assert code_of(await propose(stage, "early")) == (409, "demonstration_state_unfit")
    await stage.event("unfit-cup", **NOMINATED)
    await Event.filter(slug="unfit-cup").update(rank=None)
    assert code_of(await propose(stage, "unfit-cup")) == (409, "demonstration_rank_unfit")
    await Event.filter(slug="unfit-cup").update(rank="national")
    proposed = (await propose(stage, "unfit-cup")).json()
    regulator = await stage.staff("regulator")
    assert (await stage.post("/v1/events/unfit-cup/freeze", {"reason": "核查"}, regulator)).status_code == 200
    assert code_of(await decide(stage, proposed)) == (409, "event_frozen")
    assert (
        await stage.post("/v1/events/unfit-cup/release", {"reason": "查清"}, regulator)
    ).status_code == 200
    closed = await stage.post(
        "/v1/events/unfit-cup/transitions", {"to": "closed"}, await stage.staff("organiser")
    )
    assert closed.status_code == 200
    assert code_of(await decide(stage, proposed)) == (409, "demonstration_state_unfit")


async def test_an_event_that_is_rejected_loses_the_label(stage: Service) -> None:
    await stage.event("gone-cup", state="accepted", **NOMINATED)
    await selected(stage, "gone-cup")
    operator = await stage.staff("operator")
    moved = await stage.post("/v1/events/gone-cup/transitions", {"to": "rejected", "note": "撤回"}, operator)
    assert (moved.status_code, moved.json()["is_demonstration"]) == (200, False)


async def test_one_of_two_proposals_at_one_moment_stands(stage: Service) -> None:
    await stage.event("race-cup", **NOMINATED)
    await stage.staff("regulator")
    answers = await asyncio.gather(*(propose(stage, "race-cup") for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]


async def test_figures_count_what_was_selected_alone(stage: Service, rows: asyncpg.Connection) -> None:
    await stage.event("figure-cup", **NOMINATED)
    await stage.event("gala", **NOMINATED)
    await selected(stage, "gala")
    found = await rows.fetch(
        "SELECT key, is_demonstration FROM search_items WHERE key IN ('figure-cup', 'gala') ORDER BY key"
    )
    assert [tuple(row) for row in found] == [("figure-cup", False), ("gala", True)]
