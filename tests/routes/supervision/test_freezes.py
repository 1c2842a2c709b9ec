"""A regulator freezes an event: nothing of its pool is given while scans go on; two regulators release it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from backend.ledger.audit.ledger import audit_database
from backend.models import Citizen, Staff, StaffCitizen
from backend.models.keys import uuid7
from backend.settings import Settings
from tests.ledger.commands.offsetting import run_settling
from tests.routes.attending import EXAMPLE_A
from tests.routes.contract import watch
from tests.service import TONNE, Json, Service, open_service

WHOLE = {"share": 100}
REASON = {"reason": "核查注销凭证"}


@pytest.fixture(scope="module")
async def serious(stage_settings: Settings) -> AsyncIterator[Service]:
    """The same database outside demo mode, where two persons are two."""
    async with open_service(replace(stage_settings, environment="production")) as running:
        yield watch(running)


async def stage_event(service: Service, slug: str, **changes: Any) -> str:
    await service.event(slug, **changes)
    await service.pool(slug, 100 * TONNE)
    return slug


async def freeze(service: Service, slug: str, username: str = "regulator") -> Json:
    answer = await service.post(
        f"/v1/events/{slug}/freeze", REASON, await service.staff("regulator", username)
    )
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def release(service: Service, slug: str, username: str = "regulator") -> Any:
    body = {"reason": "已查清"}
    return await service.post(f"/v1/events/{slug}/release", body, await service.staff("regulator", username))


async def join(service: Service, slug: str, **body: Any) -> tuple[Json, dict[str, str]]:
    [badge] = await service.badges(1, slug)
    citizen = await service.citizen()
    answer = await service.scan(badge["code"], citizen, journey=EXAMPLE_A, offset=WHOLE, **body)
    assert answer.status_code == 201, answer.text
    return answer.json(), citizen


async def grams_left(service: Service, slug: str) -> int:
    answer = await service.client.get(
        f"/v1/events/{slug}/pool-supervision", headers=await service.staff("regulator")
    )
    return int(answer.json()["grams_left"])


async def test_a_frozen_event_gives_nothing_and_scans_go_on(stage: Service) -> None:
    slug = await stage_event(stage, "frozen")
    seen = await freeze(stage, slug)
    assert (seen["is_frozen"], seen["frozen_why"], seen["waits"]) == (True, REASON["reason"], False)
    joined, citizen = await join(stage, slug)
    assert (joined["offset"], joined["offset_status"]) == (None, "frozen")
    assert joined["footprint"]["total_g"] > 0
    mine = (await stage.client.get(f"/v1/events/{slug}/me", headers=citizen)).json()
    assert mine["waiting"]["reason"] == "frozen"
    assert (await run_settling(stage)).settled == 0
    assert await grams_left(stage, slug) == 100 * TONNE
    # In demo mode one person takes both steps.
    assert (await release(stage, slug)).json()["is_frozen"] is False
    assert (await run_settling(stage)).settled == 1
    mine = (await stage.client.get(f"/v1/events/{slug}/me", headers=citizen)).json()
    assert mine["offset"]["grams"] == joined["footprint"]["total_g"]
    found = await audit_database(stage.components.database, stage.settings)
    assert not [each for each in found if each.is_broken]


async def test_what_would_move_a_frozen_event_is_refused(stage: Service) -> None:
    slug = await stage_event(stage, "still")
    organiser = await stage.staff("organiser")
    budget = {"points_per_kg": 10, "points_budget": 100_000, "reason": "赞助"}
    assert (await stage.post(f"/v1/events/{slug}/budget", budget, organiser)).status_code == 200
    limits = {"offset_ceiling_g": 1000, "companions_max": 5, "reason": "约定"}
    assert (await stage.post(f"/v1/events/{slug}/pool-limits", limits, organiser)).status_code == 200
    await join(stage, slug)
    held = (await stage.client.get(f"/v1/events/{slug}/held-offsets", headers=organiser)).json()["items"]
    batch = await stage.batch(1)
    await freeze(stage, slug)
    [badge] = await stage.badges(1, slug)
    refused = {
        "decision": await stage.post(
            f"/v1/events/{slug}/held-offsets/{held[0]['id']}/decision",
            {"decision": "approved", "reason": "好"},
            organiser,
        ),
        "pool": await stage.post(
            f"/v1/events/{slug}/pools", {"batch_id": batch["id"], "grams": 1000}, organiser
        ),
        "budget": await stage.post(f"/v1/events/{slug}/budget", budget, organiser),
        "step": await stage.post(f"/v1/events/{slug}/transitions", {"to": "accounting"}, organiser),
        "points": await stage.scan(
            badge["code"], await stage.citizen(), offset=WHOLE | {"pay_with": "points"}
        ),
    }
    assert {
        what: (answer.status_code, answer.json().get("code")) for what, answer in refused.items()
    } == dict.fromkeys(refused, (409, "event_frozen"))
    assert len((await stage.client.get(f"/v1/events/{slug}/held-offsets", headers=organiser)).json()["items"])


async def test_none_is_allocated_after_the_answer(stage: Service, rows: asyncpg.Connection) -> None:
    """The freeze waits for the batches that saw the event unfrozen; a crowd that scans meanwhile gets nothing later."""
    slug = await stage_event(stage, "crowd")
    badges, citizens = await stage.badges(120, slug), await stage.citizens(120)

    async def come(number: int) -> Json:
        answer = await stage.scan(badges[number]["code"], citizens[number], journey=EXAMPLE_A, offset=WHOLE)
        found: Json = answer.json()
        return found

    crowd = [asyncio.create_task(come(number)) for number in range(100)]
    await asyncio.sleep(0.02)
    await freeze(stage, slug)
    taken = "SELECT count(*) FROM allocations a JOIN events e ON e.id = a.event_id WHERE e.slug = $1"
    at_answer = await rows.fetchval(taken, slug)
    later = await asyncio.gather(*(come(number) for number in range(100, 120)))
    assert {each["offset_status"] for each in later} == {"frozen"}
    assert {each["offset_status"] for each in await asyncio.gather(*crowd)} <= {"frozen", "allocated"}
    assert await rows.fetchval(taken, slug) == at_answer


async def test_a_release_wants_a_second_regulator(stage: Service, serious: Service) -> None:
    slug = await stage_event(stage, "two-persons")
    await freeze(serious, slug, "first-regulator")
    proposed = (await release(serious, slug, "first-regulator")).json()
    assert (proposed["is_frozen"], proposed["waits"], proposed["may_confirm"]) == (True, True, False)
    # The same person again, and the same person with another account, change nothing.
    assert (await release(serious, slug, "first-regulator")).json()["is_frozen"] is True
    citizen = await Citizen.create(id=uuid7())
    for username in ("first-regulator", "first-again"):
        await serious.staff("regulator", username)
        staff = await Staff.get(username=username)
        await StaffCitizen.create(staff_id=staff.id, citizen_id=citizen.id)
    refused = await release(serious, slug, "first-again")
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")
    seen = await serious.client.get(
        f"/v1/events/{slug}/freezes", headers=await serious.staff("regulator", "second-regulator")
    )
    assert seen.json()["may_confirm"] is True
    released = (await release(serious, slug, "second-regulator")).json()
    assert (released["is_frozen"], released["waits"]) == (False, False)
    gone = await release(serious, slug, "second-regulator")
    assert (gone.status_code, gone.json()["code"]) == (409, "event_not_frozen")


async def test_a_freeze_again_withdraws_a_proposed_release(stage: Service, serious: Service) -> None:
    slug = await stage_event(stage, "again")
    await freeze(serious, slug, "first-regulator")
    await release(serious, slug, "first-regulator")
    seen = await freeze(serious, slug, "second-regulator")
    assert (seen["is_frozen"], seen["waits"], len(seen["freezes"])) == (True, False, 1)
    assert (await release(serious, slug, "second-regulator")).json()["waits"] is True


async def test_two_releases_at_one_moment_by_one_person_release_nothing(
    stage: Service, serious: Service
) -> None:
    slug = await stage_event(stage, "at-once")
    await freeze(serious, slug, "first-regulator")
    answers = await asyncio.gather(*(release(serious, slug, "first-regulator") for _ in range(6)))
    assert {answer.json()["is_frozen"] for answer in answers} == {True}


async def test_a_regulator_acts_within_the_remit_alone(stage: Service, rows: asyncpg.Connection) -> None:
    slug = await stage_event(stage, "elsewhere")
    for username, city in (("in-mianyang", "绵阳"), ("in-chengdu", "成都")):
        await stage.staff("regulator", username)
        await rows.execute(
            """INSERT INTO regulator_remits (id, staff_id, city, given_by)
               SELECT gen_random_uuid(), id, $2, id FROM staff WHERE username = $1""",
            username,
            city,
        )
    refused = await stage.post(
        f"/v1/events/{slug}/freeze", REASON, await stage.staff("regulator", "in-mianyang")
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "outside_remit")
    assert (await freeze(stage, slug, "in-chengdu"))["is_frozen"] is True


@pytest.mark.parametrize("role", ["organiser", "operator", "staff"])
async def test_nobody_but_a_regulator_freezes(stage: Service, role: str) -> None:
    answer = await stage.post("/v1/events/frozen/freeze", REASON, await stage.staff(role))
    assert answer.status_code == 403


async def test_an_event_that_is_over_is_not_frozen(stage: Service, rows: asyncpg.Connection) -> None:
    slug = await stage_event(stage, "over")
    await rows.execute("UPDATE events SET state = 'closed', revision = revision + 1 WHERE slug = $1", slug)
    answer = await stage.post(f"/v1/events/{slug}/freeze", REASON, await stage.staff("regulator"))
    assert (answer.status_code, answer.json()["code"]) == (409, "event_closed")
    nowhere = await stage.post("/v1/events/nowhere/freeze", REASON, await stage.staff("regulator"))
    assert nowhere.status_code == 404


async def test_every_step_is_on_record_with_its_reason(stage: Service, rows: asyncpg.Connection) -> None:
    slug = await stage_event(stage, "recorded")
    await freeze(stage, slug)
    await release(stage, slug)
    found = await rows.fetch(
        "SELECT action, reason FROM staff_actions WHERE subject = $1 AND action LIKE 'event.%' ORDER BY id",
        slug,
    )
    steps = [
        (row["action"], row["reason"]) for row in found if row["action"] not in ("event.create", "event.move")
    ]
    assert steps == [
        ("event.freeze", REASON["reason"]),
        ("event.propose_release", "已查清"),
        ("event.release", "已查清"),
    ]
