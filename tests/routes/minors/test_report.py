"""Yearly figures on minors' data: what they count, whom they hide, who reads them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest

from backend.domain.days import day_of
from tests.service import Service


async def figures(service: Service, year: int | None = None) -> dict[tuple[str, str], Any]:
    query = {} if year is None else {"year": str(year)}
    operator = await service.staff("operator")
    answer = await service.client.get("/v1/reports/minors", params=query, headers=operator)
    assert answer.status_code == 200, answer.text
    return {(item["figure"], item["band"]): item["count"] for item in answer.json()["items"]}


async def guarded_child(service: Service) -> tuple[dict[str, str], dict[str, str], str]:
    child, guardian = await service.person(8), await service.person(40)
    code = (await service.post("/v1/me/guardian-codes", None, child)).json()["code"]
    view = await service.post("/v1/me/children", {"code": code}, guardian)
    assert view.status_code == 201, view.text
    return child, guardian, view.json()["id"]


async def test_the_year_of_six_children(service: Service) -> None:
    found = [await guarded_child(service) for _ in range(6)]
    for _ in range(3):
        await service.person(15)
    await service.person(None)
    for child, _, _ in found:
        assert (await service.prove(child, "walk_steps", 2000))["points"] > 0
    told = await figures(service)
    assert told[("accounts", "child")] == 6
    assert told[("accounts", "youth")] is None
    assert told[("accounts", "adult")] == 6
    assert told[("accounts", "untold")] is None
    assert (told[("consents_given", "child")], told[("consents_withdrawn", "child")]) == (6, 0)
    assert told[("actions", "child")] == 6
    assert told[("points", "child")] > 6
    assert told[("actions", "youth")] == 0
    for _, guardian, child_id in found[:5]:
        await service.post(f"/v1/me/children/{child_id}/withdrawal", None, guardian)
    told = await figures(service)
    assert (told[("consents_withdrawn", "child")], told[("erasures", "child")]) == (5, 5)
    # One is left: fewer than may be shown, in every figure.
    assert (told[("accounts", "child")], told[("actions", "child")], told[("points", "child")]) == (None,) * 3


async def test_a_year_without_minors_is_all_zeros(service: Service) -> None:
    assert set((await figures(service, 2024)).values()) == {0}


@pytest.mark.parametrize("year", ["2023", "9999", "twenty", "２０２５", "2025.0", "1" * 5000])
async def test_a_year_that_is_none_is_refused(service: Service, year: str) -> None:
    answer = await service.client.get(
        "/v1/reports/minors", params={"year": year}, headers=await service.staff("operator")
    )
    assert answer.status_code == 422


async def test_the_table_says_the_same_and_runs_nothing(service: Service) -> None:
    regulator = await service.staff("regulator")
    await service.person(8)
    answer = await service.client.get("/v1/reports/minors.csv?language=en", headers=regulator)
    year = day_of(datetime.now(UTC)).year
    assert answer.headers["content-disposition"] == f'attachment; filename="minors-{year}.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert ["Accounts at the end", "Under 14", "fewer than 5 people"] in [row[2:] for row in rows]
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@" and cell]


@pytest.mark.parametrize("role", ["staff", "organiser"])
async def test_others_do_not_read_it(service: Service, role: str) -> None:
    answer = await service.client.get("/v1/reports/minors", headers=await service.staff(role))
    assert answer.status_code == 403
