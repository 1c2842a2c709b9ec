"""The year of a venue, an enterprise or an institution goes the way of an event."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from backend.settings import Settings
from tests.neutral import code_of, file_year, filed, organisation
from tests.routes.contract import watch
from tests.routes.filing import move, moved, send
from tests.service import TONNE, Json, Service, open_service


@pytest.fixture
async def office(settings: Settings) -> AsyncIterator[Service]:
    """Outside demo mode, where nobody evaluates what they filed."""
    async with open_service(replace(settings, environment="production")) as running:
        yield watch(running)


LINE: Json = {
    "phase": "actual",
    "period_from": "2025-01-01",
    "period_until": "2025-12-31",
    "quality": 2,
}
NONE: list[Json] = [
    {"phase": "actual", "group": group, "reason": "不重要"}
    for group in ("transport", "purchased_goods", "use_of_products", "other_indirect")
]
MEASURE: Json = {
    "group": "imported_energy",
    "measure": "热泵",
    "baseline": "2024 年",
    "baseline_g": 500_000,
    "reduction_g": 100_000,
}


async def post(service: Service, path: str, body: Json, status: int = 201) -> Json:
    answer = await service.post(path, body, await service.staff("organiser"))
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found


async def enter(service: Service, slug: str, meter: str = "M-1", **changes: Any) -> None:
    """A year's lines with their evidence, what does not matter, and a measure."""
    bill = (await send(service, slug, "other", name="电费单.pdf")).json()["id"]
    lines = [
        LINE
        | {
            "source": "electricity",
            "unit": "kWh",
            "quantity": "1000",
            "factor_id": "grid-sichuan-2023",
            "meter": meter,
            "document_id": bill,
        },
        LINE
        | {
            "source": "fuel",
            "unit": "m3",
            "quantity": "100",
            "factor": {"value": "2.16", "unit": "kgCO2e/m3", "source": "GB/T 2589, IPCC 2006"},
            "document_id": bill,
            "note": meter,
        },
    ]
    await post(service, f"/v1/events/{slug}/inventory", {"lines": lines, "none": NONE} | changes)
    await post(service, f"/v1/events/{slug}/measures", MEASURE)


async def account(service: Service, slug: str) -> Json:
    answer = await service.client.get(f"/v1/events/{slug}/account", headers=await service.staff("organiser"))
    found: Json = answer.json()
    return found


def codes(found: Json) -> list[str]:
    return [each["code"] for each in found["missing"]]


async def run(service: Service, slug: str) -> None:
    await moved(service, slug, "submitted")
    await moved(service, slug, "accepted", "operator", note="好")
    for state in ("running", "accounting"):
        await moved(service, slug, state)


async def test_a_venues_year_goes_from_application_to_disclosure(office: Service) -> None:
    code = await organisation(office)
    year = (await filed(office, "hotel-2025", code))["year"]
    assert (year["organisation"]["code"], year["starts_on"], year["ends_on"]) == (
        code,
        "2025-01-01",
        "2025-12-31",
    )
    await run(office, "hotel-2025")
    assert codes(await account(office, "hotel-2025"))[:3] == ["direct", "imported_energy", "transport"]
    await enter(office, "hotel-2025")
    found = await account(office, "hotel-2025")
    # 1000 kWh × 0.1564 + 100 m3 × 2.16
    assert (found["estimate_g"], found["high_g"], found["boundary"]) == (372_400, 372_400, "organisation")
    assert found["standard"] == "ISO 14064-1:2018"
    assert [group["group"] for group in found["groups"]] == [
        *("direct", "imported_energy", "transport"),
        *("purchased_goods", "use_of_products", "other_indirect"),
    ]
    assert found["people"]["people"] == 0
    assert codes(found) == ["retired", "evaluation", "second_person"]
    await office.pool("hotel-2025", TONNE)
    await moved(office, "hotel-2025", "offset")
    report = await send(
        office, "hotel-2025", "evaluation", name="评价.pdf", headers=await office.staff("operator")
    )
    assert report.status_code == 201
    evaluated = (await moved(office, "hotel-2025", "evaluated", "operator"))["evaluation"]
    assert evaluated["claim"]["missing"] == []
    assert "碳中和" in evaluated["claim"]["zh-CN"]
    assert "2025-01-01" in evaluated["claim"]["zh-CN"]
    assert "neutral" not in evaluated["claim"]["en"].lower()
    await moved(office, "hotel-2025", "closed")
    published = await office.client.get("/v1/events/hotel-2025/report")
    assert published.json()["account"]["estimate_g"] == 372_400
    assert "grid-sichuan-2023" in [each["id"] for each in published.json()["factors"]]
    page = await office.client.get("/events/hotel-2025/report", params={"lang": "en"})
    assert "Carbon report of a year" in page.text
    assert "event" not in page.text.split("<main", 1)[1].split("</main>", 1)[0].replace(
        "/events/", ""
    ).replace("event_report", "")
    for form in ("pdf", "csv"):
        drawn = await office.client.get(f"/v1/events/hotel-2025/report.{form}", params={"language": "en"})
        assert drawn.status_code == 200


