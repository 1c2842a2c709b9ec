"""The pool is the attendees': nobody takes more than a plausible journey needs unless staff have looked, over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from backend.ledger.audit.ledger import audit_database
from tests.ledger.commands.offsetting import run_settling
from tests.routes.attending import EXAMPLE_A, EXAMPLE_B, agree, id_of
from tests.service import TONNE, Json, Service

INVENTED = {
    "distance_km": 20100,
    "mode": "taxi",
    "nights": 60,
    "hotel_stars": 5,
    "room_sharing": 1,
    "meals": 200,
}
WHOLE = {"share": 100}


async def supervise(service: Service, slug: str = "fair") -> Json:
    answer = await service.client.get(
        f"/v1/events/{slug}/pool-supervision", headers=await service.staff("organiser")
    )
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def limit(service: Service, slug: str, ceiling_g: int | None, companions_max: int = 5) -> None:
    body = {"offset_ceiling_g": ceiling_g, "companions_max": companions_max, "reason": "赞助方约定"}
    answer = await service.post(f"/v1/events/{slug}/pool-limits", body, await service.staff("organiser"))
    assert answer.status_code == 200, answer.text


async def pause(service: Service, slug: str, is_paused: bool) -> None:
    body = {"is_paused": is_paused, "reason": "流量异常"}
    answer = await service.post(f"/v1/events/{slug}/pool-pause", body, await service.staff("staff"))
    assert answer.status_code == 200, answer.text


async def decide(service: Service, slug: str, held: Json, decision: str) -> Any:
    body = {"decision": decision, "reason": "已核对机票"}
    path = f"/v1/events/{slug}/held-offsets/{held['id']}/decision"
    return await service.post(path, body, await service.staff("organiser"))


async def held_at(service: Service, slug: str) -> list[Json]:
    answer = await service.client.get(
        f"/v1/events/{slug}/held-offsets", headers=await service.staff("organiser")
    )
    found: list[Json] = answer.json()["items"]
    return found


async def join(
    service: Service, slug: str, journey: Json | None, *, agrees: bool = False, **body: Any
) -> tuple[Json, dict[str, str]]:
    """A new citizen's scan with a whole offset; `agrees`: the journey may be kept."""
    badge = (await service.badges(1, slug))[0]
    citizen = await service.citizen()
    if agrees:
        await agree(service, citizen)
    answer = await service.scan(badge["code"], citizen, journey=journey, offset=WHOLE, **body)
    assert answer.status_code == 201, answer.text
    return answer.json(), citizen


@pytest.mark.parametrize(
    "journey",
    [
        EXAMPLE_A,
        EXAMPLE_B,
        {"from_city": "伦敦", "mode": "plane", "nights": 3, "hotel_stars": 5, "room_sharing": 1},
        {"from_city": "北京", "mode": "plane", "nights": 3, "hotel_stars": 4, "room_sharing": 1, "meals": 6},
        {"from_city": "北京", "mode": "hsr", "nights": 2},
        {"from_city": "成都"},
        None,
    ],
)
async def test_an_honest_journey_passes_without_staff(stage: Service, journey: Json | None) -> None:
    slug = await stage_event(stage, "honest")
    joined, _ = await join(stage, slug, journey)
    assert joined["offset_status"] == "allocated"
    assert joined["offset"]["grams"] == joined["footprint"]["total_g"]


async def stage_event(service: Service, slug: str, **changes: Any) -> str:
    """An event with a thousand tonnes, unless a test before has made it."""
    if (await service.client.get(f"/v1/events/{slug}")).status_code == 404:
        await service.event(slug, **changes)
        await service.pool(slug, 1000 * TONNE)
    return slug


# Whether the journey is kept decides what staff see of it, and never what a person may take.
KEPT_OR_NOT = pytest.mark.parametrize("agrees", [True, False], ids=["kept", "not kept"])


@KEPT_OR_NOT
async def test_an_invented_journey_is_recorded_as_declared_and_its_offset_waits_for_staff(
    stage: Service, rows: asyncpg.Connection, agrees: bool
) -> None:
    slug = await stage_event(stage, f"invented-{agrees}".lower())
    joined, citizen = await join(stage, slug, INVENTED, agrees=agrees)
    assert (joined["offset"], joined["offset_status"]) == (None, "held")
    (held,) = await held_at(stage, slug)
    assert held["asked_g"] == held["footprint_g"] == joined["footprint"]["total_g"] > held["ceiling_g"]
    if agrees:
        assert held["journey"]["nights"] == 60
    else:
        assert held["journey"] is None
    assert await run_settling(stage) is not None
    assert len(await held_at(stage, slug)) == 1
    mine = (await stage.client.get(f"/v1/events/{slug}/me", headers=citizen)).json()
    assert mine["waiting"]["reason"] == "held"
    decided = await decide(stage, slug, held, "limited")
    assert decided.json() == {"became": "settled", "grams": held["ceiling_g"]}
    assert (await decide(stage, slug, held, "approved")).json()["code"] == "held_offset_not_found"
    mine = (await stage.client.get(f"/v1/events/{slug}/me", headers=citizen)).json()
    assert (mine["offset"]["grams"], mine["waiting"]) == (held["ceiling_g"], None)
    recorded = await rows.fetchrow("SELECT * FROM staff_actions WHERE action = 'offset.decide'")
    assert recorded["reason"] == "已核对机票"
    assert not [
        each for each in await audit_database(stage.components.database, stage.settings) if each.is_broken
    ]


