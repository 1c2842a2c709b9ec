"""An event outside demo mode, from its application to its end, step by step with all that each step needs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import asyncpg
import pytest

from backend.domain.events.lifecycle import DEMO_STEPS, DEMONSTRATION_DOCUMENTS, State
from backend.models import Staff
from backend.settings import Settings
from tests.routes.contract import watch
from tests.routes.evaluation.selecting import NOMINATED, selected
from tests.routes.filing import PAST, attend, move, moved, refused, send
from tests.service import PASSWORD_HASH, Service, open_service


@pytest.fixture(scope="module")
async def office(stage_settings: Settings) -> AsyncIterator[Service]:
    async with open_service(replace(stage_settings, environment="production")) as running:
        yield watch(running)


MEETING = {
    "name": {"zh-CN": "论坛", "en": "Forum"},
    "kind": "forum",
    "city": "成都",
    **PAST,
}


async def another_of(office: Service, role: str, name: str = "another") -> dict[str, str]:
    """Headers of a further staff member of a role."""
    username = f"{name}-{role}"
    staff = await Staff.get_or_none(username=username) or await Staff.create(
        username=username, role=role, password_hash=PASSWORD_HASH
    )
    signed_in = await office.components.sessions.create_for_staff(staff.id, role)
    return {"Authorization": f"Bearer {signed_in.access_token}"}


async def test_an_event_lives_from_its_application_to_its_end(
    office: Service, rows: asyncpg.Connection
) -> None:
    event = await office.event("whole", state="draft", kind="competition", **NOMINATED, **PAST)
    assert event["agency"] == {
        "code": "sport",
        "name": {"zh-CN": "四川省体育局", "en": "Sports Bureau of Sichuan"},
    }
    await refused(office, "whole", "submitted", "event_plan_missing")
    changed = await office.post(
        "/v1/events/whole/changes",
        {"plan": "高铁优先", "reason": "补充计划"},
        await office.staff("organiser"),
    )
    assert (changed.status_code, changed.json()["plan"]) == (200, "高铁优先")
    await moved(office, "whole", "submitted")
    await refused(office, "whole", "accepted", "event_note_missing", "operator")
    await moved(office, "whole", "accepted", "operator", note="材料齐全")
    await selected(office, "whole")
    await moved(office, "whole", "running")
    await attend(rows, "whole", [600_000, 400_001])
    await moved(office, "whole", "accounting")

    await office.pool("whole", 1_000_000)
    await refused(office, "whole", "offset", "event_retired_grams_missing")
    await office.pool("whole", 1)
    offset = await moved(office, "whole", "offset")
    assert offset["evaluation"]["claim"] is None
    assert offset["evaluation"]["basis"] is None

    await refused(office, "whole", "evaluated", "event_second_person_missing", statement="属实")
    await refused(office, "whole", "evaluated", "event_evaluation_missing", "operator")
    assert (await send(office, "whole", "verifier_report")).status_code == 201
    # A report that no verifier signed here is a file like others, and a name that somebody typed is nobody's.
    await refused(office, "whole", "evaluated", "event_evaluation_missing", "operator")
    evaluation = (
        await moved(office, "whole", "evaluated", "operator", verifier="第三方核查", statement="属实")
    )["evaluation"]
    at, claim = datetime.fromisoformat(evaluation.pop("at")), evaluation.pop("claim")
    assert (datetime.now(UTC) - at).total_seconds() < 60
    assert evaluation == {
        "emission_g": 1_000_001,
        "organiser_emission_g": None,
        "boundary_g": 1_000_001,
        "retired_g": 1_000_001,
        "is_partial": False,
        "has_reached_target": True,
        "basis": "self_declaration",
        "verifier": None,
        "verifier_organisation": None,
        "statement": "属实",
        "is_by_another": True,
    }
    # Credits for those who scanned are no claim about the event.
    assert claim["missing"][0] == "scope"
    assert "部分抵消" in claim["zh-CN"]
    assert "碳中和" not in claim["zh-CN"]

    for kind in DEMONSTRATION_DOCUMENTS:
        await refused(office, "whole", "closed", "event_documents_missing")
        assert (await send(office, "whole", kind, name=f"{kind}.pdf")).status_code == 201
    assert (await moved(office, "whole", "closed"))["state"] == "closed"

    page = await office.client.get("/v1/events/whole/steps", headers=await office.staff("regulator"))
    steps = [
        (step["from_state"], step["to_state"], step["actor"], step["note"]) for step in page.json()["items"]
    ]
    assert steps == [
        (None, "draft", "organiser", None),
        ("draft", "draft", "organiser", "补充计划"),
        ("draft", "submitted", "organiser", None),
        ("submitted", "accepted", "operator", "材料齐全"),
        ("accepted", "running", "organiser", None),
        ("running", "accounting", "organiser", None),
        ("accounting", "offset", "organiser", None),
        ("offset", "evaluated", "operator", None),
        ("evaluated", "closed", "organiser", None),
    ]
    found = await rows.fetch(
        "SELECT action, reason FROM staff_actions WHERE subject = 'whole' AND action LIKE 'event.%' ORDER BY id"
    )
    assert [tuple(row) for row in found] == [
        ("event.create", None),
        ("event.change", "补充计划"),
        *[("event.move", note) for _, _, _, note in steps[2:]],
    ]


async def test_short_cuts_are_for_demo_mode_alone(office: Service, rows: asyncpg.Connection) -> None:
    await office.event("straight", state="draft", plan="计划")
    for step in DEMO_STEPS:
        if (step.from_state, step.to_state) == ("running", "accounting"):
            continue
        await rows.execute("UPDATE events SET state = $1 WHERE slug = 'straight'", step.from_state)
        await refused(office, "straight", step.to_state, "transition_illegal", "operator", note="快")
    await rows.execute("UPDATE events SET state = 'running' WHERE slug = 'straight'")
    await refused(office, "straight", "accounting", "event_not_ended")


async def test_who_files_does_not_decide_and_a_regulator_watches(office: Service) -> None:
    await office.event("asked", state="draft", plan="计划")
    for to in get_args(State):
        turned_away = await move(office, "asked", to, "regulator", note="监管")
        assert (turned_away.status_code, turned_away.json()["code"]) == (403, "role_forbidden")
    await moved(office, "asked", "submitted")
    for to in ("accepted", "rejected"):
        answer = await move(office, "asked", to, "organiser", note="自批")
        assert (answer.status_code, answer.json()["code"]) == (403, "role_forbidden")
    assert (await moved(office, "asked", "rejected", "operator", note="边界不清"))["state"] == "rejected"
    assert (await moved(office, "asked", "draft"))["state"] == "draft"
    await moved(office, "asked", "submitted")
    await moved(office, "asked", "accepted", "operator", note="已补正")


async def test_of_two_operators_the_one_who_filed_neither_accepts_nor_evaluates(
    office: Service, rows: asyncpg.Connection
) -> None:
    another = await another_of(office, "operator")

    async def by_another(to: str, **body: object) -> int:
        answer = await office.post("/v1/events/paired/transitions", {"to": to} | body, another)
        return answer.status_code

    filing = {"slug": "paired", "plan": "计划"} | MEETING
    made = await office.post("/v1/events", filing, another)
    assert made.status_code == 201, made.text
    await moved(office, "paired", "submitted", "operator")
    for headers in (another, await office.staff("operator")):
        body = {"to": "accepted", "note": "自批"}
        own = await office.client.post(
            "/v1/events/paired/transitions", json=body, headers=headers | {"Accept-Language": "en"}
        )
        assert (own.status_code, own.json()["code"]) == (409, "event_second_person_missing")
        assert "operator who did not" in own.json()["detail"]
    # Rejecting one's own filing harms nobody; who only sent it back to its draft did not file it.
    assert await by_another("rejected", note="有误") == 200
    third = await another_of(office, "operator", "third")
    for to, headers in (("draft", third), ("submitted", another), ("accepted", third)):
        body = {"to": to, "note": "重新申报"}
        answer = await office.post("/v1/events/paired/transitions", body, headers)
        assert answer.status_code == 200, answer.text

    await rows.execute("UPDATE events SET state = 'offset' WHERE slug = 'paired'")
    assert await by_another("evaluated", statement="属实") == 409
    answer = await office.post(
        "/v1/events/paired/transitions", {"to": "evaluated", "statement": "属实"}, third
    )
    assert (answer.status_code, answer.json()["state"]) == (200, "evaluated")


async def test_who_changes_what_was_filed_does_not_accept_it(office: Service) -> None:
    await office.event("mended", state="draft", plan="计划")
    await moved(office, "mended", "submitted")
    another = await another_of(office, "operator")
    changed = await office.post(
        "/v1/events/mended/changes", {"reason": "补正", "target_pct": 90}, await office.staff("operator")
    )
    assert changed.status_code == 200, changed.text
    await refused(office, "mended", "accepted", "event_second_person_missing", "operator", note="自改自批")
    accepted = await office.post("/v1/events/mended/transitions", {"to": "accepted", "note": "已核"}, another)
    assert accepted.status_code == 200, accepted.text


async def test_a_partial_offset_is_said_to_be_one_and_is_never_neutral(
    office: Service, rows: asyncpg.Connection
) -> None:
    await office.event("part", state="draft", plan="计划", target_pct=50, **PAST)
    await rows.execute("UPDATE events SET state = 'accounting' WHERE slug = 'part'")
    await attend(rows, "part", [1_000_000])
    await office.pool("part", 500_000)
    # The organiser declares, and somebody else evaluates what was declared.
    await moved(office, "part", "offset", is_partial=True, statement="我方声明属实")
    evaluation = (await moved(office, "part", "evaluated", "operator"))["evaluation"]
    assert evaluation["statement"] == "我方声明属实"
    assert evaluation["is_partial"] is True
    assert "碳中和" not in evaluation["claim"]["zh-CN"]
    assert (evaluation["has_reached_target"], evaluation["basis"]) == (True, "self_declaration")
    assert (await moved(office, "part", "closed"))["evaluation"] == evaluation


async def test_an_organiser_who_claims_its_own_emissions_tells_them(
    office: Service, rows: asyncpg.Connection
) -> None:
    await office.event("claimed", state="draft", plan="计划", neutrality_scope="all", **PAST)
    await rows.execute("UPDATE events SET state = 'accounting' WHERE slug = 'claimed'")
    await attend(rows, "claimed", [600_000])
    await office.pool("claimed", 1_000_000)
    await refused(office, "claimed", "offset", "event_organiser_emission_missing")
    own = {"organiser_emission_g": 400_000}
    await refused(office, "claimed", "offset", "event_boundary_incomplete", **own)
    offset = await moved(office, "claimed", "offset", is_partial=True, **own)
    assert offset["evaluation"]["boundary_g"] == 1_000_000
    evaluated = await moved(office, "claimed", "evaluated", "operator", statement="属实")
    assert evaluated["evaluation"]["organiser_emission_g"] == 400_000
    assert evaluated["evaluation"]["is_partial"] is True
    assert "energy" in evaluated["evaluation"]["claim"]["missing"]


async def test_what_was_filed_changes_until_it_is_accepted_and_the_change_is_kept(
    office: Service, rows: asyncpg.Connection
) -> None:
    await office.event("filed", state="draft", kind="competition", plan="计划")
    organiser = await office.staff("organiser")
    body = {
        "reason": "改为旅游活动",
        "kind": "tourism",
        "name": {"zh-CN": "新名", "en": "New name"},
        "profile": {"nights": 1, "hotel_stars": 3},
        "neutralises": ["meals", "lodging", "meals"],
        "points_offset": {"points_per_kg": 100, "points_budget": 50_000},
        "expected_people": 5000,
        "target_pct": 80,
    }
    changed = (await office.post("/v1/events/filed/changes", body, organiser)).json()
    assert changed["agency"]["code"] == "culture_tourism"
    assert changed["neutralises"] == ["lodging", "meals"]
    assert changed["profile"] | {"nights": 1, "hotel_stars": 3} == changed["profile"]
    assert changed["points_offset"] == {"points_per_kg": 100, "points_budget": 50_000, "points_left": 50_000}
    assert (changed["expected_people"], changed["target_pct"], changed["plan"]) == (5000, 80, "计划")
    await moved(office, "filed", "submitted")
    assert (
        await office.post("/v1/events/filed/changes", {"reason": "再改", "plan": "新"}, organiser)
    ).json()["plan"] == "新"
    await moved(office, "filed", "accepted", "operator", note="好")
    late = await office.post("/v1/events/filed/changes", {"reason": "太晚", "plan": "晚"}, organiser)
    assert (late.status_code, late.json()["code"]) == (409, "event_filed")
    row = await rows.fetchrow(
        "SELECT reason, before, after FROM staff_actions WHERE action = 'event.change' AND reason = '改为旅游活动'"
    )
    assert json.loads(row["before"])["kind"] == "competition"
    after = json.loads(row["after"])
    assert (after["kind"], after["agency"]) == ("tourism", "culture_tourism")
    assert "plan" not in after


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({}, 422, "invalid_body"),
        ({"reason": ""}, 422, "invalid_body"),
        ({"reason": "x", "slug": "other"}, 422, "invalid_body"),
        ({"reason": "x", "kind": "wedding"}, 422, "invalid_body"),
        ({"reason": "x", "target_pct": 0}, 422, "invalid_body"),
        ({"reason": "x", "plan": ""}, 422, "invalid_body"),
        ({"reason": "x", "neutralises": ["breath"]}, 422, "invalid_body"),
        ({"reason": "x", "profile": {"nights": 61}}, 422, "invalid_body"),
        ({"reason": "x", "ends_at": "2020-01-01T00:00:00+08:00"}, 422, "invalid_body"),
        ({"reason": "x", "factor_set": "none"}, 422, "invalid_body"),
        ({"reason": "x", "points_offset": {"points_per_kg": 0, "points_budget": 1}}, 422, "invalid_body"),
        ({"reason": "x", "city": "亚特兰蒂斯"}, 422, "unknown_city"),
        ({"reason": "x", "agency": "sport"}, 422, "agency_foreign"),
    ],
    ids=str,
)
async def test_a_change_that_does_not_fit_changes_nothing(
    office: Service, rows: asyncpg.Connection, change: dict[str, object], status: int, code: str
) -> None:
    if not await rows.fetchval("SELECT true FROM events WHERE slug = 'steady'"):
        await office.event("steady", state="draft", kind="forum")
    before = await rows.fetchrow("SELECT * FROM events WHERE slug = 'steady'")
    answer = await office.post("/v1/events/steady/changes", change, await office.staff("organiser"))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await rows.fetchrow("SELECT * FROM events WHERE slug = 'steady'") == before


async def test_an_annual_meeting_is_filed_with_little(office: Service) -> None:
    organiser = await office.staff("organiser")
    body = {
        "slug": "annual",
        "name": {"zh-CN": "年会", "en": "Annual meeting"},
        "kind": "conference",
        "city": "成都",
        "starts_at": "2026-12-01T09:00:00+08:00",
        "ends_at": "2026-12-02T18:00:00+08:00",
        "template": "annual_meeting",
        "expected_people": 400,
    }
    made = (await office.post("/v1/events", body, organiser)).json()
    assert (made["boundary"], made["template"], made["plan"] is not None) == ("core", "annual_meeting", True)
    assert (made["profile"]["nights"], made["profile"]["meals"]) == (1, 2)
    short = body | {"slug": "annual-short", "ends_at": "2026-12-01T18:00:00+08:00", "boundary": "extended"}
    made = (await office.post("/v1/events", short, organiser)).json()
    assert (made["boundary"], made["profile"]["nights"]) == ("extended", 0)
    meals = next(line for line in made["default_footprint"]["lines"] if line["source"] == "meals")
    assert meals["quantity"] == 1
    await moved(office, "annual", "submitted")
    for people in (401, None):
        large = await office.post(
            "/v1/events", body | {"slug": "annual-large", "expected_people": people}, organiser
        )
        assert (large.status_code, large.json()["code"]) == (422, "template_unfit")


async def test_steps_are_read_by_those_who_oversee_them_and_by_no_other_organiser(office: Service) -> None:
    await office.event("watched", state="draft", plan="计划")
    path = "/v1/events/watched/steps"
    for role in ("organiser", "operator", "regulator"):
        answer = await office.client.get(path, headers=await office.staff(role))
        assert [step["to_state"] for step in answer.json()["items"]] == ["draft"]
    another = await another_of(office, "organiser")
    for request in (
        office.client.get(path, headers=another),
        office.post("/v1/events/watched/changes", {"reason": "x"}, another),
        office.post("/v1/events/watched/transitions", {"to": "submitted"}, another),
    ):
        answer = await request
        assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
    await moved(office, "watched", "submitted")
    regulator = await office.staff("regulator")
    first = (await office.client.get(path, params={"limit": 1}, headers=regulator)).json()
    assert [step["to_state"] for step in first["items"]] == ["draft"]
    rest = await office.client.get(path, params={"cursor": first["next_cursor"]}, headers=regulator)
    assert [step["to_state"] for step in rest.json()["items"]] == ["submitted"]


async def test_agencies_say_which_kinds_they_take(office: Service) -> None:
    agencies = (await office.client.get("/v1/agencies")).json()["items"]
    assert len(agencies) == 5
    assert {each["code"] for each in agencies if "competition" in each["leads"]} == {"sport"}