async def test_a_year_needs_evidence_and_every_day_and_a_measure(office: Service) -> None:
    code = await organisation(office)
    await filed(office, "hotel-2025", code)
    await run(office, "hotel-2025")
    trifle = LINE | {"quantity": "0.001", "period_until": "2025-06-30"}
    lines = [
        trifle | {"source": "electricity", "unit": "kWh", "factor_id": "grid-sichuan-2023"},
        trifle
        | {
            "source": "fuel",
            "unit": "L",
            "factor": {"value": "2.3", "unit": "kgCO2e/L", "source": "supplier"},
        },
    ]
    await post(office, "/v1/events/hotel-2025/inventory", {"lines": lines, "none": NONE})
    assert codes(await account(office, "hotel-2025"))[:2] == ["direct", "imported_energy"]
    bill = (await send(office, "hotel-2025", "other", name="电费单.pdf")).json()["id"]
    proven = [line | {"document_id": bill, "note": "有凭证"} for line in lines]
    stored = await office.client.get(
        "/v1/events/hotel-2025/inventory", headers=await office.staff("organiser")
    )
    corrected = [
        line
        | {
            "supersedes": next(
                each["id"] for each in stored.json()["items"] if each["source"] == line["source"]
            )
        }
        for line in proven
    ]
    await post(office, "/v1/events/hotel-2025/inventory", {"lines": corrected})
    assert codes(await account(office, "hotel-2025"))[:2] == ["energy_days", "measures"]


@pytest.mark.parametrize(
    ("changes", "status", "refusal"),
    [
        ({"organisation": code_of(99)}, 404, "organisation_not_found"),
        ({"kind": "conference"}, 422, "invalid_body"),
        ({"neutrality_scope": "attendees"}, 422, "invalid_body"),
        ({"starts_at": "2025-01-02T00:00:00+08:00"}, 422, "year_period_unfit"),
        ({"ends_at": "2025-11-30T23:00:00+08:00"}, 422, "year_period_unfit"),
        ({"template": "institution_year"}, 422, "year_organisation_unfit"),
        ({"scene": "ZZZZZ"}, 404, "scene_not_found"),
        ({"includes": ["nothing"], "template": "enterprise_year"}, 409, "year_not_includable"),
        ({"includes": ["nothing"]}, 422, "invalid_body"),
        ({"template": None}, 422, "invalid_body"),
    ],
)
async def test_what_is_no_year_is_refused(service: Service, changes: Json, status: int, refusal: str) -> None:
    code = await organisation(service)
    body = {"scene": None, "includes": []} | changes
    if body.get("template", "") is None:
        body |= {"scene": "ABCDE"}
    answer = await file_year(service, "odd", code, **({"template": "venue_year"} | body))
    assert (answer.status_code, answer.json()["code"]) == (status, refusal), answer.text
    assert (await service.client.get("/v1/events/odd")).status_code == 404


async def test_a_year_is_somebodys(service: Service) -> None:
    """Whoever files for two organisations says which; the only one is meant where none is named."""
    nobodys = await file_year(service, "odd", None)
    assert (nobodys.status_code, nobodys.json()["errors"][0]["pointer"]) == (422, "/organisation")
    code = await organisation(service)
    assert (await filed(service, "only", None))["year"]["organisation"]["code"] == code


async def test_two_years_of_one_subject_do_not_overlap(service: Service) -> None:
    code = await organisation(service)
    await filed(service, "calendar", code)
    fiscal = {"starts_at": "2025-04-01T00:00:00+08:00", "ends_at": "2026-03-31T23:59:00+08:00"}
    again = await file_year(service, "fiscal", code, **fiscal)
    assert (again.status_code, again.json()["code"]) == (409, "year_overlaps")
    later = {"starts_at": "2026-01-01T00:00:00+08:00", "ends_at": "2026-12-31T23:59:00+08:00"}
    await filed(service, "next", code, **later)
    # A change of the period is asked the same, and a year that moves gives its months up.
    organiser = await service.staff("organiser")
    refused = await service.post("/v1/events/next/changes", {"reason": "r"} | fiscal, organiser)
    assert (refused.status_code, refused.json()["code"]) == (409, "year_overlaps")
    far = {"starts_at": "2027-01-01T00:00:00+08:00", "ends_at": "2027-12-31T23:59:00+08:00"}
    assert (
        await service.post("/v1/events/next/changes", {"reason": "r"} | far, organiser)
    ).status_code == 200
    await filed(service, "between", code, **later)


