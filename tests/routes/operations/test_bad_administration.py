"""What the routes of staff refuse, each with its own code, and that nothing is written for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from tests.routes.contract import check_problem
from tests.routes.counting import row_counts
from tests.service import Service

EVENT: dict[str, Any] = {
    "slug": "another",
    "name": {"zh-CN": "活动", "en": "Event"},
    "kind": "exhibition",
    "city": "成都",
    "starts_at": "2026-10-01T09:00:00+08:00",
    "ends_at": "2026-10-02T18:00:00+08:00",
}
BATCH: dict[str, Any] = {
    "product": "cdcer",
    "project_name": "龙泉山造林",
    "vintage": 2024,
    "quantity_t": 1,
    "retirement_ref": "R-1",
    "retired_on": "2026-01-15",
}
GATE = {"gate": 1, "name": {"zh-CN": "东门", "en": "East"}}


@dataclass
class Office:
    """Staff at work on a running event named `fair`."""

    service: Service
    rows: asyncpg.Connection
    operator: dict[str, str]

    async def refuses(self, path: str, body: object, status: int, code: str) -> None:
        before = await row_counts(self.rows)
        answer = await self.service.post(path, body, self.operator)
        check_problem(answer)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert await row_counts(self.rows) == before


@pytest.fixture(scope="module")
async def office(stage: Service, rows: asyncpg.Connection) -> Office:
    await stage.event("fair")
    return Office(stage, rows, await stage.staff("operator"))


@pytest.mark.parametrize(
    "change",
    [
        {"slug": ""},
        {"slug": "Fair"},
        {"slug": "-fair"},
        {"slug": "fair\n"},
        {"slug": "fa ir"},
        {"slug": "活动"},
        {"slug": "x" * 65},
        {"slug": None},
        {"name": "Fair"},
        {"name": {"en": "Fair"}},
        {"name": {"zh-CN": "", "en": ""}},
        {"name": {"zh-CN": "活动", "en": "Event", "fr": "Foire"}},
        {"name": {"zh-CN": "x" * 201, "en": "Event"}},
        {"name": {"zh-CN": "活\0动", "en": "Event"}},
        {"kind": "party"},
        {"city": ""},
        {"starts_at": "2026-10-01T09:00:00"},
        {"starts_at": "soon"},
        {"ends_at": "2026-10-01T08:59:59+08:00"},
        {"ends_at": EVENT["starts_at"]},
        {"ends_at": "2028-10-01T09:00:00+08:00"},
        {"starts_at": "0001-01-01T00:00:00+14:00", "ends_at": "0001-01-02T00:00:00+14:00"},
        {"starts_at": "9999-12-30T00:00:00-12:00", "ends_at": "9999-12-31T23:59:59-12:00"},
        {"boundary": "everything"},
        {"factor_set": "tomorrow-2099"},
        {"venue_kwh": -1},
        {"venue_kwh": 1001},
        {"venue_kwh": "NaN"},
        {"venue_kwh": "sNaN"},
        {"venue_kwh": "Infinity"},
        {"join_points": -1},
        {"join_points": 1001},
        {"gates": [{"gate": 0, "name": GATE["name"]}]},
        {"gates": [{"gate": 1000, "name": GATE["name"]}]},
        {"gates": [GATE, GATE]},
        {"gates": [GATE | {"gate": n} for n in range(1, 202)]},
        {"state": "running"},
        {"created_by": "448700f5-03e4-46df-94b0-428b87ca1268"},
    ],
    ids=str,
)
async def test_an_event_that_does_not_fit_is_refused(office: Office, change: dict[str, Any]) -> None:
    await office.refuses("/v1/events", EVENT | change, 422, "invalid_body")


async def test_an_event_in_a_city_nobody_knows_is_refused_with_that_word(office: Office) -> None:
    await office.refuses("/v1/events", EVENT | {"city": "亚特兰蒂斯"}, 422, "unknown_city")


async def test_a_slug_belongs_to_one_event(office: Office) -> None:
    await office.refuses("/v1/events", EVENT | {"slug": "fair"}, 409, "slug_taken")


@pytest.mark.parametrize(
    "change",
    [
        {"product": "gold"},
        {"project_name": ""},
        {"project_name": "龙泉山\0"},
        {"vintage": 1989},
        {"vintage": "2024"},
        {"quantity_t": 0},
        {"quantity_t": -1},
        {"quantity_t": 0.5},
        {"quantity_t": 10_000_001},
        {"retirement_ref": ""},
        {"retired_on": "2026-02-30"},
        {"retired_on": "yesterday"},
        {"retired_on": (datetime.now(UTC) + timedelta(days=2)).date().isoformat()},
        {"retired_on": "9999-12-31"},
        {"retired_on": "0001-01-01"},
        {"price_per_t": -1},
        {"price_per_t": "NaN"},
        {"price_per_t": "sNaN"},
        {"price_per_t": "Infinity"},
        {"price_per_t": 1e12},
        {"price_per_t": 12.345},
        {"assigned_g": 0},
        {"retired_on": None},
    ],
    ids=str,
)
async def test_a_credit_batch_that_does_not_fit_is_refused(office: Office, change: dict[str, Any]) -> None:
    await office.refuses("/v1/credit-batches", BATCH | change, 422, "invalid_body")


async def test_pools_badges_and_transitions_that_do_not_fit_are_refused(office: Office) -> None:
    batch = (await office.service.batch())["id"]
    for path, body, status, code in (
        ("pools", {"batch_id": batch, "grams": 0}, 422, "invalid_body"),
        ("pools", {"batch_id": batch, "grams": -5}, 422, "invalid_body"),
        ("pools", {"batch_id": batch, "grams": 1.5}, 422, "invalid_body"),
        ("pools", {"batch_id": batch, "grams": 10**40}, 422, "invalid_body"),
        ("pools", {"batch_id": "x", "grams": 1}, 422, "invalid_body"),
        ("pools", {"batch_id": batch}, 422, "invalid_body"),
        ("pools", {"batch_id": str(uuid4()), "grams": 1}, 404, "credit_batch_not_found"),
        ("pools", {"batch_id": batch, "grams": 1_000_001}, 409, "credit_batch_overassigned"),
        ("badges", {"count": 0}, 422, "invalid_body"),
        ("badges", {"count": -1}, 422, "invalid_body"),
        ("badges", {"count": 1001}, 422, "invalid_body"),
        ("badges", {"count": "1"}, 422, "invalid_body"),
        ("badges", {"count": 1, "category": "martian"}, 422, "invalid_body"),
        ("badges", {"count": 1, "first": 7}, 422, "invalid_body"),
        ("transitions", {"to": "over"}, 422, "invalid_body"),
        ("transitions", {"to": "closed", "note": "x" * 501}, 422, "invalid_body"),
        ("transitions", {"to": "closed", "note": "\0"}, 422, "invalid_body"),
        ("transitions", {}, 422, "invalid_body"),
        ("transitions", {"to": "draft"}, 409, "transition_illegal"),
        ("footprints", {"journey": {"distance_km": -1}}, 422, "invalid_body"),
        ("footprints", {"journey": {"from_city": "亚特兰蒂斯"}}, 422, "unknown_city"),
        ("footprints", {"category": "martian"}, 422, "invalid_body"),
    ):
        await office.refuses(f"/v1/events/fair/{path}", body, status, code)
    answer = await office.service.client.get("/v1/events/fair", headers=office.operator)
    assert answer.json()["state"] == "running"


@pytest.mark.parametrize("path", ["transitions", "pools", "badges", "footprints"])
async def test_an_event_that_is_not_there_is_not_found(office: Office, path: str) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "transitions": {"to": "running"},
        "pools": {"batch_id": str(uuid4()), "grams": 1},
        "badges": {"count": 1},
        "footprints": {},
    }
    await office.refuses(f"/v1/events/nothing/{path}", bodies[path], 404, "event_not_found")


@pytest.mark.parametrize("field", ["username", "password"])
async def test_staff_sign_in_takes_texts_of_some_length(office: Office, field: str) -> None:
    good = {"username": "nobody", "password": "wrong"}
    for value in ("", "x" * 257, None, 7, "a\0b"):
        await office.refuses("/v1/staff/sessions", good | {field: value}, 422, "invalid_body")


async def test_sign_in_and_refresh_take_texts_of_some_length(office: Office) -> None:
    for value in ("", "x" * 257, None, 7, "a\0b"):
        await office.refuses("/v1/sessions", {"provider": "demo", "code": value}, 422, "invalid_body")
        await office.refuses("/v1/sessions/refresh", {"refresh_token": value}, 422, "invalid_body")


@pytest.mark.parametrize("gate", ["0", "-1", "1000", "0009999", "1.0", "one", "１", "9" * 5000, "%00"])
async def test_a_gate_is_a_number_up_to_999(office: Office, gate: str) -> None:
    answer = await office.service.client.get(
        f"/v1/events/fair/venue-codes?gate={gate}", headers=office.operator
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")


@pytest.mark.parametrize("path", ["/v1/events", "/v1/credit-batches"])
@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=1.5",
        "limit=x",
        "limit=%D9%A1",
        "limit=99999",
        "cursor=x",
        "cursor=%00",
        "cursor=" + "9" * 5000,
        "limit=1&" * 30,
    ],
)
async def test_paging_that_makes_no_sense_is_refused(office: Office, path: str, query: str) -> None:
    answer = await office.service.client.get(f"{path}?{query}", headers=office.operator)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")


@pytest.mark.parametrize("path", ["actions", "points/entries", "certificates"])
async def test_paging_of_the_own_account_is_refused_alike(office: Office, path: str) -> None:
    citizen = await office.service.citizen()
    for query in ("limit=0", "limit=101", "limit=x", "cursor=x", "cursor=%00", "cursor=" + "9" * 5000):
        answer = await office.service.client.get(f"/v1/me/{path}?{query}", headers=citizen)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query"), query


@pytest.mark.parametrize("text", ["", "https://example.org/q/x", "x" * 300, "javascript:alert(1)"])
async def test_pictures_are_made_of_our_own_addresses_alone(office: Office, text: str) -> None:
    answer = await office.service.client.get("/v1/qr", params={"text": text})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")