async def test_sixty_fresh_accounts_take_nothing_beyond_sixty_ceilings(stage: Service) -> None:
    slug = await stage_event(stage, "sixty")
    badges = await stage.badges(60, slug)
    citizens = await stage.citizens(60)
    await asyncio.gather(
        *(
            stage.scan(badge["code"], citizen, journey=INVENTED, offset=WHOLE)
            for badge, citizen in zip(badges, citizens, strict=True)
        )
    )
    held = await held_at(stage, slug)
    ceiling_g = held[0]["ceiling_g"]
    seen = await supervise(stage, slug)
    assert 1000 * TONNE - seen["grams_left"] <= 60 * ceiling_g
    assert seen["held"] == 60
    # What fits is given at once, and to nobody twice.
    again = await stage.scan(badges[0]["code"], citizens[0], offset={"grams": ceiling_g})
    assert again.json()["offset"]["grams"] == ceiling_g
    assert (await supervise(stage, slug))["held"] == 59


async def test_staff_let_through_everything_or_nothing(stage: Service) -> None:
    slug = await stage_event(stage, "decided")
    first, _ = await join(stage, slug, INVENTED)
    second, other = await join(stage, slug, INVENTED)
    held = await held_at(stage, slug)
    total_g = first["footprint"]["total_g"]
    assert (await decide(stage, slug, held[0], "approved")).json() == {"became": "settled", "grams": total_g}
    assert (await decide(stage, slug, held[1], "refused")).json() == {"became": "refused", "grams": 0}
    assert await held_at(stage, slug) == []
    mine = (await stage.client.get(f"/v1/events/{slug}/me", headers=other)).json()
    assert (mine["offset"], mine["waiting"]) == (None, None)
    assert second["offset_status"] == "held"