async def test_a_rejected_year_gives_its_months_up(service: Service) -> None:
    code = await organisation(service)
    await filed(service, "first", code)
    await moved(service, "first", "submitted")
    await moved(service, "first", "rejected", "operator", note="不完整")
    await filed(service, "second", code)
    back = await move(service, "first", "draft", "organiser")
    assert (back.status_code, back.json()["code"]) == (409, "year_overlaps")


async def test_a_strangers_year_takes_nobodys_months(service: Service, owner: asyncpg.Connection) -> None:
    code = await organisation(service)
    stranger = await file_year(service, "theirs", code, who="stranger")
    assert (stranger.status_code, stranger.json()["code"]) == (404, "organisation_not_found")
    await owner.execute("UPDATE organisation_members SET duty = 'reader'")
    reader = await file_year(service, "theirs", code)
    assert (reader.status_code, reader.json()["code"]) == (403, "organisation_duty_missing")
    scene = {
        "kind": "hotel",
        "name": {"zh-CN": "酒店", "en": "Hotel"},
        "district": "锦江区",
        "reason": "list",
    }
    operator = await service.staff("operator")
    listed = (await service.post("/v1/scenes", scene, operator)).json()["scene"]["code"]
    own = await organisation(service, 2)
    foreign = await file_year(service, "theirs", own, scene=listed)
    assert (foreign.status_code, foreign.json()["code"]) == (409, "year_scene_foreign")
    said = await service.post(f"/v1/scenes/{listed}/changes", {"reason": "r", "organisation": own}, operator)
    assert said.json()["scene"]["organisation"]["code"] == own
    assert (await filed(service, "ours", own, scene=listed))["year"]["scene"]["code"] == listed


async def test_a_venues_year_counts_once_within_its_enterprises(office: Service) -> None:
    code = await organisation(office)
    other = await organisation(office, 2)
    await filed(
        office,
        "own-hotel",
        code,
        name={"zh-CN": "自有酒店", "en": "Own hotel"},
        scene=await _scene(office, code),
    )
    await filed(office, "subsidiary", other)
    whole = await filed(office, "group-2025", code, "enterprise_year", includes=["subsidiary"])
    assert sorted(each["slug"] for each in whole["year"]["includes"]) == ["own-hotel", "subsidiary"]
    venue = await office.client.get("/v1/events/own-hotel", headers=await office.staff("organiser"))
    assert venue.json()["year"]["within"]["slug"] == "group-2025"
    # Counted in one whole alone.
    third = await organisation(office, 3)
    twice = await file_year(office, "holding", third, "enterprise_year", includes=["subsidiary"])
    assert (twice.status_code, twice.json()["code"]) == (409, "year_not_includable")
    for slug in ("own-hotel", "subsidiary", "group-2025"):
        await run(office, slug)
    await enter(office, "own-hotel", "M-1")
    await enter(office, "subsidiary", "M-2")
    # The venue's meter is not counted in the whole's account as well.
    bill = (await send(office, "group-2025", "other", name="电费单.pdf")).json()["id"]
    line = LINE | {
        "source": "electricity",
        "unit": "kWh",
        "quantity": "1000",
        "factor_id": "grid-sichuan-2023",
        "meter": "M-1",
        "document_id": bill,
    }
    refused = await post(office, "/v1/events/group-2025/inventory", {"lines": [line]}, 422)
    assert refused["code"] == "inventory_rows_broken"
    await post(office, "/v1/events/group-2025/inventory", {"lines": [line | {"meter": "M-9"}], "none": NONE})
    await post(office, "/v1/events/group-2025/measures", MEASURE)
    # What is retired for a venue counts up to what it emitted, and once.
    await office.pool("own-hotel", TONNE)
    found = await account(office, "group-2025")
    assert found["estimate_g"] == 2 * 372_400 + 156_400
    assert found["retired_g"] == 372_400
    assert [each["slug"] for each in found["included"]] == ["own-hotel", "subsidiary"]
    assert codes(found) == ["included", "retired", "evaluation", "second_person"]


async def _scene(service: Service, code: str) -> str:
    scene = {
        "kind": "hotel",
        "name": {"zh-CN": "自有酒店", "en": "Own hotel"},
        "district": "锦江区",
        "reason": "list",
        "organisation": code,
    }
    answer = await service.post("/v1/scenes", scene, await service.staff("operator"))
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["scene"]["code"]
    return found


async def test_nobody_joins_a_year(service: Service, owner: asyncpg.Connection) -> None:
    code = await organisation(service)
    await filed(service, "hotel-2025", code)
    await owner.execute("UPDATE events SET state = 'running' WHERE slug = 'hotel-2025'")
    badge = (await service.badges(1, "hotel-2025"))[0]["code"]
    scanned = await service.scan(badge, await service.citizen())
    assert (scanned.status_code, scanned.json()["code"]) == (409, "event_not_running")
    people = {"people": [{"category": "none", "people": 2, "source": "票务系统"}]}
    listed = await post(service, "/v1/events/hotel-2025/inventory", people, 422)
    assert listed["code"] == "inventory_rows_broken"
