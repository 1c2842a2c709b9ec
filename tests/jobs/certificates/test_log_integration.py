"""Sealing: everything that was written is logged once, in one order, under heads that hold."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import asyncpg
import pytest

from backend.domain.certificates.canonical_json import canonical_bytes
from backend.domain.certificates.merkle import fold, leaf_hash
from backend.domain.certificates.signatures import LogKeys, head_bytes, is_signed
from backend.domain.certificates.verification import check_head, check_inclusion
from backend.jobs import log_integration
from backend.jobs.log_integration import Integrated, KeyReused, integrate_log
from backend.ledger.audit.transparency_log import find_log_faults
from backend.services.certificates.transparency_log import log_keys
from tests.ledger.stage import assert_every_promise_holds
from tests.routes.attending import EXAMPLE_A, attend
from tests.service import Json, Service


@pytest.fixture
async def fair(service: Service) -> Service:
    await service.event("fair")
    await service.pool("fair")
    return service


async def integrate(service: Service, **changes: Any) -> Integrated:
    keys = changes.pop("keys", None) or log_keys(service.settings)
    return await integrate_log(service.components.database, keys, service.settings.issuer, **changes)


async def entries(owner: asyncpg.Connection) -> list[asyncpg.Record]:
    rows: list[asyncpg.Record] = await owner.fetch("SELECT * FROM log_entries ORDER BY position")
    return rows


async def join(fair: Service, **body: Any) -> Json:
    return await attend(fair, journey=EXAMPLE_A, offset={"grams": 20_000}, **body)


async def test_nothing_to_log_makes_no_head(service: Service, owner: asyncpg.Connection) -> None:
    assert await integrate(service) == Integrated(0, 0)
    assert await owner.fetchval("SELECT count(*) FROM log_heads") == 0


async def test_an_offset_and_its_retirement_are_logged_once(fair: Service, owner: asyncpg.Connection) -> None:
    joined = [await join(fair) for _ in range(3)]
    assert await integrate(fair) == Integrated(4, 1)
    assert await integrate(fair) == Integrated(0, 0)
    assert await integrate(fair, is_thorough=True) == Integrated(0, 0)
    rows = await entries(owner)
    assert [row["position"] for row in rows] == [0, 1, 2, 3]
    assert [row["kind"] for row in rows] == ["retirement", "offset", "offset", "offset"]
    assert [row["subject"] for row in rows[1:]] == [each["certificate"]["number"] for each in joined]
    assert {row["sealed_in"] for row in rows} == {4}
    for row in rows:
        document = json.loads(row["body"])
        assert canonical_bytes(document) == row["body"]
        assert leaf_hash(row["body"]) == row["leaf_hash"]
    assert json.loads(rows[1]["body"])["grams"] == 20_000
    assert json.loads(rows[1]["document"])["offset"]["grams"] == 20_000


async def test_no_person_is_in_the_log(fair: Service, owner: asyncpg.Connection) -> None:
    citizen = await fair.citizen("王小明")
    badge = (await fair.badges(1))[0]
    answer = await fair.scan(badge["code"], citizen, journey=EXAMPLE_A, offset={"share": 100})
    number = answer.json()["certificate"]["number"]
    named = await fair.client.post(
        f"/v1/me/certificates/{number}/name", json={"name": "王小明", "consent": True}, headers=citizen
    )
    assert named.status_code == 200, named.text
    await integrate(fair)
    said = b"".join(row["body"] + row["subject"].encode() for row in await entries(owner)).decode()
    me = (await fair.client.get("/v1/me", headers=citizen)).json()
    assert number in said
    for word in (me["id"], "王小明", badge["code"]):
        assert word not in said


async def test_heads_are_signed_over_the_root_of_everything_before(
    fair: Service, owner: asyncpg.Connection
) -> None:
    keys = log_keys(fair.settings)
    for _ in range(4):
        await join(fair)
        await integrate(fair)
    rows, heads = await entries(owner), await owner.fetch("SELECT * FROM log_heads ORDER BY size")
    assert [head["size"] for head in heads] == [2, 3, 4, 5]
    for head in heads:
        text = head_bytes(fair.settings.issuer, head["size"], head["root"], head["signed_at"])
        assert is_signed(keys.public_keys[head["key_id"]], text, head["signature"])
    size, faults = await find_log_faults(fair.components.database, fair.settings)
    assert (size, faults) == (5, [])
    assert heads[0]["root"] == fold([rows[0]["leaf_hash"], rows[1]["leaf_hash"]])  # folded once: two leaves


async def test_what_becomes_visible_late_is_found_all_the_same(
    fair: Service, owner: asyncpg.Connection
) -> None:
    early, late = await join(fair), await join(fair)
    number = early["certificate"]["number"]
    # As if the first one's transaction had committed after the second one was sealed.
    await owner.execute("CREATE TABLE aside AS SELECT * FROM offsets WHERE certificate_number = $1", number)
    await owner.execute("DELETE FROM offsets WHERE certificate_number = $1", number)
    assert await integrate(fair) == Integrated(2, 1)
    await owner.execute("INSERT INTO offsets SELECT * FROM aside")
    assert await integrate(fair) == Integrated(1, 1)
    assert [row["subject"] for row in await entries(owner)][1:] == [late["certificate"]["number"], number]


async def test_what_comes_later_still_is_found_by_the_thorough_run(
    fair: Service, owner: asyncpg.Connection
) -> None:
    await join(fair)
    await join(fair)
    await owner.execute("CREATE TABLE aside AS SELECT * FROM offsets ORDER BY issued_at LIMIT 1")
    await owner.execute("UPDATE aside SET issued_at = issued_at - $1::interval", timedelta(minutes=5))
    await owner.execute("DELETE FROM offsets o USING aside a WHERE o.id = a.id")
    await integrate(fair)
    await owner.execute("INSERT INTO offsets SELECT * FROM aside")
    assert await integrate(fair) == Integrated(0, 0)
    assert await integrate(fair, is_thorough=True) == Integrated(1, 1)


async def test_the_thorough_run_finds_missed_entries_chunk_by_chunk(
    fair: Service, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await join(fair)
    await owner.execute(
        "CREATE TABLE aside AS WITH gone AS (DELETE FROM offsets RETURNING *) SELECT * FROM gone"
    )
    await owner.execute("UPDATE aside SET issued_at = issued_at - interval '1 hour'")
    await join(fair)
    await integrate(fair)
    await owner.execute("INSERT INTO offsets SELECT * FROM aside")
    assert await integrate(fair) == Integrated(0, 0)
    monkeypatch.setattr(log_integration, "ROWS_CHECKED_PER_CHUNK", 3)
    monkeypatch.setattr(log_integration, "ENTRIES_PER_CHUNK", 2)
    assert (await integrate(fair, is_thorough=True)).entries == 5
    assert await integrate(fair, is_thorough=True) == Integrated(0, 0)
    assert (await find_log_faults(fair.components.database, fair.settings))[1] == []


async def test_a_backlog_is_integrated_chunk_by_chunk_in_order(
    fair: Service, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_integration, "ENTRIES_PER_CHUNK", 2)
    joined = [await join(fair) for _ in range(4)]
    assert await integrate(fair) == Integrated(5, 3)
    assert [row["subject"] for row in await entries(owner)][1:] == [
        each["certificate"]["number"] for each in joined
    ]
    assert (await find_log_faults(fair.components.database, fair.settings))[1] == []


async def test_two_workers_that_integrate_at_once_log_nothing_twice(
    fair: Service, owner: asyncpg.Connection
) -> None:
    for _ in range(3):
        await join(fair)
    runs = await asyncio.gather(*(integrate(fair) for _ in range(4)))
    assert sum(run.entries for run in runs) == 4
    assert len(await entries(owner)) == 4


async def test_an_interrupted_run_leaves_nothing_and_is_repeated(
    fair: Service, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await join(fair)
    monkeypatch.setattr(LogKeys, "sign", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await integrate(fair, keys=LogKeys({"demo": bytes(32)}))
    monkeypatch.undo()
    assert await entries(owner) == []
    assert await integrate(fair) == Integrated(2, 1)


async def test_a_new_key_signs_from_then_on_and_an_id_is_never_used_again(
    fair: Service, owner: asyncpg.Connection
) -> None:
    await join(fair)
    await integrate(fair)
    await join(fair)
    other = LogKeys({"k2": b"2" * 32})
    await integrate(fair, keys=other)
    assert await owner.fetch("SELECT key_id FROM log_heads ORDER BY size") == [("demo",), ("k2",)]
    described = (await fair.client.get("/.well-known/tianfu-log.json")).json()
    assert [(key["key_id"], key["valid_to"] is None) for key in described["keys"]] == [
        ("demo", False),
        ("k2", True),
    ]
    await join(fair)
    with pytest.raises(KeyReused):
        await integrate(fair, keys=LogKeys({"demo": b"3" * 32}))
    assert len(await entries(owner)) == 3
    settings = replace(
        fair.settings, transparency_log_keys="demo:" + "MzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM="
    )
    assert "not the one of the settings" in (await find_log_faults(fair.components.database, settings))[1][0]


async def test_a_batch_made_void_is_logged_again(fair: Service, owner: asyncpg.Connection) -> None:
    batch = await fair.batch()
    await integrate(fair)
    await owner.execute(
        "UPDATE credit_batches SET status = 'void', voided_at = now(), void_reason = 'wrong' WHERE id = $1",
        batch["id"],
    )
    assert await integrate(fair) == Integrated(1, 1)
    last = (await entries(owner))[-1]
    assert (last["kind"], last["subject"]) == ("retirement", f"{batch['id']}:void")
    assert json.loads(last["body"])["status"] == "void"


async def test_the_report_of_a_closed_event_is_logged_by_its_digest(
    fair: Service, owner: asyncpg.Connection
) -> None:
    await join(fair)
    assert await integrate(fair) == Integrated(2, 1)
    closed = await fair.post("/v1/events/fair/transitions", {"to": "closed"}, await fair.staff("operator"))
    assert closed.status_code == 200, closed.text
    assert await integrate(fair) == Integrated(2, 1)  # the report, and the release that follows from it
    assert await integrate(fair, is_thorough=True) == Integrated(0, 0)
    last, stored = (await entries(owner))[-2], await owner.fetchrow("SELECT * FROM event_reports")
    document = json.loads(last["body"])
    assert (last["kind"], document["type"]) == ("report", "tianfu-event-report-v1")
    assert (document["event"]["id"], document["revision"]) == (str(stored["event_id"]), stored["revision"])
    assert document["sha256"] == stored["digest"].hex() == sha256(stored["body"]).hexdigest()
    assert last["leaf_hash"] == leaf_hash(canonical_bytes(document))
    # What anybody is shown is that report, and the head that anybody is shown covers it.
    assert (await fair.client.get("/v1/events/fair/report")).content == stored["body"]
    head = check_head(
        (await fair.client.get("/v1/log/heads/latest")).json(), log_keys(fair.settings).public_keys
    )
    proof = (await fair.client.get(f"/v1/log/proofs/inclusion?position=2&size={head['size']}")).json()
    check_inclusion(last["leaf_hash"], last["position"], head, proof)


async def test_later_statements_about_a_retirement_are_logged_as_well(
    fair: Service, owner: asyncpg.Connection
) -> None:
    batch = await fair.batch(3)
    operator = await fair.staff("operator")
    address = f"/v1/credit-batches/{batch['id']}"

    async def about() -> list[tuple[str, Json]]:
        rows = [row for row in await entries(owner) if row["subject"].startswith(batch["id"])]
        assert all(canonical_bytes(json.loads(row["body"])) == row["body"] for row in rows)
        return [(row["subject"], json.loads(row["body"])) for row in rows]

    async def complete(**details: Any) -> None:
        answer = await fair.post(f"{address}/details", {"reason": "from the registry"} | details, operator)
        assert answer.status_code == 200, answer.text

    await integrate(fair)
    await complete(registry_serial_from="CD-2024-000001", registry_serial_to="CD-2024-000003")
    assert await integrate(fair) == Integrated(1, 1)
    assert await integrate(fair) == Integrated(0, 0)
    assert await integrate(fair, is_thorough=True) == Integrated(0, 0)
    # Of what the log does not tell, it does not tell again.
    await complete(price_per_t="60", price_as_of="2026-01-10")
    assert await integrate(fair) == Integrated(0, 0)
    proof = await fair.client.post(
        f"{address}/proof", content=b"%PDF-1.7 proof", headers=operator | {"Content-Type": "application/pdf"}
    )
    assert proof.status_code == 200
    assert await integrate(fair) == Integrated(1, 1)
    voided = await fair.post(f"{address}/voiding", {"reason": "entered by mistake"}, operator)
    assert voided.status_code == 200
    assert await integrate(fair) == Integrated(1, 1)
    assert await integrate(fair) == Integrated(0, 0)
    told = await about()
    assert [subject.removeprefix(batch["id"]) for subject, _ in told] == ["", ":2", ":3", ":void"]
    assert "registry_serial_from" not in told[0][1]
    assert told[1][1]["registry_serial_to"] == "CD-2024-000003"
    assert told[2][1] == told[1][1] | {"proof_sha256": "\\x" + proof.json()["proof_sha256"]}
    assert told[3][1]["void_reason"] == "entered by mistake"
    assert {body["quantity_t"] for _, body in told} == {3}
    await assert_every_promise_holds(fair)


async def test_a_batch_is_logged_for_the_tenth_time_as_for_the_second(
    fair: Service, owner: asyncpg.Connection
) -> None:
    batch = await fair.batch()
    await integrate(fair)
    for number in range(2, 12):
        await owner.execute(
            "UPDATE credit_batches SET purpose = $2 WHERE id = $1", batch["id"], f"for {number}"
        )
        assert await integrate(fair) == Integrated(1, 1)
        assert (await entries(owner))[-1]["subject"] == f"{batch['id']}:{number}"
    assert await integrate(fair) == Integrated(0, 0)
