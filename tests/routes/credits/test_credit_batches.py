"""Credit batches from their entry to what an event leaves of them: pending, retired, void; planted only; serials."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from tests.ledger.stage import assert_every_promise_holds
from tests.service import TONNE, Json, Service

PDF = b"%PDF-1.7\n%proof\n"
WHOLE = {"approved_by": "成都市生态环境局", "approval_doc": "成环函〔2025〕273号"}


def entry(**changes: Any) -> Json:
    body = {"product": "cdcer", "project_name": "龙泉山造林", "vintage": 2024, "quantity_t": 1}
    return body | {"status": "pending"} | changes


def retired(**changes: Any) -> Json:
    return {"retirement_ref": f"R-{uuid4().hex[:8]}", "retired_on": "2026-01-15"} | changes


def project(**changes: Any) -> Json:
    code = f"p-{uuid4().hex[:8]}"
    body = {
        "code": code,
        "name": {"zh-CN": "龙泉山造林", "en": "Longquan Mountain"},
        "product": "forest_grass_sink",
        "category": "forestry",
        "reason": "test",
    }
    return body | changes


EX_ANTE = {
    "is_ex_ante": True,
    "location": "成都市龙泉驿区",
    "species": "香樟",
    "area_ha": 12.5,
    "polygon": [[104.2, 30.5], [104.3, 30.5], [104.3, 30.6]],
    "schedule": [{"due": "2030-12-31", "what": {"zh-CN": "首次核查", "en": "First verification"}}],
}


async def written(rows: asyncpg.Connection) -> list[int]:
    tables = ("credit_batches", "projects", "plantings", "pools", "staff_actions")
    return [await rows.fetchval(f"SELECT count(*) FROM {table}") for table in tables]  # noqa: S608


async def send(stage: Service, path: str, body: Json) -> tuple[int, Json]:
    answer = await stage.post(path, body, await stage.staff("operator"))
    return answer.status_code, answer.json()


async def enter(stage: Service, **changes: Any) -> Json:
    status, made = await send(stage, "/v1/credit-batches", entry(**changes))
    assert status == 201, made
    return made


async def assign(stage: Service, slug: str, batch: str, grams: int = 1000) -> tuple[int, Json]:
    return await send(stage, f"/v1/events/{slug}/pools", {"batch_id": batch, "grams": grams})


async def code_of(pair: Any) -> tuple[int, str]:
    status, body = await pair
    return status, body["code"]


@pytest.fixture(scope="module")
async def fair(stage: Service) -> str:
    await stage.event("credit-fair")
    return "credit-fair"


async def test_a_pending_batch_is_given_to_nobody_until_it_is_retired(stage: Service, fair: str) -> None:
    made = await enter(stage)
    assert (made["status"], made["grams_left"], made["retirement_ref"]) == ("pending", 0, None)
    assert made["missing"] == ["approved_by", "approval_doc"]
    assert await code_of(assign(stage, fair, made["id"])) == (409, "batch_not_retired")
    path = f"/v1/credit-batches/{made['id']}/retirement"
    told = retired()
    status, refused = await send(stage, path, told)
    assert (status, refused["code"]) == (422, "credit_batch_incomplete")
    assert refused["facts"]["missing"] == ["approved_by", "approval_doc"]
    status, done = await send(stage, path, told | WHOLE)
    assert (status, done["status"], done["missing"], done["grams_left"]) == (200, "retired", [], TONNE)
    assert done["published_at"] is not None
    assert await send(stage, path, told) == (200, done)
    assert await code_of(send(stage, path, retired())) == (409, "batch_retired")
    status, _ = await assign(stage, fair, done["id"])
    assert status == 201


@pytest.mark.parametrize(
    ("product", "told", "missing"),
    [
        ("ccer", {"registration_no": "CCER-01-001"}, "monitoring_period"),
        ("ccer", {"monitoring_period": "2024"}, "registration_no"),
        ("provincial", {"approved_by": "省生态环境厅"}, "approval_doc"),
        ("forest_grass_sink", WHOLE | {"methodology": "AR-1"}, "project"),
        ("vcu", {}, "registry_serials"),
        ("gs_ver", {}, "registry_serials"),
        ("cer", {}, "registry_serials"),
    ],
)
async def test_a_product_is_retired_with_all_it_asks_for(
    stage: Service, product: str, told: Json, missing: str
) -> None:
    made = await enter(stage, product=product, **told)
    assert made["missing"] == [missing]
    path = f"/v1/credit-batches/{made['id']}/retirement"
    assert await code_of(send(stage, path, retired())) == (422, "credit_batch_incomplete")
    listed = await stage.client.get(f"/v1/products/{product}/batches")
    assert made["id"] not in {batch["id"] for batch in listed.json()["items"]}


async def test_an_allowance_is_retired_by_its_reference_alone(stage: Service) -> None:
    made = await enter(stage, product="cea", price_per_t=60.5)
    path = f"/v1/credit-batches/{made['id']}/retirement"
    assert await code_of(send(stage, path, {"retired_on": "2026-01-15"})) == (422, "invalid_body")
    status, done = await send(stage, path, retired())
    assert (status, done["status"]) == (200, "retired")
    # It would be the better product in every other test's stock.
    await stage.event("allowances")
    assert (await assign(stage, "allowances", made["id"], TONNE))[0] == 201


@pytest.mark.parametrize(
    "change",
    [
        {"status": "void"},
        {"retirement_ref": "R-1"},
        {"retired_on": "2026-01-15"},
        {"status": "retired"},
        {"status": "retired", "retirement_ref": "R-1"},
        {"status": "retired", "retired_on": "2026-01-15"},
        {"vintage_start": "2024-01-01"},
        {"vintage_start": "2024-12-31", "vintage_end": "2024-01-01"},
        {"vintage_start": "2022-01-01", "vintage_end": "2023-12-31"},
        {"registry_serial_to": "A-1"},
        {"price_as_of": (datetime.now(UTC) + timedelta(days=2)).date().isoformat()},
        {"price_per_t": 1.005},
        {"origin_tag": "rich_area"},
        {"beneficiary": ""},
        {"purpose": "x" * 201},
        {"published_at": "2026-01-01T00:00:00Z"},
    ],
    ids=str,
)
async def test_an_entry_that_does_not_fit_is_refused(
    stage: Service, rows: asyncpg.Connection, change: Json
) -> None:
    before = await written(rows)
    assert await code_of(send(stage, "/v1/credit-batches", entry(**change))) == (422, "invalid_body")
    assert await written(rows) == before


async def test_serials_of_a_registry_are_entered_once(stage: Service) -> None:
    run = uuid4().hex[:6].upper().translate(str.maketrans("0123456789", "GHIJKLMNOP"))
    block = {"quantity_t": 100, "registry_serial_from": f"{run}-001", "registry_serial_to": f"{run}-100"}
    first = await enter(stage, **block)
    assert (first["registry"], first["registry_serial_to"]) == ("suee", f"{run}-100")
    for low, high in ((1, 100), (100, 100), (50, 60), (100, 199)):
        again = entry(
            quantity_t=high - low + 1,
            registry="四川联合环境交易所",
            registry_serial_from=f"{run.lower()}-{low}",
            registry_serial_to=f"{run.lower()}-{high}",
        )
        assert await code_of(send(stage, "/v1/credit-batches", again)) == (409, "registry_serials_overlap")
    await enter(stage, quantity_t=5, registry_serial_from=f"{run}-101", registry_serial_to=f"{run}-105")
    wrong = entry(quantity_t=7, registry_serial_from=f"{run}-200", registry_serial_to=f"{run}-205")
    assert await code_of(send(stage, "/v1/credit-batches", wrong)) == (422, "registry_serials_malformed")
    # What was made void gives its serials back.
    status, void = await send(stage, f"/v1/credit-batches/{first['id']}/voiding", {"reason": "typo"})
    assert (status, void["status"], void["void_reason"]) == (200, "void", "typo")
    await enter(stage, **block)


async def test_of_many_who_enter_the_same_serials_at_once_one_does(stage: Service) -> None:
    run = "".join(chr(65 + int(digit, 16)) for digit in uuid4().hex[:8])
    block = {"registry_serial_from": f"{run}-1", "registry_serial_to": f"{run}-1"}
    answers = await asyncio.gather(*(send(stage, "/v1/credit-batches", entry(**block)) for _ in range(8)))
    assert Counter(body.get("code", status) for status, body in answers) == {
        201: 1,
        "registry_serials_overlap": 7,
    }


async def test_serials_told_at_the_retirement_are_looked_at_too(stage: Service) -> None:
    run = "".join(chr(65 + int(digit, 16)) for digit in uuid4().hex[:8])
    serial = f"1{run}-1-1-VCS-VCU-003-VER-CN-0003-01012020-31122020-1"
    one, other = await enter(stage, product="vcu"), await enter(stage, product="vcu")
    told = retired(registry_serial_from=serial.replace(run, "23"))
    path = "/v1/credit-batches/{}/retirement"
    assert (await send(stage, path.format(one["id"]), told))[0] == 200
    again = told | retired()
    assert await code_of(send(stage, path.format(other["id"]), again)) == (409, "registry_serials_overlap")
    shown = await stage.client.get(
        f"/v1/credit-batches/{other['id']}", headers=await stage.staff("regulator")
    )
    assert (shown.json()["status"], shown.json()["registry_serial_from"]) == ("pending", None)


async def test_a_retirement_made_void_may_be_entered_as_it_should_have_been(stage: Service) -> None:
    first = await stage.batch(retirement_ref="R-typo")
    body = {
        name: first[name] for name in ("product", "project_name", "vintage", "retirement_ref", "retired_on")
    }
    right = body | {"quantity_t": 2}
    assert await code_of(send(stage, "/v1/credit-batches", right)) == (409, "retirement_entered")
    assert (await send(stage, f"/v1/credit-batches/{first['id']}/voiding", {"reason": "typo"}))[0] == 200
    assert (await send(stage, "/v1/credit-batches", right))[0] == 201


async def test_what_was_given_away_is_never_made_void(
    stage: Service, fair: str, rows: asyncpg.Connection
) -> None:
    batch = await stage.batch()
    await assign(stage, fair, batch["id"])
    path = f"/v1/credit-batches/{batch['id']}/voiding"
    before = await written(rows)
    assert await code_of(send(stage, path, {"reason": "typo"})) == (409, "batch_assigned")
    assert await written(rows) == before
    other = await stage.batch()
    assert (await send(stage, f"/v1/credit-batches/{other['id']}/voiding", {"reason": "typo"}))[0] == 200
    assert await code_of(assign(stage, fair, other["id"])) == (409, "batch_void")
    for path, body in (
        ("voiding", {"reason": "again"}),
        ("retirement", retired()),
        ("details", {"reason": "late", "purpose": "x"}),
    ):
        assert await code_of(send(stage, f"/v1/credit-batches/{other['id']}/{path}", body)) == (
            409,
            "batch_void",
        )


async def test_of_an_assignment_and_a_voiding_at_once_one_wins(stage: Service, fair: str) -> None:
    for _ in range(5):
        batch = (await stage.batch())["id"]
        (assigned, told), (voided, said) = await asyncio.gather(
            assign(stage, fair, batch),
            send(stage, f"/v1/credit-batches/{batch}/voiding", {"reason": "race"}),
        )
        assert (assigned, voided) in ((201, 409), (409, 200))
        assert said.get("code") == "batch_assigned" or told.get("code") == "batch_void"


async def test_details_are_filled_in_and_never_written_over(stage: Service) -> None:
    batch = await stage.batch()
    assert (batch["status"], batch["missing"]) == ("retired", ["approved_by", "approval_doc"])
    assert batch["published_at"] is None
    path = f"/v1/credit-batches/{batch['id']}/details"
    status, done = await send(stage, path, WHOLE | {"reason": "found the letter"})
    assert (status, done["missing"]) == (200, [])
    assert done["published_at"] is not None
    register = await stage.client.get("/v1/products/cdcer/batches")
    assert register.json()["items"][0]["id"] == batch["id"]
    again = {"reason": "again", "approved_by": WHOLE["approved_by"], "purpose": "展会"}
    assert (await send(stage, path, again))[0] == 200
    status, refused = await send(stage, path, {"reason": "no", "approval_doc": "另一份", "purpose": "展会"})
    assert (status, refused["code"]) == (409, "credit_batch_details_kept")
    assert "approval_doc" in refused["facts"]["names"]
    assert "purpose" not in refused["facts"]["names"]


async def test_a_proof_is_kept_by_its_content_and_shown_to_anyone(stage: Service) -> None:
    batch = await stage.batch()
    path = f"/v1/credit-batches/{batch['id']}/proof"
    headers = await stage.staff("operator") | {"Content-Type": "application/pdf"}
    assert (await stage.client.get(path)).status_code == 404
    for content, status, code in ((b"", 422, "content_empty"), (b"GIF89a", 422, "content_mismatch")):
        answer = await stage.client.post(path, content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    for _ in range(2):
        kept = await stage.client.post(path, content=PDF, headers=headers)
        assert kept.status_code == 200
    assert len(kept.json()["proof_sha256"]) == 64
    shown = await stage.client.get(path)
    assert (shown.status_code, shown.content) == (200, PDF)
    assert shown.headers["content-type"] == "application/pdf"
    other = await stage.client.post(path, content=PDF + b"other", headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "credit_batch_details_kept")
    unknown = await stage.client.post(f"/v1/credit-batches/{uuid4()}/proof", content=PDF, headers=headers)
    assert unknown.status_code == 404


async def test_what_is_only_planted_is_shown_and_given_to_nobody(
    stage: Service, fair: str, rows: asyncpg.Connection
) -> None:
    body = project(**EX_ANTE)
    status, made = await send(stage, "/v1/projects", body)
    assert status == 201, made
    assert made["is_ex_ante"]
    assert "6 年" in made["warning"]["zh-CN"]
    planted = {"kind": "planted", "day": "2026-03-12", "species": "香樟", "plants": 1200, "reason": "spring"}
    status, made = await send(stage, f"/v1/projects/{body['code']}/plantings", planted)
    assert (status, made["plantings"][0]["plants"]) == (201, 1200)
    shown = await stage.client.get(f"/v1/projects/{body['code']}")
    assert shown.json() == made
    told = {"product": "forest_grass_sink", "project": body["code"]}
    batch = await enter(stage, **told)
    assert batch["is_ex_ante"]
    before = await written(rows)
    path = f"/v1/credit-batches/{batch['id']}/retirement"
    assert await code_of(send(stage, path, retired() | WHOLE | {"methodology": "AR-1"})) == (
        409,
        "not_yet_issued",
    )
    assert await code_of(assign(stage, fair, batch["id"])) == (409, "not_yet_issued")
    at_once = entry(**told, **retired()) | {"status": "retired"}
    assert await code_of(send(stage, "/v1/credit-batches", at_once)) == (409, "not_yet_issued")
    assert await written(rows) == before
    assert (await stage.client.get(f"/v1/credit-batches/{batch['id']}")).status_code == 404


@pytest.mark.parametrize(
    "change",
    [{name: None} for name in ("location", "species", "area_ha", "schedule")]
    + [
        {"product": "ccer"},
        {"category": "biogas"},
        {"area_ha": 0},
        {"area_ha": "NaN"},
        {"area_ha": 1e12},
        {"polygon": [[104.2, 30.5], [104.3, 30.5]]},
        {"polygon": [[104.2, 30.5], [104.3, 30.5], [104.3, 91]]},
        {"polygon": [[104.2, 30.5], [104.3, 30.5], [181, 30]]},
        {"schedule": []},
        {"country": "China"},
        {"category": "magic"},
        {"origin_tag": "rich_area"},
        {"code": "Not A Code"},
        {"reason": ""},
    ],
    ids=str,
)
async def test_a_project_that_does_not_fit_is_refused(stage: Service, change: Json) -> None:
    body = project(**EX_ANTE) | change
    assert await code_of(send(stage, "/v1/projects", body)) == (422, "invalid_body")


async def test_a_project_is_entered_once_and_found_by_what_it_is(stage: Service) -> None:
    body = project(
        product="ccer", category="biogas", registration_no="CCER-77", origin_tag="formerly_poor_area"
    )
    status, made = await send(stage, "/v1/projects", body)
    assert status == 201
    assert await code_of(send(stage, "/v1/projects", body)) == (409, "project_code_taken")
    other = body | {"code": f"{body['code']}-2"}
    assert await code_of(send(stage, "/v1/projects", other)) == (409, "project_registered")
    for query in ("category=biogas", "origin_tag=formerly_poor_area", "product=ccer", "is_ex_ante=false"):
        found = (await stage.client.get(f"/v1/projects?{query}")).json()["items"]
        assert made in found, query
    assert made not in (await stage.client.get("/v1/projects?is_ex_ante=true")).json()["items"]
    for query in ("category=magic", "is_ex_ante=maybe", "product=gold", "limit=0"):
        answer = await stage.client.get(f"/v1/projects?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")
    planted = {"kind": "planted", "day": "2026-03-12", "species": "-", "plants": 1, "reason": "-"}
    path = f"/v1/projects/{body['code']}/plantings"
    assert await code_of(send(stage, path, planted)) == (422, "invalid_body")
    # A batch of it takes over what is known of the project.
    batch = await enter(stage, product="ccer", project=body["code"])
    assert (batch["project"], batch["registration_no"]) == (body["code"], "CCER-77")
    assert (batch["origin_tag"], batch["missing"]) == ("formerly_poor_area", ["monitoring_period"])
    tagged = await stage.client.get(
        "/v1/credit-batches?origin_tag=formerly_poor_area&status=pending&product=ccer",
        headers=await stage.staff("regulator"),
    )
    assert [each["id"] for each in tagged.json()["items"]] == [batch["id"]]
    wrong = entry(project=body["code"])
    assert await code_of(send(stage, "/v1/credit-batches", wrong)) == (422, "invalid_body")
    assert await code_of(send(stage, "/v1/credit-batches", entry(project="nowhere"))) == (
        404,
        "project_not_found",
    )


@pytest.mark.parametrize("query", ["product=gold", "status=sold", "origin_tag=rich_area"])
async def test_a_filter_that_means_nothing_is_refused(stage: Service, query: str) -> None:
    answer = await stage.client.get(f"/v1/credit-batches?{query}", headers=await stage.staff("operator"))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")


@pytest.mark.parametrize("grams", ["", "0", "-1", "1.5", "x", "١", "9" * 20])
async def test_a_suggestion_is_for_whole_grams(stage: Service, grams: str) -> None:
    answer = await stage.client.get(
        f"/v1/events/any/pools/suggestion?grams={grams}", headers=await stage.staff("operator")
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")


async def test_surplus_of_a_draft_is_there_for_those_who_run_or_watch_it(stage: Service) -> None:
    await stage.event("hidden", state="draft")
    for headers in (None, await stage.staff("staff")):
        assert (await stage.client.get("/v1/events/hidden/surplus", headers=headers)).status_code == 404
    shown = await stage.client.get("/v1/events/hidden/surplus", headers=await stage.staff("operator"))
    assert (shown.status_code, shown.json()["grams"]) == (200, 0)


async def test_a_product_that_is_not_there_has_no_register(stage: Service) -> None:
    answer = await stage.client.get("/v1/products/gold/batches")
    assert (answer.status_code, answer.json()["code"]) == (404, "product_not_found")


async def test_every_promise_holds_after_all_of_it(stage: Service) -> None:
    await assert_every_promise_holds(stage)
