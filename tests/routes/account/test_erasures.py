# ruff: noqa: S608 - the names come from this file
"""Who leaves is gone from every store at once, is told what stays, and nothing new is kept of them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from backend.ledger.audit.ledger import audit_database
from backend.services.account.account import erase
from backend.services.account.data_export import as_json, open_export
from tests.ledger.commands.offsetting import run_settling
from tests.routes.attending import id_of
from tests.routes.evidencing import act_with_photo, new_photo, picture, send
from tests.routes.partnering import Partner, new_partner, ride
from tests.service import Json, Service


@pytest.fixture(scope="module")
async def metro(stage: Service) -> Partner:
    return await new_partner(stage)


async def test_an_erasure_takes_the_photo_file_the_place_and_the_kept_answers_at_once(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen = await stage.citizen()
    photo = await new_photo(stage, citizen)
    acted = await act_with_photo(stage, citizen, photo)
    assert acted.status_code == 201
    id_ = id_of(stage, citizen)
    file = Path(stage.settings.photo_dir) / photo[:2] / f"{photo}-{id_.hex}"
    assert file.exists()
    assert await rows.fetchval("SELECT count(*) FROM idempotency_keys WHERE citizen_id = $1", id_) >= 1

    gone = await stage.client.delete("/v1/me", headers=citizen)

    assert gone.status_code == 200
    assert not file.exists()
    review = await rows.fetchrow("SELECT state, evidence, reason FROM reviews WHERE citizen_id = $1", id_)
    assert (review["state"], review["evidence"], review["reason"]) == ("rejected", None, "erased")
    for table in (
        "idempotency_keys",
        "identities",
        "notices",
        "subscriptions",
        "passes",
        "certificate_names",
    ):
        assert await rows.fetchval(f"SELECT count(*) FROM {table} WHERE citizen_id = $1", id_) == 0, table
    assert (
        await rows.fetchval(
            "SELECT count(*) FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE s.principal_id = $1",
            id_,
        )
        == 0
    )
    counts = {part["code"]: part["count"] for part in gone.json()["erased"]}
    assert (counts["photos"], counts["reviews"], counts["sign_ins"], counts["sessions"]) == (1, 1, 1, 1)
    assert counts["answers"] >= 1


async def test_the_receipt_can_be_read_again_and_leads_to_nobody(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen = await stage.citizen("要收据的人")
    id_ = id_of(stage, citizen)
    receipt = (await stage.client.delete("/v1/me", headers=citizen)).json()

    again = await stage.client.get(f"/v1/erasures/{receipt['id']}")
    assert again.json() == receipt
    assert {part["code"] for part in receipt["kept"]} >= {"amounts", "certificates"}
    assert all(part["why"]["zh-CN"] and part["why"]["en"] for part in receipt["kept"])
    row = str(await rows.fetchrow("SELECT * FROM erasures WHERE id = $1::uuid", receipt["id"]))
    assert "要收据的人" not in row
    assert str(id_) not in row
    unknown = await stage.client.get(f"/v1/erasures/{uuid4()}")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "receipt_not_found")


async def test_a_second_erasure_on_another_device_gives_no_second_receipt(
    stage: Service, rows: asyncpg.Connection
) -> None:
    name = "点了两次的人"
    devices = [await stage.citizen(name), await stage.citizen(name)]
    before = await rows.fetchval("SELECT count(*) FROM erasures")
    answers = await asyncio.gather(*(stage.client.delete("/v1/me", headers=device) for device in devices))
    assert sorted(answer.status_code for answer in answers) == [200, 401]
    assert await rows.fetchval("SELECT count(*) FROM erasures") == before + 1


async def test_a_session_that_another_process_ended_ends_here_within_two_seconds(stage: Service) -> None:
    citizen = await stage.citizen()
    assert (await stage.client.get("/v1/me", headers=citizen)).status_code == 200
    # As another process does it: this one is told nothing.
    await erase(stage.components.database, stage.components.ledger.footprints, id_of(stage, citizen))
    ended = time.monotonic()
    while (await stage.client.get("/v1/me", headers=citizen)).status_code == 200:
        assert time.monotonic() - ended < 2
        await asyncio.sleep(0.05)


async def test_an_access_token_that_still_works_elsewhere_leaves_nothing_behind(
    stage: Service, rows: asyncpg.Connection
) -> None:
    await stage.event("erased-fair")
    (badge,) = await stage.badges(1, "erased-fair")
    citizen = await stage.citizen()
    id_ = id_of(stage, citizen)
    # Erased by another process; this one has not loaded the ended sessions yet.
    await erase(stage.components.database, stage.components.ledger.footprints, id_)

    scan = await stage.scan(badge["code"], citizen, journey={"distance_km": 300, "mode": "hsr"})
    act = await stage.act(citizen, "plant_meal")
    photo = await send(stage, citizen, picture())
    assert {answer.json()["code"] for answer in (scan, act, photo)} == {"session_revoked"}
    for table in ("attendances", "actions", "photos", "idempotency_keys"):
        assert await rows.fetchval(f"SELECT count(*) FROM {table} WHERE citizen_id = $1", id_) == 0, table


# What a citizen may be asked about or told, whoever else is in it, and how it would be kept.
WRITES: list[tuple[str, str, Json]] = [
    ("POST", "/v1/me/consents", {"scope": "leaderboard", "granted": True}),
    ("POST", "/v1/me/consents", {"scope": "event_profile", "granted": False}),
    ("POST", "/v1/me/profile", {"nickname": "还在这里", "district": None}),
    ("POST", "/v1/me/subscriptions", {"template": "review_result", "result": "accept"}),
    ("POST", "/v1/teams", {"name": "还在这里", "kind": "community"}),
    ("GET", "/v1/me/pass?event=after-fair", {}),
    ("POST", "/v1/scans", {"companion": {"kind": "child"}}),
    ("POST", "/v1/events/after-fair/journey", {"journey": {"distance_km": 300, "mode": "hsr"}}),
    ("POST", "/v1/me/certificates/{number}/name", {"name": "还在这里", "consent": True}),
    ("POST", "/v1/me/certificates/{number}/link", {}),
    ("POST", "/v1/me/complaints", {"about": "offset", "subject": "{number}", "text": "还在这里"}),
    ("POST", "/v1/me/source-grants", {"binding_code": "{code}"}),
    ("POST", "/v1/me/steps", {}),
    ("POST", "/v1/me/quiz", {}),
    ("POST", "/v1/me/donations", {}),
]


async def rows_of(rows: asyncpg.Connection, id_: UUID) -> dict[str, list[str]]:
    """Every row that names a citizen, by table."""
    tables = await rows.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'security_records'"
    )
    found = {}
    for table in (row["tablename"] for row in tables):
        statement = f"SELECT t::text AS row FROM {table} t WHERE position($1 in t::text) > 0 ORDER BY 1"
        named = await rows.fetch(statement, str(id_))
        found[table] = [row["row"] for row in named]
    return found


@pytest.fixture(scope="module")
async def after(stage: Service, metro: Partner) -> Json:
    await stage.event("after-fair")
    await stage.pool("after-fair")
    return {}


@pytest.mark.parametrize(("verb", "path", "body"), WRITES, ids=lambda value: str(value)[:40])
async def test_nothing_new_is_kept_of_who_left_on_another_device(
    stage: Service,
    metro: Partner,
    after: Json,
    rows: asyncpg.Connection,
    verb: str,
    path: str,
    body: Json,
) -> None:
    citizen = await stage.citizen()
    id_ = id_of(stage, citizen)
    own, other = await stage.badges(2, "after-fair")
    joined = (await stage.scan(own["code"], citizen, offset={})).json()
    number = joined["certificate"]["number"]
    code = await metro.binding_code(uuid4().hex)
    if path.endswith("source-grants"):
        body = {
            "partner": metro.code,
            "binding_code": code,
            "consent": True,
            "consent_version": stage.components.catalogue.policies.in_force(datetime.now(UTC)).version,
        }
    if path == "/v1/scans":
        body = body | {"code": other["code"]}
    sent = json.loads(json.dumps(body).replace("{number}", number))

    async def ask(who: dict[str, str]) -> Any:
        address = path.replace("{number}", number)
        headers = who | {"Idempotency-Key": uuid4().hex}
        return await stage.client.request(
            verb, address, json=None if verb == "GET" else sent, headers=headers
        )

    await erase(stage.components.database, stage.components.ledger.footprints, id_)
    before = await rows_of(rows, id_)
    answer = await ask(citizen)
    assert await rows_of(rows, id_) == before
    if path not in SHAPELESS:
        assert (answer.status_code, answer.json()["code"]) == (401, "session_revoked"), answer.text


# Their bodies say what only a running account has; that nothing is kept is what is looked at.
SHAPELESS = ("/v1/me/complaints", "/v1/me/steps", "/v1/me/quiz", "/v1/me/donations")


async def test_a_name_that_is_being_checked_while_its_holder_leaves_is_never_shown(
    stage: Service, rows: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WeChat may take seconds to say what it thinks of a name; meanwhile the holder leaves."""
    await stage.event("checked-fair")
    await stage.pool("checked-fair")
    (badge,) = await stage.badges(1, "checked-fair")
    citizen = await stage.citizen()
    number = (await stage.scan(badge["code"], citizen, offset={})).json()["certificate"]["number"]
    asked, left = asyncio.Event(), asyncio.Event()
    check = stage.components.names.check

    async def slow(citizen_id: UUID, name: str, bearers: Sequence[str] = ()) -> None:
        asked.set()
        await left.wait()
        await check(citizen_id, name)

    monkeypatch.setattr(stage.components.names, "check", slow)
    body = {"name": "张三丰", "consent": True}
    naming = asyncio.create_task(stage.post(f"/v1/me/certificates/{number}/name", body, citizen))
    await asked.wait()
    assert (await stage.client.delete("/v1/me", headers=citizen)).status_code == 200
    left.set()
    assert (await naming).json()["code"] == "session_revoked"
    assert "张三丰" not in (await stage.client.get(f"/v1/certificates/{number}")).text
    assert await rows.fetchval("SELECT count(*) FROM certificate_names WHERE name = '张三丰'") == 0


