"""A retirement is one thing once, however it is spelled, and not before its vintage has ended."""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import uuid4

import asyncpg
import pytest

from tests.routes.credits.test_credit_batches import code_of, enter, entry, retired, send
from tests.service import Json, Service

SPELLINGS = {
    "case": str.lower,
    "full width": lambda text: "".join(chr(ord(sign) + 0xFEE0) for sign in text),
    "zero-width spaces": "\u200b".join,
    "other dashes": lambda text: text.replace("-", "\u2013"),
    "minus signs": lambda text: text.replace("-", "\u2212"),
    "spaces": lambda text: f"  {text.replace('-', ' - ')}\u3000",
    "marks of direction": lambda text: f"\u202a{text}\u202c",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_a_retirement_is_entered_once_however_it_is_spelled(
    stage: Service, rows: asyncpg.Connection, spelling: str
) -> None:
    reference = f"RET-{uuid4().hex[:8].upper()}-7"
    again = SPELLINGS[spelling](reference)
    first = await stage.batch(retirement_ref=reference)
    body = {name: first[name] for name in ("product", "project_name", "vintage", "quantity_t", "retired_on")}
    before = await rows.fetchval("SELECT count(*) FROM credit_batches")
    told = body | {"retirement_ref": again, "project_name": "龙泉山  造林"}
    assert await code_of(send(stage, "/v1/credit-batches", told)) == (409, "retirement_entered")
    pending = await enter(stage, approved_by="x", approval_doc="y")
    path = f"/v1/credit-batches/{pending['id']}/retirement"
    assert await code_of(send(stage, path, retired(retirement_ref=again))) == (409, "retirement_entered")
    assert await rows.fetchval("SELECT count(*) FROM credit_batches") == before + 1
    shown = await stage.client.get(f"/v1/credit-batches/{first['id']}")
    assert shown.json()["retirement_ref"] == reference


async def test_the_same_retirement_in_another_spelling_changes_nothing(stage: Service) -> None:
    made = await enter(stage, approved_by="x", approval_doc="y")
    path, told = f"/v1/credit-batches/{made['id']}/retirement", retired()
    status, done = await send(stage, path, told)
    assert status == 200
    other = told | {"retirement_ref": told["retirement_ref"].replace("-", "\u2014").lower()}
    assert await send(stage, path, other) == (200, done)


@pytest.mark.parametrize("reference", ["\u200b", "--", " . ", "\u3164\u2800"])
async def test_a_reference_that_nobody_can_read_names_no_retirement(stage: Service, reference: str) -> None:
    told = entry(**retired(retirement_ref=reference)) | {"status": "retired"}
    assert await code_of(send(stage, "/v1/credit-batches", told)) == (422, "invalid_body")
    made = await enter(stage, approved_by="x", approval_doc="y")
    path = f"/v1/credit-batches/{made['id']}/retirement"
    assert await code_of(send(stage, path, retired(retirement_ref=reference))) == (422, "invalid_body")


async def test_of_many_who_enter_a_retirement_in_their_own_spelling_at_once_one_does(stage: Service) -> None:
    reference = f"RET-{uuid4().hex[:8].upper()}"
    bodies = [
        entry(**retired(retirement_ref=spelled(reference))) | {"status": "retired"}
        for spelled in SPELLINGS.values()
    ]
    answers = await asyncio.gather(*(send(stage, "/v1/credit-batches", body) for body in bodies))
    told = Counter(body.get("code", status) for status, body in answers)
    assert told == {201: 1, "retirement_entered": len(SPELLINGS) - 1}


async def test_serials_with_other_dashes_and_unseen_signs_are_the_same_serials(stage: Service) -> None:
    run = "".join(chr(65 + int(digit, 16)) for digit in uuid4().hex[:8])
    await enter(stage, registry_serial_from=f"{run}-1")
    for spelled in (f"{run}\u20131", f"{run.lower()}\u2212\u200b1", f"{run}-\u0661"):
        told = entry(registry_serial_from=spelled)
        assert await code_of(send(stage, "/v1/credit-batches", told)) == (409, "registry_serials_overlap")


@pytest.mark.parametrize(
    ("told", "first_day"),
    [
        ({"vintage": 2024, "retired_on": "2020-06-30"}, "2024-01-01"),
        ({"vintage": 2024, "retired_on": "2023-12-31"}, "2024-01-01"),
        ({"product": "cea", "vintage": 2025, "retired_on": "2024-12-31"}, "2025-01-01"),
        (
            {
                "vintage": 2024,
                "vintage_start": "2024-01-01",
                "vintage_end": "2024-12-31",
                "retired_on": "2024-12-30",
            },
            "2024-12-31",
        ),
    ],
)
async def test_a_retirement_before_its_vintage_ends_is_refused(
    stage: Service, rows: asyncpg.Connection, told: Json, first_day: str
) -> None:
    before = await rows.fetchval("SELECT count(*) FROM credit_batches")
    body = entry(**retired(**told)) | {"status": "retired"}
    for language, words in (("en", "can be retired on"), ("zh-CN", "最早可于")):
        headers = await stage.staff("operator") | {"Accept-Language": language}
        answer = await stage.post("/v1/credit-batches", body, headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "retirement_before_vintage")
        assert first_day in answer.json()["detail"]
        assert words in answer.json()["detail"]
    assert await rows.fetchval("SELECT count(*) FROM credit_batches") == before


@pytest.mark.parametrize(
    "told",
    [
        {"vintage": 2024, "retired_on": "2024-01-01"},
        {
            "vintage": 2024,
            "vintage_start": "2024-01-01",
            "vintage_end": "2024-06-30",
            "retired_on": "2024-06-30",
        },
    ],
)
async def test_a_retirement_on_the_first_day_it_can_be_is_taken(stage: Service, told: Json) -> None:
    status, _ = await send(stage, "/v1/credit-batches", entry(**retired(**told)) | {"status": "retired"})
    assert status == 201


async def test_a_vintage_told_later_must_have_ended_before_the_retirement(stage: Service) -> None:
    batch = await stage.batch()
    told = {"reason": "letter", "vintage_start": "2024-01-01", "vintage_end": "2026-06-30"}
    path = f"/v1/credit-batches/{batch['id']}/details"
    assert await code_of(send(stage, path, told)) == (422, "retirement_before_vintage")
    pending = await enter(stage, approved_by="x", approval_doc="y", vintage=2026)
    path = f"/v1/credit-batches/{pending['id']}/retirement"
    assert await code_of(send(stage, path, retired(retired_on="2025-12-31"))) == (
        422,
        "retirement_before_vintage",
    )
