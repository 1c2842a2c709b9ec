"""碳中和 is earned by the whole event alone: complete, covered to its upper estimate, evaluated by somebody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from backend.settings import Settings
from tests.routes.contract import watch
from tests.routes.filing import PAST, attend, move, moved, refused, send
from tests.service import TONNE, Json, Service, open_service


@pytest.fixture
async def office(settings: Settings) -> AsyncIterator[Service]:
    """Outside demo mode, where nobody evaluates what they filed."""
    async with open_service(replace(settings, environment="production")) as running:
        yield watch(running)


LINE: Json = {
    "phase": "actual",
    "quantity": "10",
    "period_from": "2026-05-01",
    "period_until": "2026-05-02",
    "quality": 1,
}
WHOLE: Json = {
    "lines": [
        LINE | {"source": "electricity", "unit": "kWh", "factor_id": "grid-sichuan-2022", "meter": "M-1"},
        LINE | {"source": "waste", "unit": "kg", "factor_id": "waste-treatment"},
    ],
    "people": [{"category": "none", "people": 2, "source": "票务系统"}],
    "none": [
        {"phase": "actual", "group": group, "reason": "没有"}
        for group in ("production_and_materials", "freight", "digital")
    ],
}


async def file(
    service: Service, rows: asyncpg.Connection, slug: str = "whole", scope: str = "all", **changes: Any
) -> None:
    """An event that is being accounted for, with two people."""
    await service.event(slug, state="draft", plan="计划", neutrality_scope=scope, **PAST, **changes)
    await rows.execute("UPDATE events SET state = 'accounting' WHERE slug = $1", slug)
    await attend(rows, slug, [300_000, 400_000])
    await service.pool(slug, 2 * TONNE)


async def enter(service: Service, slug: str = "whole", **changes: Any) -> None:
    answer = await service.post(
        f"/v1/events/{slug}/inventory", WHOLE | changes, await service.staff("organiser")
    )
    assert answer.status_code == 201, answer.text


async def account(service: Service, slug: str = "whole") -> Json:
    answer = await service.client.get(f"/v1/events/{slug}/account", headers=await service.staff("organiser"))
    found: Json = answer.json()
    return found


def codes(found: Json) -> list[str]:
    return [each["code"] for each in found["missing"]]


async def test_the_word_is_earned_by_a_complete_account_and_another_persons_evaluation(
    office: Service, owner: asyncpg.Connection
) -> None:
    await file(office, owner)
    await enter(office)
    assert codes(await account(office)) == ["evaluation", "second_person"]
    await moved(office, "whole", "offset")
    await refused(office, "whole", "evaluated", "event_boundary_incomplete", "operator", statement="属实")
    report = await send(
        office, "whole", "evaluation", name="评价.pdf", headers=await office.staff("operator")
    )
    assert report.status_code == 201
    evaluated = (await moved(office, "whole", "evaluated", "operator"))["evaluation"]
    assert (evaluated["basis"], evaluated["is_by_another"], evaluated["is_partial"]) == (
        "second_person",
        True,
        False,
    )
    assert evaluated["claim"]["missing"] == []
    assert "碳中和" in evaluated["claim"]["zh-CN"]
    assert "neutral" not in evaluated["claim"]["en"].lower()
    assert evaluated["claim"]["covered_pct"] == 100
    # What it was evaluated on does not change any more.
    late = await office.post("/v1/events/whole/inventory", WHOLE, await office.staff("organiser"))
    assert (late.status_code, late.json()["code"]) == (409, "inventory_fixed")
    await moved(office, "whole", "closed")
    published = await office.client.get("/v1/events/whole/report")
    assert "碳中和" in published.json()["neutrality"]["statement"]["zh-CN"]
    assert "neutral" not in published.json()["neutrality"]["statement"]["en"].lower()
    assert "is_neutral" not in published.text


@pytest.mark.parametrize(
    ("dropped", "code"),
    [("electricity", "energy"), ("waste", "waste")],
)
async def test_a_group_that_is_not_there_is_named(
    office: Service, owner: asyncpg.Connection, dropped: str, code: str
) -> None:
    await file(office, owner)
    await enter(office, lines=[line for line in WHOLE["lines"] if line["source"] != dropped])
    assert codes(await account(office))[0] == code
    answer = await move(office, "whole", "offset", "organiser")
    assert (answer.status_code, answer.json()["code"]) == (409, "event_boundary_incomplete")
    partial = (await moved(office, "whole", "offset", is_partial=True))["evaluation"]
    assert partial["is_partial"] is True


async def test_a_head_count_and_the_reason_of_an_empty_group_are_asked_for(
    office: Service, owner: asyncpg.Connection
) -> None:
    await file(office, owner, boundary="core")
    await enter(office, none=[], people=[])
    assert codes(await account(office)) == [
        "production_and_materials",
        "freight",
        # A core boundary counts no meals, and nobody has recorded any.
        "food_and_beverage",
        "digital",
        "people",
        "evaluation",
        "second_person",
    ]


TRIFLES: list[Json] = [
    LINE | {"source": "electricity", "unit": "kWh", "factor_id": "grid-sichuan-2022", "quantity": "0.001"},
    LINE | {"source": "waste", "unit": "kg", "factor_id": "waste-treatment", "quantity": "0.001"},
    LINE | {"source": "catering", "unit": "meal", "factor_id": "meal-mixed", "quantity": "0.001"},
]


async def test_a_gram_of_each_fills_no_group(office: Service, owner: asyncpg.Connection) -> None:
    """Within a core boundary nobody's footprint holds energy, food and waste: lines alone stand for them."""
    await file(office, owner, boundary="core")
    await enter(office, lines=TRIFLES)
    assert codes(await account(office))[:3] == ["food_and_beverage", "energy", "waste"]
    document = await send(office, "whole", "other", name="电费单.pdf")
    measured = [line | {"document_id": document.json()["id"], "note": "有凭证"} for line in TRIFLES]
    ids = {line["source"]: line["id"] for line in await stored_lines(office)}
    await enter(office, lines=[line | {"supersedes": ids[line["source"]]} for line in measured])
    assert codes(await account(office)) == ["evaluation", "second_person"]