async def told_at_last(partner: Partner, item: Json) -> list[Json]:
    """The results of a report that is sent until it is taken: a process takes a few at a time."""
    while (answer := await partner.report(item)).status_code == 503:  # noqa: ASYNC110 - asked, not watched
        await asyncio.sleep(0.02)
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["items"]
    return found


async def test_an_erasure_while_a_partner_reports_answers_every_item_and_keeps_none_of_what_came_later(
    stage: Service, metro: Partner, rows: asyncpg.Connection
) -> None:
    citizen = await stage.citizen()
    id_, subject = id_of(stage, citizen), uuid4().hex
    await metro.bind(citizen, subject)
    items = [ride(subject) for _ in range(40)]
    reports = [asyncio.create_task(told_at_last(metro, item)) for item in items[:20]]
    leaving = asyncio.create_task(stage.client.delete("/v1/me", headers=citizen))
    reports += [asyncio.create_task(told_at_last(metro, item)) for item in items[20:]]
    told = [result for (result,) in await asyncio.gather(*reports)]
    assert (await leaving).status_code == 200

    assert {result["status"] for result in told} <= {"posted", "capped", "refused", "waiting"}
    assert {r["code"] for r in told if r["status"] == "refused"} <= {"grant_withdrawn"}
    credited = [result for result in told if result["status"] in ("posted", "capped")]
    erased_at = await rows.fetchval("SELECT erased_at FROM accounts WHERE id = $1", id_)
    kept = await rows.fetch("SELECT id FROM actions WHERE citizen_id = $1", id_)
    assert len(kept) == len(credited)
    assert erased_at is not None
    assert (
        await rows.fetchval(
            "SELECT count(*) FROM source_grants WHERE citizen_id = $1 AND subject = $2", id_, subject
        )
        == 0
    )
    # Reported again, an item that was credited is not credited to anybody a second time.
    await metro.told(*items)
    assert await rows.fetchval("SELECT count(*) FROM actions WHERE citizen_id = $1", id_) == len(kept)


