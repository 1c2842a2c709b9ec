"""The life of an event as far as its door is concerned, and the record of who moved it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime
from typing import get_args

import asyncpg
import pytest

from backend.domain.events.lifecycle import DEMO_STEPS, STEPS, State
from tests.service import Service

STATES = get_args(State)


@pytest.fixture
async def organiser(stage: Service) -> dict[str, str]:
    return await stage.staff("organiser")


async def move(stage: Service, slug: str, to: str, by: dict[str, str], note: str | None = None) -> int:
    answer = await stage.post(f"/v1/events/{slug}/transitions", {"to": to, "note": note}, by)
    return answer.status_code


async def test_a_draft_refuses_scans_a_running_event_takes_them_and_a_closed_one_repeats(
    stage: Service, organiser: dict[str, str]
) -> None:
    await stage.event("life", state="draft")
    await stage.pool("life")
    first, second = [badge["code"] for badge in await stage.badges(2, "life")]
    lin, chen = await stage.citizens(2)
    early = await stage.scan(first, lin)
    assert (early.status_code, early.json()["code"]) == (409, "event_not_running")

    assert await move(stage, "life", "running", organiser) == 200
    joined = await stage.scan(first, lin, offset={"share": 100})
    assert (joined.status_code, joined.json()["outcome"]) == (201, "joined")

    assert await move(stage, "life", "closed", organiser) == 200
    late = await stage.scan(second, chen)
    assert (late.status_code, late.json()["code"]) == (409, "event_not_running")
    again = await stage.scan(first, lin)
    assert (again.status_code, again.json()["outcome"]) == (200, "already_joined")
    for part in ("footprint", "offset", "offset_status", "certificate", "event", "joined_at"):
        assert again.json()[part] == joined.json()[part]


async def test_every_step_that_the_table_does_not_name_is_refused(
    stage: Service, rows: asyncpg.Connection
) -> None:
    await stage.event("steps", state="draft", plan="计划")
    operator = await stage.staff("operator")
    legal = {(step.from_state, step.to_state) for step in (*STEPS, *DEMO_STEPS)}
    for before in STATES:
        for to in STATES:
            await rows.execute("UPDATE events SET state = $1, evaluation = NULL WHERE slug = 'steps'", before)
            answer = await stage.post(
                "/v1/events/steps/transitions", {"to": to, "note": "好", "statement": "属实"}, operator
            )
            expected = (200, None) if (before, to) in legal else (409, "transition_illegal")
            assert (answer.status_code, answer.json().get("code") if expected[1] else None) == expected
            kept = await rows.fetchval("SELECT state FROM events WHERE slug = 'steps'")
            assert kept == (to if expected[0] == 200 else before)


async def test_of_two_who_move_an_event_at_once_one_does(stage: Service, organiser: dict[str, str]) -> None:
    await stage.event("twice", state="draft")
    statuses = await asyncio.gather(*(move(stage, "twice", "running", organiser) for _ in range(8)))
    assert Counter(statuses) == {200: 1, 409: 7}


async def test_of_two_events_with_one_slug_at_once_one_is_made(stage: Service) -> None:
    organiser = await stage.staff("organiser")
    now = datetime.now(UTC)
    body = {
        "slug": "wanted",
        "name": {"zh-CN": "活动", "en": "Event"},
        "kind": "forum",
        "city": "成都",
        "starts_at": now.isoformat(),
        "ends_at": now.replace(year=now.year + 1, day=1).isoformat(),
    }
    answers = await asyncio.gather(*(stage.post("/v1/events", body, organiser) for _ in range(8)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}


async def test_an_event_shows_what_was_set_and_the_footprint_of_somebody_who_tells_nothing(
    stage: Service,
) -> None:
    made = await stage.event("shown", state="draft", venue_kwh=2.5, join_points=7, boundary="core")
    found = (await stage.client.get("/v1/events/shown", headers=await stage.staff("organiser"))).json()
    assert found == made
    assert (found["state"], found["join_points"], found["boundary"]) == ("draft", 7, "core")
    footprint = found["default_footprint"]
    assert footprint["basis"] == "default"
    assert footprint["total_g"] == sum(line["emission_g"] for line in footprint["lines"]) > 0


async def test_a_draft_is_there_for_its_organiser_and_those_who_oversee_it_alone(
    stage: Service, organiser: dict[str, str]
) -> None:
    await stage.event("secret", state="draft")
    venue = await stage.staff("staff")
    for headers in ({}, await stage.citizen(), {"Authorization": "Bearer of nothing"}, venue):
        answer = await stage.client.get("/v1/events/secret", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
    for role in ("organiser", "operator", "regulator"):
        answer = await stage.client.get("/v1/events/secret", headers=await stage.staff(role))
        assert answer.status_code == 200
    await move(stage, "secret", "running", organiser)
    assert (await stage.client.get("/v1/events/secret")).status_code == 200


async def test_an_event_for_which_no_gate_is_named_has_one(stage: Service) -> None:
    event = await stage.event("gateless", gates=[])
    assert [gate["gate"] for gate in event["gates"]] == [1]
    staff = await stage.staff("staff")
    for gate, status in ((1, 200), (2, 404), (999, 404)):
        answer = await stage.client.get(f"/v1/events/gateless/venue-codes?gate={gate}", headers=staff)
        assert answer.status_code == status
        assert status == 200 or answer.json()["code"] == "gate_not_found"


async def test_drafts_are_not_listed_and_the_list_is_walked_once_each(
    stage: Service, organiser: dict[str, str]
) -> None:
    await stage.event("hidden", state="draft")
    for number in range(5):
        await stage.event(f"listed-{number}")
    seen: list[str] = []
    cursor = None
    for _ in range(20):
        page = (
            await stage.client.get("/v1/events", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        ).json()
        assert len(page["items"]) <= 2
        seen += [item["slug"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen[:5] == [f"listed-{number}" for number in (4, 3, 2, 1, 0)]
    assert len(seen) == len(set(seen))
    assert "hidden" not in seen


async def test_badges_are_numbered_on_without_a_gap_by_many_at_once(stage: Service) -> None:
    await stage.event("badges")
    batches = await asyncio.gather(*(stage.badges(count, "badges") for count in (1, 30, 7, 2, 60, 5, 11)))
    serials = sorted(badge["serial"] for badges in batches for badge in badges)
    assert serials == list(range(1, 117))
    for badges in batches:
        numbers = [badge["serial"] for badge in badges]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    codes = {badge["code"] for badges in batches for badge in badges}
    assert len(codes) == 116
    assert all(badge["url"].endswith(f"/q/{badge['code']}") for badges in batches for badge in badges)
    assert max(len(code) for code in codes) <= 32


async def test_a_closed_event_takes_neither_badges_nor_credits(
    stage: Service, organiser: dict[str, str]
) -> None:
    await stage.event("over")
    batch = await stage.batch()
    await move(stage, "over", "closed", organiser)
    for path, body in (("badges", {"count": 1}), ("pools", {"batch_id": batch["id"], "grams": 1})):
        answer = await stage.post(f"/v1/events/over/{path}", body, await stage.staff("operator"))
        assert (answer.status_code, answer.json()["code"]) == (409, "event_closed")


async def test_what_staff_do_is_recorded_with_who_why_before_and_after(
    stage: Service, rows: asyncpg.Connection
) -> None:
    organiser, operator = [await stage.staff(role) for role in ("organiser", "operator")]
    await stage.event("recorded", state="draft")
    await move(stage, "recorded", "running", organiser, "雨停了")
    batch = await stage.batch(2)
    await stage.pool("recorded", 500, batch)
    await stage.badges(3, "recorded", "national")
    assert await move(stage, "recorded", "draft", organiser, "no") == 409  # leaves no trace

    def who(headers: dict[str, str]) -> str:
        return str(stage.components.tokens.read(headers["Authorization"].split()[1]).id)

    found = await rows.fetch(
        "SELECT staff_id::text AS who, action, reason, before, after, at FROM staff_actions "
        "WHERE subject IN ('recorded', $1) ORDER BY id",
        batch["id"],
    )
    sides = [tuple(row[side] and json.loads(row[side]) for side in ("before", "after")) for row in found]
    records = [
        (row["who"], row["action"], row["reason"], *both) for row, both in zip(found, sides, strict=True)
    ]
    assert records == [
        (who(organiser), "event.create", None, None, {"kind": "exhibition", "city": "成都"}),
        (who(organiser), "event.move", "雨停了", {"state": "draft"}, {"state": "running"}),
        (who(operator), "credit_batch.enter", None, None, {"status": "retired", "quantity_t": 2}),
        (
            who(operator),
            "pool.assign",
            None,
            None,
            {"batch_id": batch["id"], "grams": 500, "serial_from": 1},
        ),
        (who(operator), "badges.issue", None, None, {"first": 1, "count": 3, "category": "national"}),
    ]
    assert all((datetime.now(UTC) - row["at"]).total_seconds() < 60 for row in found)
