"""Outside demo mode a retirement is used when a second operator has compared it with the registry's proof."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from backend.settings import Settings
from tests.routes.contract import watch
from tests.routes.credits.test_credit_batches import PDF, WHOLE, entry, retired
from tests.service import TONNE, Json, Service, open_service


@pytest.fixture(scope="module")
async def office(stage_settings: Settings) -> AsyncIterator[Service]:
    async with open_service(replace(stage_settings, environment="production")) as running:
        yield watch(running)


async def operator(office: Service, name: str) -> dict[str, str]:
    """Headers of one of several operators."""
    return await office.staff("operator", username=name)


async def send(office: Service, who: str, path: str, body: Json) -> tuple[int, Json]:
    answer = await office.post(f"/v1/credit-batches{path}", body, await operator(office, who))
    return answer.status_code, answer.json()


async def prove(office: Service, batch: str, who: str = "ann") -> None:
    headers = await operator(office, who) | {"Content-Type": "application/pdf"}
    answer = await office.client.post(
        f"/v1/credit-batches/{batch}/proof", content=PDF + uuid4().bytes, headers=headers
    )
    assert answer.status_code == 200


async def entered(office: Service, *, is_proven: bool = True, **changes: object) -> Json:
    """A retirement that ann entered, with its proof."""
    body = entry(**retired(), **changes) | {"status": "retired"}
    status, made = await send(office, "ann", "", body)
    assert (status, made["status"], made["needs_confirmation"]) == (201, "awaiting_confirmation", True)
    if is_proven:
        await prove(office, made["id"])
    return made


async def decide(
    office: Service, who: str, batch: str, decision: str = "confirmed", **more: object
) -> tuple[int, Json]:
    body = {"decision": decision, "reason": "compared with the registry's proof"} | more
    return await send(office, who, f"/{batch}/confirmation", body)


async def assign(office: Service, batch: str) -> tuple[int, Json]:
    answer = await office.post(
        "/v1/events/confirmed-fair/pools",
        {"batch_id": batch, "grams": 1000},
        await operator(office, "ann"),
    )
    return answer.status_code, answer.json()


@pytest.fixture(scope="module", autouse=True)
async def fair(office: Service) -> None:
    await office.event("confirmed-fair", state="draft")


async def stock(office: Service) -> int:
    products = (await office.client.get("/v1/products")).json()["items"]
    found: int = next(product for product in products if product["code"] == "cdcer")["stock"]["grams"]
    return found


async def test_a_batch_is_used_when_another_operator_has_confirmed_it(
    office: Service, rows: asyncpg.Connection
) -> None:
    before = await stock(office)
    made = await entered(office, **WHOLE)
    assert (made["grams_left"], made["published_at"], made["missing"]) == (0, None, [])
    assert (await office.client.get(f"/v1/credit-batches/{made['id']}")).status_code == 404
    assert (await office.client.get(f"/v1/credit-batches/{made['id']}/proof")).status_code == 404
    proof = await office.client.get(
        f"/v1/credit-batches/{made['id']}/proof", headers=await operator(office, "ben")
    )
    assert proof.status_code == 200
    status, refused = await assign(office, made["id"])
    assert (status, refused["code"]) == (409, "credit_batch_unconfirmed")
    assert await stock(office) == before
    status, refused = await decide(office, "ann", made["id"])
    assert (status, refused["code"]) == (409, "own_entry")
    status, done = await decide(office, "ben", made["id"])
    assert (status, done["status"], done["grams_left"]) == (200, "retired", TONNE)
    assert done["published_at"] is not None
    assert (done["confirmation"]["told_by"], done["confirmation"]["confirmed_by"]) == (["ann"], "ben")
    assert await decide(office, "ben", made["id"]) == (200, done)
    status, refused = await decide(office, "eve", made["id"])
    assert (status, refused["code"]) == (409, "nothing_to_confirm")
    assert await stock(office) == before + TONNE
    assert (await assign(office, made["id"]))[0] == 201
    public = (await office.client.get(f"/v1/credit-batches/{made['id']}")).json()
    assert (public["status"], public["confirmation"]) == ("retired", None)
    told = await rows.fetch(
        """SELECT action, username, after FROM staff_actions JOIN staff ON staff.id = staff_id
           WHERE subject = $1 ORDER BY staff_actions.at""",
        made["id"],
    )
    assert [(row["action"], row["username"]) for row in told] == [
        ("credit_batch.enter", "ann"),
        ("credit_batch.prove", "ann"),
        ("credit_batch.confirm", "ben"),
    ]
    assert '"ann"' in told[-1]["after"]


async def test_a_batch_without_a_proof_is_compared_with_nothing(office: Service) -> None:
    made = await entered(office, is_proven=False)
    status, refused = await decide(office, "ben", made["id"])
    assert (status, refused["code"]) == (409, "credit_batch_unproven")


async def test_a_rejected_retirement_is_void_and_may_be_entered_again(office: Service) -> None:
    made = await entered(office)
    status, done = await decide(office, "ben", made["id"], "rejected", reason="another project on the proof")
    assert (status, done["status"], done["void_reason"]) == (200, "void", "another project on the proof")
    assert (await assign(office, made["id"]))[1]["code"] == "batch_void"
    status, refused = await decide(office, "ben", made["id"])
    assert (status, refused["code"]) == (409, "batch_void")
    body = entry(retirement_ref=made["retirement_ref"], retired_on=made["retired_on"])
    assert (await send(office, "ann", "", body | {"status": "retired"}))[0] == 201


async def test_what_was_pending_waits_for_a_second_person_once_it_is_retired(office: Service) -> None:
    status, made = await send(office, "ann", "", entry(**WHOLE))
    assert (status, made["status"]) == (201, "pending")
    status, refused = await decide(office, "ben", made["id"])
    assert (status, refused["code"]) == (409, "nothing_to_confirm")
    status, told = await send(office, "ben", f"/{made['id']}/retirement", retired())
    assert (status, told["status"], told["grams_left"]) == (200, "awaiting_confirmation", 0)
    await prove(office, made["id"])
    for who in ("ann", "ben"):
        status, refused = await decide(office, who, made["id"])
        assert (status, refused["code"]) == (409, "own_entry")
    status, done = await decide(office, "eve", made["id"])
    assert (status, done["status"], done["confirmation"]["told_by"]) == (200, "retired", ["ann", "ben"])


async def test_nobody_confirms_what_they_did_not_see(office: Service) -> None:
    made = await entered(office)
    shown = await office.client.get(f"/v1/credit-batches/{made['id']}", headers=await operator(office, "ben"))
    revision = shown.json()["revision"]
    told = {"reason": "letter", "beneficiary": "somebody else"}
    assert (await send(office, "ann", f"/{made['id']}/details", told))[0] == 200
    status, refused = await decide(office, "ben", made["id"], revision=revision)
    assert (status, refused["code"]) == (409, "credit_batch_changed")
    assert (await decide(office, "ben", made["id"], revision=revision + 1))[0] == 200


async def test_details_of_a_confirmed_batch_wait_and_the_batch_stays_in_use(office: Service) -> None:
    made = await entered(office)
    assert (await decide(office, "ben", made["id"]))[0] == 200
    path = f"/{made['id']}/details"
    told = WHOLE | {"reason": "letter", "price_per_t": 31.5, "price_as_of": "2026-01-10"}
    status, waiting = await send(office, "ben", path, told)
    assert (status, waiting["status"], waiting["approved_by"]) == (200, "retired", None)
    assert waiting["missing"] == ["approved_by", "approval_doc"]
    assert waiting["confirmation"]["proposed_by"] == "ben"
    assert waiting["confirmation"]["proposed"]["approval_doc"] == WHOLE["approval_doc"]
    assert (await assign(office, made["id"]))[0] == 201
    status, refused = await send(office, "ann", path, told)
    assert (status, refused["code"]) == (409, "credit_batch_details_waiting")
    status, refused = await decide(office, "ben", made["id"])
    assert (status, refused["code"]) == (409, "own_entry")
    status, dropped = await decide(office, "ann", made["id"], "rejected")
    assert (status, dropped["status"], dropped["confirmation"]["proposed"]) == (200, "retired", None)
    assert dropped["approved_by"] is None
    assert (await send(office, "ben", path, told))[0] == 200
    status, done = await decide(office, "ann", made["id"])
    assert (status, done["missing"], done["price_per_t"]) == (200, [], 31.5)
    assert done["published_at"] is not None


async def test_of_two_who_confirm_at_once_one_does(office: Service, rows: asyncpg.Connection) -> None:
    for _ in range(3):
        made = await entered(office)
        answers = await asyncio.gather(
            *(decide(office, who, made["id"]) for who in ("ben", "eve", "ivy", "ned"))
        )
        told = Counter(body.get("code", status) for status, body in answers)
        assert told == {200: 1, "nothing_to_confirm": 3}
        count = await rows.fetchval(
            "SELECT count(*) FROM staff_actions WHERE subject = $1 AND action = 'credit_batch.confirm'",
            made["id"],
        )
        assert count == 1


async def test_of_a_confirmation_and_a_rejection_at_once_one_wins(office: Service) -> None:
    made = await entered(office)
    (confirmed, _), (rejected, _) = await asyncio.gather(
        decide(office, "ben", made["id"]), decide(office, "eve", made["id"], "rejected")
    )
    assert (confirmed, rejected) in ((200, 409), (409, 200))


async def test_a_retirement_stands_in_the_log_when_it_was_confirmed(
    office: Service, rows: asyncpg.Connection
) -> None:
    waiting, confirmed = await entered(office), await entered(office)
    assert (await decide(office, "ben", confirmed["id"]))[0] == 200
    found = await rows.fetch(
        "SELECT id, confirmed_at, created_at FROM credit_batches WHERE id = ANY ($1::uuid[]) AND status = 'retired'",
        [waiting["id"], confirmed["id"]],
    )
    assert [str(row["id"]) for row in found] == [confirmed["id"]]
    assert found[0]["created_at"] <= found[0]["confirmed_at"] <= datetime.now(UTC)


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "maybe", "reason": "x"},
        {"decision": "confirmed"},
        {"decision": "confirmed", "reason": ""},
        {"decision": "confirmed", "reason": "x", "revision": -1},
    ],
    ids=str,
)
async def test_a_decision_that_does_not_fit_is_refused(office: Service, body: Json) -> None:
    made = await entered(office)
    status, refused = await send(office, "ben", f"/{made['id']}/confirmation", body)
    assert (status, refused["code"]) == (422, "invalid_body")


async def test_only_operators_confirm(office: Service) -> None:
    made = await entered(office)
    body = {"decision": "confirmed", "reason": "x"}
    path = f"/v1/credit-batches/{made['id']}/confirmation"
    for role in ("staff", "organiser", "regulator"):
        assert (await office.post(path, body, await office.staff(role))).status_code == 403
    assert (await office.post(path, body)).status_code == 401


async def test_in_demo_mode_one_person_is_enough(stage: Service) -> None:
    batch = await stage.batch()
    assert (batch["status"], batch["needs_confirmation"]) == ("retired", False)
    assert batch["confirmation"]["confirmed_by"] is None
