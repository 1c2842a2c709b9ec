"""What POST /v1/actions refuses, each with its own code, and that nothing is written for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from tests.routes.contract import check_problem
from tests.routes.counting import row_counts
from tests.service import Service


@dataclass
class Book:
    """A citizen who logs actions, and the rows that come of it."""

    service: Service
    rows: asyncpg.Connection
    citizen: dict[str, str]

    async def refuses(
        self,
        body: object,
        status: int,
        code: str,
        *,
        key: str | None = None,
        without: tuple[str, ...] = (),
    ) -> None:
        """`body` is sent as it is when it is text. `without` names tables that may grow."""
        headers = self.citizen | {"Content-Type": "application/json", "Idempotency-Key": key or uuid4().hex}
        raw = body if isinstance(body, str) else json.dumps(body)
        before = await row_counts(self.rows, without=without)
        answer = await self.service.client.post("/v1/actions", content=raw, headers=headers)
        check_problem(answer)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert await row_counts(self.rows, without=without) == before


@pytest.fixture(scope="module")
async def book(stage: Service, rows: asyncpg.Connection) -> Book:
    return Book(stage, rows, await stage.citizen())


def later(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).isoformat()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 400, "malformed_json"),
        ("{", 400, "malformed_json"),
        ('{"method": "bus", "quantity": NaN}', 400, "malformed_json"),
        ('{"method": "bus", "quantity": 0x10}', 400, "malformed_json"),
        ("null", 422, "invalid_body"),
        ("[]", 422, "invalid_body"),
        ({}, 422, "invalid_body"),
        ({"method": 7}, 422, "invalid_body"),
        ({"method": ""}, 422, "invalid_body"),
        ({"method": "x" * 41}, 422, "invalid_body"),
        ({"method": "bus\0"}, 422, "invalid_body"),
        ({"method": "bus", "points": 1000}, 422, "invalid_body"),
        ({"method": "bus", "citizen_id": "cafc68c9-6a83-49c5-b366-bd7baeb0f4c3"}, 422, "invalid_body"),
        ({"method": "bus", "tier": "E1"}, 422, "invalid_body"),
        ({"method": "bus", "quantity": "many"}, 422, "invalid_body"),
        ({"method": "bus", "quantity": True}, 422, "invalid_body"),
        ({"method": "bus", "quantity": [1]}, 422, "invalid_body"),
        ({"method": "bus", "quantity": {}}, 422, "invalid_body"),
        ({"method": "bus", "parameters": []}, 422, "invalid_body"),
        ({"method": "carpool", "quantity": 1, "parameters": {"occupancy": [3]}}, 422, "invalid_body"),
        ({"method": "carpool", "quantity": 1, "parameters": {"occupancy": True}}, 422, "invalid_body"),
        ({"method": "carpool", "quantity": 1, "parameters": {"occupancy": None}}, 422, "invalid_body"),
        ({"method": "bus", "occurred_at": "yesterday"}, 422, "invalid_body"),
        ({"method": "bus", "occurred_at": 1_700_000_000}, 422, "invalid_body"),
        ({"method": "bus", "occurred_at": "2026-06-01T10:00:00"}, 422, "invalid_body"),
        ({"method": "bus", "occurred_at": "2026-06-01"}, 422, "invalid_body"),
        ({"method": "bus", "evidence": "E3"}, 422, "invalid_body"),
        ({"method": "bus", "evidence": {"tier": "E9"}}, 422, "invalid_body"),
        ({"method": "bus", "evidence": {"tier": "E5", "photo": "x"}}, 422, "invalid_body"),
        ({"method": "bus", "scene_code": ""}, 422, "invalid_body"),
        ({"method": "bus", "scene_code": "x" * 257}, 422, "invalid_body"),
        ({"method": "teleport", "quantity": 1}, 404, "method_not_found"),
        ({"method": "Bus", "quantity": 1}, 404, "method_not_found"),
        ({"method": "__class__", "quantity": 1}, 404, "method_not_found"),
        ({"method": "bike_own"}, 422, "quantity_required"),
        ({"method": "bike_own", "quantity": None}, 422, "quantity_required"),
        ({"method": "bike_own", "quantity": 0}, 422, "quantity_not_positive"),
        ({"method": "bike_own", "quantity": -1}, 422, "quantity_not_positive"),
        ({"method": "bike_own", "quantity": -0.0}, 422, "quantity_not_positive"),
        ('{"method": "bike_own", "quantity": -1e999}', 422, "quantity_not_positive"),
        ('{"method": "bike_own", "quantity": -%s}' % ("9" * 9000), 422, "quantity_not_positive"),
        ('{"method": "bike_own", "quantity": -1e-999999}', 422, "quantity_not_positive"),
        ({"method": "bike_own", "quantity": 201}, 422, "quantity_too_large"),
        ('{"method": "bike_own", "quantity": 1e999999999}', 422, "quantity_too_large"),
        ('{"method": "bike_own", "quantity": %s}' % ("9" * 9000), 422, "quantity_too_large"),
        ({"method": "bike_own", "quantity": 1.0001}, 422, "quantity_too_precise"),
        ('{"method": "bike_own", "quantity": 1e-999999999}', 422, "quantity_too_precise"),
        ({"method": "bike_own", "quantity": "NaN"}, 422, "quantity_not_finite"),
        ({"method": "bike_own", "quantity": "sNaN"}, 422, "quantity_not_finite"),
        ({"method": "bike_own", "quantity": "-Infinity"}, 422, "quantity_not_finite"),
        ({"method": "walk_steps", "quantity": 10.5}, 422, "quantity_not_whole"),
        ({"method": "bus", "parameters": {"speed": 1}}, 422, "unknown_parameter"),
        ({"method": "bus", "parameters": {"{0.__class__}": 1}}, 422, "unknown_parameter"),
        ({"method": "carpool", "quantity": 5, "parameters": {"occupancy": 1}}, 422, "parameter_out_of_range"),
        ({"method": "carpool", "quantity": 5, "parameters": {"occupancy": 8}}, 422, "parameter_out_of_range"),
        (
            {"method": "carpool", "quantity": 5, "parameters": {"occupancy": "x"}},
            422,
            "parameter_out_of_range",
        ),
        (
            {"method": "carpool", "quantity": 5, "parameters": {"occupancy": "NaN"}},
            422,
            "parameter_out_of_range",
        ),
        ({"method": "plant_meal", "parameters": {"diet": "meat"}}, 422, "parameter_out_of_range"),
        ({"method": "plant_meal", "parameters": {"diet": 1}}, 422, "parameter_out_of_range"),
        ({"method": "bus", "evidence": {"tier": "E1"}}, 422, "evidence_unsupported"),
        ({"method": "bus", "evidence": {"tier": "E3"}}, 422, "evidence_unsupported"),
        ({"method": "bus", "occurred_at": "0001-01-01T00:00:00+14:00"}, 422, "time_out_of_range"),
        ({"method": "bus", "occurred_at": "9999-12-31T23:59:59-14:00"}, 422, "time_out_of_range"),
        ({"method": "bus", "scene_code": "not one of ours"}, 422, "code_malformed"),
        ({"method": "bus", "scene_code": "Bd00000.1.AAAAAAAAAAAA"}, 422, "code_forged"),
    ],
    ids=lambda value: (
        str(value)[:70].encode("unicode_escape").decode() if not isinstance(value, int) else None
    ),
)
async def test_each_wrong_action_has_a_refusal_of_its_own(
    book: Book, body: object, status: int, code: str
) -> None:
    # A rule's refusal is kept under its key, so that a repeat hears the same; that row is all.
    kept = ("idempotency_keys",) if code == "time_out_of_range" else ()
    await book.refuses(body, status, code, without=kept)


async def test_an_action_needs_a_key(book: Book) -> None:
    before = await row_counts(book.rows)
    answer = await book.service.post("/v1/actions", {"method": "bus"}, book.citizen)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
    assert await row_counts(book.rows) == before
    await book.refuses({"method": "bus"}, 400, "idempotency_key_malformed", key="x" * 65)


async def test_times_are_taken_for_a_week_and_for_a_clock_that_is_a_little_fast(book: Book) -> None:
    for body, code in (
        ({"method": "bus", "occurred_at": later(minutes=3)}, "time_out_of_range"),
        ({"method": "bus", "occurred_at": later(days=1)}, "time_out_of_range"),
        ({"method": "bus", "occurred_at": later(days=-7, minutes=-1)}, "time_out_of_range"),
    ):
        await book.refuses(body, 422, code, without=("idempotency_keys",))
    sign = await book.service.sign()
    for when in (later(minutes=1), later(days=-6, hours=-23), later()):
        told = {"scene_code": sign, "occurred_at": when}
        answer = await book.service.act(await book.service.resident(), "own_cup", **told)
        assert answer.status_code == 201


async def test_a_key_with_another_body_is_refused_and_the_first_answer_stays(book: Book) -> None:
    first = await book.service.act(book.citizen, "walk_steps", 5000, key="the-key")
    await book.refuses(
        {"method": "walk_steps", "quantity": 5001}, 422, "idempotency_key_reused", key="the-key"
    )
    again = await book.service.act(book.citizen, "walk_steps", 5000, key="the-key")
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"


async def test_codes_of_an_event_prove_presence_only_while_they_are_good(book: Book) -> None:
    service, kept = book.service, ("idempotency_keys",)
    event = await service.event("scene")
    draft = await service.event("not-yet", state="draft")
    mine, bound, revoked = [badge["code"] for badge in await service.badges(3, "scene")]
    await service.scan(mine, book.citizen)
    await service.scan(bound, await service.citizen())
    await book.rows.execute("UPDATE badges SET revoked_at = now() WHERE serial = 3")
    codes = service.components.codes
    now = datetime.now(UTC)
    cases: list[tuple[str, int, str]] = [
        (bound, 409, "badge_bound"),
        (revoked, 409, "badge_revoked"),
        (codes.badge(event["code"], 99), 409, "badge_unknown"),
        (codes.venue(draft["code"], 1, now), 409, "event_not_running"),
        (codes.venue(event["code"], 1, now - timedelta(minutes=2)), 409, "code_expired"),
    ]
    for code, status, refusal in cases:
        await book.refuses({"method": "own_cup", "scene_code": code}, status, refusal, without=kept)
    good = await service.act(book.citizen, "own_cup", scene_code=mine)
    assert (good.status_code, good.json()["tier"], good.json()["event"]) == (201, "E3", "scene")


async def test_a_refusal_tells_its_facts_in_both_languages_and_never_at_length(book: Book) -> None:
    for language, said in (("zh-CN", "大于零"), ("en", "above zero")):
        answer = await book.service.client.post(
            "/v1/actions",
            content='{"method": "bike_own", "quantity": -%s}' % ("9" * 9000),
            headers=book.citizen
            | {"Content-Type": "application/json", "Idempotency-Key": "k", "Accept-Language": language},
        )
        detail: Any = answer.json()["detail"]
        assert said in detail
        assert len(detail) < 500


@pytest.mark.parametrize(
    ("body", "pointer", "code", "facts"),
    [
        ({"quantity": 201}, "/quantity", "too_large", {"max": 200}),
        ({"quantity": -1}, "/quantity", "not_above", {"min": 0}),
        ({"quantity": 0.00001}, "/quantity", "too_precise", {"decimals_max": 3}),
        ({}, "/quantity", "missing", {}),
        ({"quantity": 1, "parameters": {"a/b": 1}}, "/parameters/a~1b", "unknown", {}),
    ],
)
async def test_a_refused_quantity_points_at_its_field(
    service: Service, body: dict[str, Any], pointer: str, code: str, facts: dict[str, Any]
) -> None:
    answer = await service.post(
        "/v1/actions",
        {"method": "bike_own"} | body,
        await service.citizen() | {"Idempotency-Key": uuid4().hex, "Accept-Language": "en"},
    )
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["pointer"], error["code"], error.get("facts", {})) == (pointer, code, facts)
    assert error["detail"]