async def stored_lines(service: Service, slug: str = "whole") -> list[Json]:
    page = await service.client.get(f"/v1/events/{slug}/inventory", headers=await service.staff("organiser"))
    found: list[Json] = page.json()["items"]
    return found


async def test_a_meter_of_one_day_does_not_stand_for_two(office: Service, owner: asyncpg.Connection) -> None:
    await file(office, owner)
    first, waste = WHOLE["lines"]
    await enter(office, lines=[first | {"period_until": "2026-05-01"}, waste])
    assert codes(await account(office)) == ["energy_days", "evaluation", "second_person"]
    second = first | {"period_from": "2026-05-02", "quantity": "0"}
    await enter(office, lines=[second])
    assert codes(await account(office))[0] == "energy_days", "a reading of nothing holds no day"
    await enter(office, lines=[second | {"quantity": "4", "meter": "M-2"}])
    assert codes(await account(office)) == ["evaluation", "second_person"]


async def test_who_told_the_head_count_does_not_evaluate(office: Service, owner: asyncpg.Connection) -> None:
    await file(office, owner)
    await enter(office, people=[])
    operator = await office.staff("operator")
    told = await office.post("/v1/events/whole/inventory", {"people": WHOLE["people"]}, operator)
    assert told.status_code == 201
    await moved(office, "whole", "offset")
    await send(office, "whole", "evaluation", name="评价.pdf", headers=operator)
    partial: Json = {"is_partial": True, "statement": "属实"}
    evaluated = (await moved(office, "whole", "evaluated", "operator", **partial))["evaluation"]
    assert evaluated["is_by_another"] is False
    assert "second_person" in evaluated["claim"]["missing"]
    assert "碳中和" not in evaluated["claim"]["zh-CN"]


