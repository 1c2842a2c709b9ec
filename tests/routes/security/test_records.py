"""What happens at the doors is on record: by whom, when, from where; and nobody can empty or redate it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from structlog.testing import capture_logs

from backend.jobs.retention import remove_old_rows
from backend.services.security.rates import USUAL_MAX, check_rates
from backend.services.security.records import (
    EVENTS,
    KINDS,
    LISTED_PER_MINUTE_MAX,
    NOTED_MAX,
    Kind,
    SecurityNotes,
    SecurityRecord,
)
from tests.house.source import ROOT
from tests.service import PASSWORD, Service

Json = dict[str, Any]


@pytest.fixture
async def fair(service: Service) -> Service:
    await service.event()
    return service


async def on_record(service: Service, kind: str | None = None, role: str = "operator") -> list[Json]:
    await service.components.security.flush(is_last=True)
    query = {"limit": 100} | ({"kind": kind} if kind else {})
    answer = await service.client.get("/v1/security-records", params=query, headers=await service.staff(role))
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


async def test_sign_ins_and_refused_ones_are_on_record(fair: Service) -> None:
    await fair.staff("staff", username="lin")
    await fair.post("/v1/staff/sessions", {"username": "LIN", "password": PASSWORD})
    await fair.post("/v1/staff/sessions", {"username": "Lin", "password": "wrong"})
    found = await on_record(fair, "signed_in")
    assert [(each["actor"], each["source"]) for each in found] == [("lin", "127.0.0.1")]
    refused = await on_record(fair, "sign_in_refused")
    assert [(each["actor"], each["reason"]) for each in refused] == [("lin", "wrong_credentials")]
    assert abs(datetime.fromisoformat(refused[0]["at"]) - datetime.now(UTC)) < timedelta(minutes=1)


async def test_a_password_typed_as_a_name_is_not_kept(fair: Service, owner: asyncpg.Connection) -> None:
    secret = f"hunter2-{uuid4().hex}"
    await fair.post("/v1/staff/sessions", {"username": secret, "password": "wrong"})
    assert [each["actor"] for each in await on_record(fair, "sign_in_refused")] == [None]
    assert await owner.fetchval("SELECT count(*) FROM security_records WHERE actor LIKE 'hunter%'") == 0


async def test_a_refresh_token_used_twice_is_on_record(fair: Service) -> None:
    signed_in = (await fair.post("/v1/sessions", {"provider": "demo", "code": "lin"})).json()
    for status in (201, 401, 401):
        answer = await fair.post("/v1/sessions/refresh", {"refresh_token": signed_in["refresh_token"]})
        assert answer.status_code == status
    found = await on_record(fair, "refresh_reused")
    assert [each["actor_id"] for each in found] == [signed_in["citizen"]["id"]]


async def test_forged_codes_and_tokens_are_listed_and_then_counted(fair: Service) -> None:
    """The attack: a flood of forgeries, to fill the disk or to bury what came before."""
    citizen = await fair.citizen()
    badge = (await fair.badges(1))[0]["code"]
    forged = badge[:-1] + ("A" if badge[-1] != "A" else "B")
    for _ in range(LISTED_PER_MINUTE_MAX + 15):
        assert (await fair.scan(forged, citizen)).json()["code"] == "code_forged"
    found = await on_record(fair, "code_forged")
    assert sum(each["occurrences"] for each in found) == LISTED_PER_MINUTE_MAX + 15
    assert len(found) == LISTED_PER_MINUTE_MAX + 1
    assert all(forged not in str(each) for each in found), "a code is nobody's business, a forged one neither"
    assert {each["subject"] for each in found} == {"POST /v1/scans", None}


async def test_what_is_noted_is_bounded_and_counted_when_the_database_is_away() -> None:
    notes = SecurityNotes()
    for number in range(NOTED_MAX * 2):
        notes.note(SecurityRecord(kind=("code_forged", "token_refused")[number % 2]))
    assert len(notes._noted) == 2 * LISTED_PER_MINUTE_MAX


async def test_downloads_of_badges_and_looks_at_photos_are_on_record(fair: Service) -> None:
    await fair.badges(3)
    headers = await fair.staff("staff")
    answer = await fair.client.get("/v1/events/fair/badges.csv", headers=headers)
    assert answer.status_code == 200
    nothing = await fair.client.get("/v1/events/fair/badges.csv", params={"from": 9}, headers=headers)
    assert nothing.status_code >= 400
    found = await on_record(fair, "badges_downloaded")
    assert [(each["actor"], each["subject"]) for each in found] == [("staff", "/v1/events/fair/badges.csv")]


@pytest.mark.parametrize("role", ["staff", "organiser"])
async def test_who_runs_no_security_reads_no_record(fair: Service, role: str) -> None:
    for path in ("/v1/security-records", "/v1/security-rates"):
        answer = await fair.client.get(path, headers=await fair.staff(role))
        assert answer.json()["code"] == "role_forbidden"
    assert (await fair.client.get("/v1/security-records")).json()["code"] == "not_signed_in"


async def test_records_are_read_by_pages_kind_and_time(fair: Service, owner: asyncpg.Connection) -> None:
    await owner.execute("DELETE FROM security_records")
    await owner.execute(
        """INSERT INTO security_records (id, at, kind) SELECT gen_random_uuid(), now() - n * interval '1 day',
           (ARRAY['signed_in', 'code_forged'])[1 + n % 2] FROM generate_series(1, 10) AS n"""
    )
    headers = await fair.staff("regulator")

    async def ask(**query: object) -> Json:
        answer = await fair.client.get("/v1/security-records", params=query, headers=headers)
        body: Json = answer.json()
        return body

    first = await ask(limit=4, kind="signed_in")
    second = await ask(limit=4, kind="signed_in", cursor=first["next_cursor"])
    ids = [each["id"] for each in first["items"] + second["items"]]
    assert len(set(ids)) == len(ids) == 5
    assert second["next_cursor"] is None
    since = (datetime.now(UTC) - timedelta(days=3.5)).isoformat()
    assert sum(each["kind"] != "account_written" for each in (await ask(since=since))["items"]) == 3
    for bad in (
        {"since": "yesterday"},
        {"since": "2020-01-01T00:00:00"},
        {"kind": "mood"},
        {"since": "2020-01-01T00:00:00Z"},
    ):
        assert (await ask(**bad))["code"] == "invalid_query"


@pytest.mark.parametrize("kind", USUAL_MAX)
async def test_each_kind_raises_its_alert_beyond_the_usual_and_not_before(
    fair: Service, owner: asyncpg.Connection, kind: Kind
) -> None:
    """Where an operator sees it: the record, the log line, the metric."""
    metric = EVENTS.labels("rate_alert")._value
    before = metric.get()
    await owner.execute("DELETE FROM security_records")
    for occurrences, alerts in ((USUAL_MAX[kind], 0), (1, 1)):
        await owner.execute(
            "INSERT INTO security_records (id, kind, occurrences) VALUES (gen_random_uuid(), $1, $2)",
            *(kind, occurrences),
        )
        with capture_logs() as lines:
            assert await check_rates(fair.components.database, datetime.now(UTC)) == alerts
        assert [(line["event"], line["kind"]) for line in lines] == [("security_rate", kind)] * alerts
    assert metric.get() == before + 1
    [alert] = await on_record(fair, "rate_alert")
    assert alert["subject"] == kind
    assert str(USUAL_MAX[kind] + 1) in alert["reason"]


def test_every_kind_stands_in_the_document_with_its_limit() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+|–) \| (.+) \|$", (ROOT / "SECURITY.md").read_text("utf-8"), re.M)
    assert {kind: limit for kind, limit, _ in rows} == {kind: str(USUAL_MAX.get(kind, "–")) for kind in KINDS}


async def test_a_rate_above_the_usual_raises_one_alert(fair: Service, owner: asyncpg.Connection) -> None:
    database = fair.components.database
    assert await check_rates(database, datetime.now(UTC)) == 0
    await owner.execute(
        "INSERT INTO security_records (id, kind, occurrences) VALUES (gen_random_uuid(), 'code_forged', $1)",
        USUAL_MAX["code_forged"] + 1,
    )
    assert await check_rates(database, datetime.now(UTC)) == 1
    assert await check_rates(database, datetime.now(UTC)) == 0, "once in five minutes is enough"
    assert [each["subject"] for each in await on_record(fair, "rate_alert")] == ["code_forged"]
    rates = (await fair.client.get("/v1/security-rates", headers=await fair.staff("operator"))).json()
    counted = [each for each in rates["items"] if each["kind"] == "code_forged"]
    assert sum(each["occurrences"] for each in counted) == USUAL_MAX["code_forged"] + 1
    assert {"kind": "code_forged", "occurrences_max": USUAL_MAX["code_forged"]} in rates["alerts"]


async def test_records_of_180_days_are_removed_by_the_job(fair: Service, owner: asyncpg.Connection) -> None:
    await owner.execute(
        """INSERT INTO security_records (id, at, kind)
           SELECT gen_random_uuid(), now() - n * interval '1 day', 'signed_in' FROM unnest(ARRAY[179, 181]) AS n"""
    )
    assert (await remove_old_rows()).get("security_records") == 1


async def test_a_text_on_record_is_one_line_and_short(fair: Service, owner: asyncpg.Connection) -> None:
    notes = fair.components.security
    notes.note(
        SecurityRecord(
            kind="token_refused", subject="a\n2026-01-01 signed_in root\x1b[2J\x00", reason="r" * 999
        )
    )
    await notes.flush()
    row = await owner.fetchrow("SELECT subject, reason FROM security_records WHERE kind = 'token_refused'")
    assert row["subject"].isprintable()
    assert len(row["reason"]) == 400