async def test_the_name_of_a_team_goes_with_its_last_member(stage: Service, rows: asyncpg.Connection) -> None:
    citizen = await stage.citizen()
    made = await stage.post("/v1/teams", {"name": "张三一家", "kind": "community"}, citizen)
    assert made.status_code == 201, made.text
    await stage.client.delete("/v1/me", headers=citizen)
    assert await rows.fetchval("SELECT count(*) FROM teams WHERE name = '张三一家'") == 0


async def test_reports_of_names_neither_keep_a_name_nor_who_reported_it(
    stage: Service, rows: asyncpg.Connection
) -> None:
    await stage.event("named-fair")
    await stage.pool("named-fair")
    badges = await stage.badges(2, "named-fair")
    leaving, staying = await stage.citizens(2)
    numbers = {}
    for citizen, name, badge in ((leaving, "李四的真名", badges[0]), (staying, "王五的真名", badges[1])):
        joined = (await stage.scan(badge["code"], citizen, offset={})).json()
        numbers[name] = joined["certificate"]["number"]
        path = f"/v1/me/certificates/{numbers[name]}/name"
        named = await stage.post(path, {"name": name, "consent": True}, citizen)
        assert named.status_code == 200, named.text
    for name, reporter in (("李四的真名", staying), ("王五的真名", leaving)):
        body = {"kind": "certificate", "subject": numbers[name], "why": "private", "note": f"我认识{name}"}
        assert (await stage.post("/v1/name-reports", body, reporter)).status_code in (200, 201, 204)
    exported = (await stage.client.get("/v1/me/export", headers=leaving)).json()
    assert [each["note"] for each in exported["name_reports"]] == ["我认识王五的真名"]

    receipt = (await stage.client.delete("/v1/me", headers=leaving)).json()

    assert {part["code"]: part["count"] for part in receipt["erased"]}["name_reports"] == 2
    (left,) = await rows.fetch("SELECT * FROM name_reports")
    assert (left["name"], left["note"], left["reporter_id"]) == ("王五的真名", None, None)