async def test_two_decisions_at_one_moment_decide_once(stage: Service, rows: asyncpg.Connection) -> None:
    slug = await stage_event(stage, "twice")
    await join(stage, slug, INVENTED)
    (held,) = await held_at(stage, slug)
    answers = await asyncio.gather(*(decide(stage, slug, held, "limited") for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 7


@KEPT_OR_NOT
async def test_a_journey_declared_again_grows_no_offset_beyond_the_ceiling(
    stage: Service, agrees: bool
) -> None:
    slug = await stage_event(stage, f"grown-{agrees}".lower())
    joined, citizen = await join(stage, slug, EXAMPLE_A, agrees=agrees)
    key = citizen | {"Idempotency-Key": "grow"}
    revised = await stage.post(f"/v1/events/{slug}/journey", {"journey": INVENTED}, key)
    assert revised.json()["difference"] == "held"
    assert revised.json()["offset"]["grams"] == joined["offset"]["grams"]
    (held,) = await held_at(stage, slug)
    assert held["has_g"] == joined["offset"]["grams"]
    decided = await decide(stage, slug, held, "limited")
    assert decided.json()["grams"] == held["ceiling_g"] - held["has_g"]


@KEPT_OR_NOT
async def test_far_and_near_in_turns_take_no_more_than_one_ceiling(stage: Service, agrees: bool) -> None:
    """What an offset releases is lost to the pool: it counts as taken."""
    slug = await stage_event(stage, f"turns-{agrees}".lower())
    far = {"from_city": "伦敦", "mode": "plane", "nights": 3}
    joined, citizen = await join(stage, slug, far, agrees=agrees)
    differences = []
    for number, journey in enumerate([{"from_city": "成都"}, far] * 4):
        key = citizen | {"Idempotency-Key": f"turn-{number}"}
        told = await stage.post(f"/v1/events/{slug}/journey", {"journey": journey}, key)
        differences.append(told.json()["difference"])
    (held,) = await held_at(stage, slug)
    taken = 1000 * TONNE - (await supervise(stage, slug))["grams_left"]
    assert joined["footprint"]["total_g"] <= taken <= held["ceiling_g"]
    assert "held" in differences
    limited = await decide(stage, slug, held, "limited")
    assert taken + limited.json()["grams"] <= held["ceiling_g"]


async def test_the_organisers_ceiling_holds_and_takes_nothing_from_anybody(stage: Service) -> None:
    slug = await stage_event(stage, "lowered")
    before, citizen = await join(stage, slug, EXAMPLE_A)
    await limit(stage, slug, 100_000)
    after, _ = await join(stage, slug, EXAMPLE_A)
    assert after["offset_status"] == "held"
    mine = (await stage.client.get(f"/v1/events/{slug}/me", headers=citizen)).json()
    assert mine["offset"]["grams"] == before["offset"]["grams"] > 100_000
    assert (await supervise(stage, slug))["offset_ceiling_g"] == 100_000
    await limit(stage, slug, None)
    free, _ = await join(stage, slug, EXAMPLE_A)
    assert free["offset_status"] == "allocated"


@pytest.mark.parametrize("ceiling_g", [0, -1, 1_000_000_001, "much"])
async def test_a_ceiling_that_is_none_is_refused(stage: Service, ceiling_g: object) -> None:
    slug = await stage_event(stage, "honest")
    body = {"offset_ceiling_g": ceiling_g, "companions_max": 5, "reason": "?"}
    answer = await stage.post(f"/v1/events/{slug}/pool-limits", body, await stage.staff("organiser"))
    assert answer.status_code in (400, 422)


async def test_a_paused_pool_gives_nothing_and_scans_go_on(stage: Service) -> None:
    slug = await stage_event(stage, "paused")
    await pause(stage, slug, True)
    joined, citizen = await join(stage, slug, EXAMPLE_A)
    assert (joined["offset"], joined["offset_status"]) == (None, "paused")
    assert (await run_settling(stage)).settled == 0
    seen = await supervise(stage, slug)
    assert seen["paused_why"] == "流量异常"
    assert seen["grams_left"] == 1000 * TONNE
    await pause(stage, slug, False)
    assert (await run_settling(stage)).settled == 1
    mine = (await stage.client.get(f"/v1/events/{slug}/me", headers=citizen)).json()
    assert mine["offset"]["grams"] == joined["footprint"]["total_g"]


async def test_a_pause_in_the_middle_of_a_crowd_lets_no_later_scan_through(stage: Service) -> None:
    slug = await stage_event(stage, "crowd")
    badges, citizens = await stage.badges(120, slug), await stage.citizens(120)

    async def come(number: int) -> Json:
        answer = await stage.scan(badges[number]["code"], citizens[number], journey=EXAMPLE_A, offset=WHOLE)
        found: Json = answer.json()
        return found

    crowd = [asyncio.create_task(come(number)) for number in range(100)]
    await pause(stage, slug, True)
    left = (await supervise(stage, slug))["grams_left"]
    later = await asyncio.gather(*(come(number) for number in range(100, 120)))
    assert {each["offset_status"] for each in later} == {"paused"}
    assert {each["offset_status"] for each in await asyncio.gather(*crowd)} <= {"paused", "allocated"}
    assert (await supervise(stage, slug))["grams_left"] == left


async def test_a_child_has_half_an_adults_ceiling(stage: Service) -> None:
    slug = await stage_event(stage, "family")
    await limit(stage, slug, 200_000)
    guardian = await stage.citizen()
    adult, child = await stage.badges(2, slug)
    for badge, kind, status in ((adult, "elder", "allocated"), (child, "child", "held")):
        answer = await stage.scan(
            badge["code"], guardian, journey=EXAMPLE_A, offset=WHOLE, companion={"kind": kind}
        )
        assert answer.json()["offset_status"] == status
    (held,) = await held_at(stage, slug)
    assert (held["ceiling_g"], held["is_companion"]) == (100_000, True)
    assert (await decide(stage, slug, held, "limited")).json()["grams"] == 100_000


async def test_an_event_says_how_many_one_phone_may_bring(stage: Service) -> None:
    slug = await stage_event(stage, "alone")
    await limit(stage, slug, None, companions_max=0)
    badge = (await stage.badges(1, slug))[0]
    answer = await stage.scan(badge["code"], await stage.citizen(), companion={"kind": "child"})
    assert answer.json()["code"] == "companions_too_many"


async def test_strangers_and_other_organisers_neither_see_nor_touch_the_pool(stage: Service) -> None:
    slug = await stage_event(stage, "honest")
    citizen = await stage.citizen()
    for path in ("pool-supervision", "held-offsets"):
        assert (await stage.client.get(f"/v1/events/{slug}/{path}", headers=citizen)).status_code == 403
        assert (await stage.client.get(f"/v1/events/{slug}/{path}")).status_code == 401
    body = {"is_paused": True, "reason": "?"}
    assert (await stage.post(f"/v1/events/{slug}/pool-pause", body, citizen)).status_code == 403
    unknown = {"id": id_of(stage, citizen)}
    assert (await decide(stage, slug, unknown, "approved")).json()["code"] == "held_offset_not_found"
