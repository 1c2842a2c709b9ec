"""Activity data over HTTP: recorded by form, corrected by superseding, refused with row, column and reason."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service import Json, Service

POWER: Json = {
    "phase": "actual",
    "source": "electricity",
    "meter": "M-1",
    "quantity": "1234.5",
    "unit": "kWh",
    "period_from": "2026-11-01",
    "period_until": "2026-11-02",
    "factor_id": "grid-sichuan-2022",
    "quality": 1,
}


async def record(service: Service, slug: str = "fair", role: str = "organiser", **body: Any) -> Any:
    return await service.post(f"/v1/events/{slug}/inventory", body, await service.staff(role))


async def account(service: Service, slug: str = "fair", role: str | None = "organiser") -> Json:
    headers = None if role is None else await service.staff(role)
    answer = await service.client.get(f"/v1/events/{slug}/account", headers=headers)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def group_of(found: Json, name: str) -> Json:
    [group] = [each for each in found["groups"] if each["group"] == name]
    return dict(group)


async def test_a_line_is_counted_in_grams_rounded_up_with_its_factor(service: Service) -> None:
    await service.event("fair")
    stored = await record(service, lines=[POWER])
    assert stored.status_code == 201, stored.text
    # 1,234.5 kWh × 140.4 g = 173,323.8 g
    assert stored.json()["emission_g"] == 173_324
    page = await service.client.get("/v1/events/fair/inventory", headers=await service.staff("regulator"))
    [line] = page.json()["items"]
    assert (line["group"], line["quantity"], line["factor_value"]) == ("energy", 1234.5, 0.1404)
    assert (line["entered_by"], line["superseded_by"]) == ("organiser", None)
    found = await account(service)
    assert group_of(found, "energy")["total_g"] == 173_324 == found["estimate_g"]


async def test_a_correction_supersedes_and_nothing_is_lost(service: Service) -> None:
    await service.event("fair")
    first = (await record(service, lines=[POWER])).json()["lines"][0]
    second = await record(service, lines=[POWER | {"quantity": "1000", "supersedes": first}])
    assert second.status_code == 201, second.text
    again = await record(service, lines=[POWER | {"quantity": "900", "supersedes": first}])
    assert (again.status_code, again.json()["code"]) == (422, "inventory_rows_broken")
    page = await service.client.get("/v1/events/fair/inventory", headers=await service.staff("organiser"))
    assert [line["superseded_by"] for line in page.json()["items"]] == [None, second.json()["lines"][0]]
    assert (await account(service))["estimate_g"] == 140_400
    removed = POWER | {"quantity": "0", "supersedes": second.json()["lines"][0]}
    assert (await record(service, lines=[removed])).status_code == 201
    assert (await account(service))["estimate_g"] == 0


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"quantity": "-1"}, "quantity", "a meter's reading is not negative (-1)"),
        ({"quantity": "NaN"}, "quantity", "it is a number"),
        ({"quantity": "1e40"}, "quantity", "at most"),
        # Written out, it would be a gigabyte.
        ({"quantity": "-1e999999999"}, "quantity", "at most"),
        ({"unit": "kg"}, "unit", "the unit kg does not fit; these do: kWh, MWh"),
        ({"factor_id": "hsr-cn"}, "factor_id", "gCO2e/pkm does not fit the unit kWh"),
        ({"factor_id": "nothing"}, "factor_id", "no factor nothing"),
        ({"factor_id": None}, "factor_id", "a factor is missing"),
        ({"period_until": "2026-10-31"}, "period_until", "it ends before it begins"),
        ({"period_from": "2020-01-01"}, "period_until", "at most 1100 days"),
        ({"document_id": "00000000-0000-7000-8000-000000000001"}, "document_id", "no document"),
        ({"supersedes": "00000000-0000-7000-8000-000000000001"}, "supersedes", "no such line"),
    ],
)
async def test_what_is_wrong_is_named_with_row_and_column(
    service: Service, change: Json, column: str, reason: str
) -> None:
    await service.event("fair")
    good = POWER | {"meter": "M-2"}
    body = {"lines": [good, POWER | change]}
    headers = await service.staff("organiser") | {"Accept-Language": "en"}
    answer = await service.client.post("/v1/events/fair/inventory", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "inventory_rows_broken")
    assert f"Row 2, column {column}: " in answer.json()["detail"]
    assert reason in answer.json()["detail"]
    page = await service.client.get("/v1/events/fair/inventory", headers=headers)
    assert page.json()["items"] == [], "all or nothing"


async def test_periods_of_one_meter_do_not_overlap(service: Service) -> None:
    await service.event("fair")
    assert (await record(service, lines=[POWER])).status_code == 201
    for change in ({"period_from": "2026-11-02", "period_until": "2026-11-03"}, {}):
        answer = await record(service, lines=[POWER | change])
        assert (answer.status_code, answer.json()["code"]) == (422, "inventory_rows_broken")
    next_day = {"period_from": "2026-11-03", "period_until": "2026-11-04"}
    assert (await record(service, lines=[POWER | next_day])).status_code == 201
    # Before the event the same meter is estimated for the same days.
    assert (await record(service, lines=[POWER | {"phase": "planned"}])).status_code == 201


async def test_a_factor_of_ones_own_names_its_source_and_one_of_a_reduction_is_refused(
    service: Service,
) -> None:
    await service.event("fair")
    freight = POWER | {
        "source": "freight",
        "meter": None,
        "unit": "t*km",
        "factor_id": None,
        "factor": {"value": "0.074", "unit": "kgCO2e/t/km", "source": "公路货运, 供应商 2026"},
        "quantity": "100",
    }
    stored = await record(service, lines=[freight])
    assert (stored.status_code, stored.json()["emission_g"]) == (201, 7_400)
    meal = POWER | {"source": "catering", "meter": None, "unit": "meal", "factor_id": "clean-plate"}
    answer = await record(service, lines=[meal])
    assert answer.status_code == 422
    assert "clean-plate" in answer.json()["detail"]


async def test_only_those_who_run_the_event_write_and_everybody_reads_a_closed_account(
    service: Service,
) -> None:
    await service.event("fair")
    for role in ("staff", "regulator"):
        assert (await record(service, role=role, lines=[POWER])).status_code == 403
    answer = await service.client.get("/v1/events/fair/account")
    assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")
    await record(service, lines=[POWER])
    moved = await service.post(
        "/v1/events/fair/transitions", {"to": "closed"}, await service.staff("organiser")
    )
    assert moved.status_code == 200, moved.text
    assert (await account(service, role=None))["estimate_g"] == 173_324
    late = await record(service, lines=[POWER | {"meter": "M-9"}])
    assert (late.status_code, late.json()["code"]) == (409, "event_closed")


async def test_the_closed_report_holds_the_account(service: Service) -> None:
    await service.event("fair")
    await record(service, lines=[POWER])
    await service.post("/v1/events/fair/transitions", {"to": "closed"}, await service.staff("organiser"))
    report = (await service.client.get("/v1/events/fair/report")).json()
    found = await account(service, role=None)
    assert report["account"]["estimate_g"] == found["estimate_g"] == 173_324
    assert report["account"] == found, "the one that was published, and not another one of now"
    assert "is_neutral" not in report["neutrality"]
    assert "部分抵消" in report["neutrality"]["statement"]["zh-CN"]