async def test_credits_for_the_estimate_that_do_not_cover_its_upper_end_are_a_part(
    office: Service, owner: asyncpg.Connection
) -> None:
    await file(office, owner)
    await enter(office, people=[{"category": "none", "people": 4, "source": "票务系统"}])
    found = await account(office)
    assert found["low_g"] < found["estimate_g"] < found["high_g"]
    assert "retired" in codes(found)
    await office.pool("whole", found["high_g"] - 2 * TONNE - 1)
    assert "retired" in codes(await account(office)), "one gram less than the upper end"
    await office.pool("whole", 1)
    assert "retired" not in codes(await account(office))
    assert found["claim"]["response_rate_pct"] == 50
    assert "50.0" in found["claim"]["zh-CN"]
    assert "部分抵消" in found["claim"]["zh-CN"]


async def test_neither_attendees_alone_nor_who_entered_the_data_speak_for_the_event(
    office: Service, owner: asyncpg.Connection
) -> None:
    await file(office, owner, scope="attendees")
    await enter(office)
    assert codes(await account(office))[0] == "scope"
    await moved(office, "whole", "offset")
    operator = await office.staff("operator")
    more = WHOLE["lines"][0] | {"meter": "M-2"}
    assert (await office.post("/v1/events/whole/inventory", {"lines": [more]}, operator)).status_code == 201
    await send(office, "whole", "evaluation", name="评价.pdf", headers=operator)
    evaluated = (await moved(office, "whole", "evaluated", "operator", statement="属实"))["evaluation"]
    assert (evaluated["basis"], evaluated["is_by_another"]) == ("self_declaration", False)
    assert set(evaluated["claim"]["missing"]) == {"scope", "evaluation", "second_person"}
    assert "碳中和" not in evaluated["claim"]["zh-CN"]


@pytest.mark.parametrize("scope", ["attendees", "all"])
async def test_three_hundred_grams_do_not_make_a_concert_of_fifty_thousand_neutral(
    service: Service, scope: str
) -> None:
    """In demo mode, where one person may take every step: one scan, 300 g, a self-declaration, closed."""
    await service.event("concert", expected_people=50_000, neutrality_scope=scope, boundary="core")
    await service.pool("concert", 300)
    [badge] = await service.badges(1, "concert")
    scan = await service.scan(badge["code"], await service.citizen(), offset={"share": 1})
    assert scan.json()["footprint"]["total_g"] < 600
    organiser = await service.staff("organiser")

    async def step(to: str, **body: Any) -> Any:
        return await service.post("/v1/events/concert/transitions", {"to": to} | body, organiser)

    await step("accounting")
    own = {"organiser_emission_g": 0} if scope == "all" else {}
    whole = await step("offset", **own)
    if scope == "all":
        assert (whole.status_code, whole.json()["code"]) == (409, "event_boundary_incomplete")
        named = whole.json()["detail"]
        assert all(each in named for each in ("能源", "废弃物", "餐饮", "到场人数"))
    assert (await step("offset", is_partial=True, **own)).status_code in (200, 409)
    evaluated = await step("evaluated", is_partial=True, statement="我们声明已中和")
    assert evaluated.status_code == 200, evaluated.text
    assert (await step("closed")).status_code == 200
    report = await service.client.get("/v1/events/concert/report")
    found = report.json()
    claim = found["neutrality"]["claim"]
    assert {"people", "energy", "waste", "retired", "evaluation", "second_person"} <= set(claim["missing"])
    assert found["account"]["people"]["people"] == 50_000
    assert (claim["covered_pct"], claim["response_rate_pct"]) == (0, 0)
    for text in (claim["zh-CN"], found["neutrality"]["statement"]["zh-CN"]):
        assert "部分抵消" in text
        assert "50,000" in text
        assert "碳中和" not in text
    assert "is_neutral" not in report.text
    page = await service.client.get("/events/concert/report")
    assert "实现碳中和" not in page.text