async def test_who_waits_in_a_pool_is_given_nothing_after_leaving_and_neither_are_companions(
    stage: Service, rows: asyncpg.Connection
) -> None:
    await stage.event("left-fair")
    own, brought, other = await stage.badges(3, "left-fair")
    leaving, staying = await stage.citizens(2)
    journey = {"distance_km": 300, "mode": "hsr"}
    for code, citizen, more in (
        (own["code"], leaving, {}),
        (brought["code"], leaving, {"companion": {"kind": "child"}}),
        (other["code"], staying, {}),
    ):
        waits = await stage.scan(code, citizen, journey=journey, offset={}, **more)
        assert waits.json()["offset_status"] == "pool_exhausted", waits.text
    assert (await stage.client.delete("/v1/me", headers=leaving)).status_code == 200
    await stage.pool("left-fair")
    await run_settling(stage)

    given = await rows.fetch(
        "SELECT citizen_id FROM offsets o JOIN events e ON e.id = o.event_id WHERE e.slug = 'left-fair'"
    )
    assert [row["citizen_id"] for row in given] == [id_of(stage, staying)]
    ends = await rows.fetch(
        "SELECT x.why FROM offset_wait_ends x JOIN events e ON e.id = x.event_id WHERE e.slug = 'left-fair'"
    )
    assert sorted(row["why"] for row in ends) == ["erased", "erased", "settled"]
    broken = await audit_database(stage.components.database, stage.settings)
    assert [finding for finding in broken if finding.is_broken] == []


async def test_nobody_is_brought_by_a_guardian_who_has_left(stage: Service, rows: asyncpg.Connection) -> None:
    await stage.event("brought-fair")
    (badge,) = await stage.badges(1, "brought-fair")
    guardian = await stage.citizen()
    # Erased by another process; this one has not loaded the ended sessions yet.
    await erase(stage.components.database, stage.components.ledger.footprints, id_of(stage, guardian))
    journey = {"distance_km": 300, "mode": "hsr"}
    scan = await stage.scan(badge["code"], guardian, journey=journey, companion={"kind": "child"})
    assert scan.json()["code"] == "session_revoked"
    companions = "SELECT count(*) FROM companions WHERE guardian_id = $1"
    assert await rows.fetchval(companions, id_of(stage, guardian)) == 0


async def test_an_export_of_five_thousand_entries_is_streamed_and_whole(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen = await stage.citizen()
    id_ = id_of(stage, citizen)
    await rows.execute(
        "INSERT INTO transfers (citizen_id, id, debit_account, credit_account, points, reason, source_id,"
        " balance_after, created_at, expires_on)"
        " SELECT $1, gen_random_uuid(), '00000000-0000-7000-8000-000000000001', $1, 1, 'action', gen_random_uuid(),"
        " n, now(), '2028-12-01' FROM generate_series(1, 5000) n",
        id_,
    )
    components = stage.components
    parts = await open_export(components.database, components.catalogue, id_)
    pieces = [piece async for piece in as_json(parts)]
    document = b"".join(pieces)
    answer = await stage.client.get("/v1/me/export", headers=citizen)
    assert "content-length" not in answer.headers
    assert answer.json()["points"] == json.loads(document)["points"]
    found = json.loads(document)
    assert len(found["points"]) == len({entry["id"] for entry in found["points"]}) == 5000
    assert max(len(piece) for piece in pieces) < len(document) / 5


async def test_the_readable_export_says_what_the_json_says_in_both_languages(stage: Service) -> None:
    name = "<b>要打印的人</b>"
    citizen = await stage.citizen(name)
    await stage.prove(citizen, "plant_meal")
    chinese = await stage.client.get("/v1/me/export.html?language=zh-CN", headers=citizen)
    english = await stage.client.get("/v1/me/export.html?language=en", headers=citizen)
    assert "个人信息副本" in chinese.text
    assert "A copy of your data" in english.text
    assert "<b>要打印" not in chinese.text
    assert "&lt;b&gt;要打印的人" in chinese.text
    action = (await stage.client.get("/v1/me/export", headers=citizen)).json()["actions"][0]
    assert action["id"] in english.text
    assert "<script" not in english.text


async def test_nobody_else_gets_an_export(stage: Service) -> None:
    for path in ("/v1/me/export", "/v1/me/export.html"):
        assert (await stage.client.get(path)).status_code == 401
        assert (await stage.client.get(path, headers=await stage.staff("operator"))).status_code == 403
