"""Staff let pass a badge that a gate refused: with a reason that is kept, once, online and in the queue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2 as httpx
import pytest

from backend.domain.gates.gate_rules import REFUSALS
from backend.domain.gates.overrides import OVERRIDABLE, may_override
from tests.gates import Scanner, Venue, instant, open_venue, queued
from tests.ledger.stage import assert_every_promise_holds
from tests.mall import told
from tests.routes.gates.test_offline_sync import codes_of
from tests.service import Json, Service

NEVER = {"malformed", "forged", "unknown", "wrong_event", "bound_to_another", "device_revoked", "not_running"}


@pytest.fixture
async def venue(service: Service) -> Venue:
    return await open_venue(service)


@pytest.fixture
async def scanner(venue: Venue) -> Scanner:
    return await venue.scanner()


async def let_pass(scanner: Scanner, scan_id: str, **body: Any) -> httpx.Response:
    said = {
        "id": str(uuid4()),
        "reason": "document_checked",
        "made_by": "Wang, gate 1",
        "at_device": instant(),
    } | body
    return await scanner.service.post(f"/v1/device-scans/{scan_id}/override", said, scanner.headers)


async def refused(scanner: Scanner, code: str, expected: str, **body: Any) -> Json:
    answer: Json = (await scanner.scan(code, **body)).json()
    assert (answer["code"], answer["result"]) == (expected, "refused")
    return answer


def test_what_is_no_badge_of_this_event_is_never_let_pass() -> None:
    assert set(REFUSALS) >= NEVER
    assert not NEVER & OVERRIDABLE
    for refusal in REFUSALS:
        assert not may_override(refusal, has_badge=False)
        assert may_override(refusal, has_badge=True) == (refusal in OVERRIDABLE)


async def test_staff_let_pass_what_a_gate_refused_and_say_why(venue: Venue, scanner: Scanner) -> None:
    await venue.block(1)
    first = await refused(scanner, venue.badges[0], "blocked")
    assert first["may_override"] is True
    said = {"id": str(uuid4()), "reason": "other", "note": " speaker at ten ", "made_by": " Wang "}
    passed = (await let_pass(scanner, first["id"], **said)).json()
    assert (passed["result"], passed["code"], passed["inside_count"]) == ("ok", "overridden", 1)
    assert passed["badge"]["is_inside"] is True
    assert passed["may_override"] is False
    # Sent again, and asked for again under another id: the first answer.
    for again in (await let_pass(scanner, first["id"], **said), await let_pass(scanner, first["id"])):
        assert again.headers["idempotency-replayed"] == "true"
        assert (again.json()["id"], again.json()["scanned_at"]) == (passed["id"], passed["scanned_at"])
    assert await scanner.code_of(venue.badges[0], out=True) == "ok"

    (row,) = (await venue.get("gate-scans", result="overridden"))["items"]
    assert (row["badge_serial"], row["is_admitted"], row["is_conflict"], row["device_name"]) == (
        1,
        True,
        False,
        "phone",
    )
    assert row["override"] == {
        "refused_scan": first["id"],
        "refusal": "blocked",
        "reason": "other",
        "note": "speaker at ten",
        "made_by": "Wang",
    }
    figures = await venue.get("gate-statistics")
    assert figures["total"] == {"entered": 1, "exited": 1, "refused": 1, "conflicts": 0, "annulled": 0}
    assert figures["overridden"] == 1
    assert figures["overrides"] == [{"refusal": "blocked", "reason": "other", "count": 1}]
    await assert_every_promise_holds(venue.service)


async def test_being_inside_already_a_wrong_gate_and_an_old_badge_are_let_pass_and_counted_once(
    venue: Venue, scanner: Scanner
) -> None:
    narrow = await venue.scanner(1, name="narrow")
    await scanner.scan(venue.badges[0])
    twice = await refused(scanner, venue.badges[0], "already_inside")
    assert (await let_pass(scanner, twice["id"])).json()["inside_count"] == 1
    elsewhere = await refused(narrow, venue.badges[1], "wrong_gate", gate=2)
    assert (await let_pass(narrow, elsewhere["id"])).json()["inside_count"] == 2
    await venue.post("badges/3/reissue", {"reason": "lost"})
    old = await refused(scanner, venue.badges[2], "replaced")
    passed = (await let_pass(scanner, old["id"])).json()
    assert (passed["inside_count"], passed["badge"]["replaced_by"]) == (3, 6)
    never_seen = await refused(scanner, venue.badges[3], "not_inside", out=True)
    assert (await let_pass(scanner, never_seen["id"])).json()["inside_count"] == 3
    # It is taken back like any other scan; the figures forget it.
    assert (await scanner.annul(passed["id"])).json()["inside_count"] == 2
    assert (await venue.get("gate-statistics"))["overridden"] == 3
    await assert_every_promise_holds(venue.service)


async def test_nobody_lets_pass_what_must_not(
    venue: Venue, scanner: Scanner, owner: asyncpg.Connection
) -> None:
    code = venue.badges[0]
    forged = await refused(scanner, code[:-1] + ("A" if code[-1] != "A" else "B"), "forged")
    other = await open_venue(venue.service, badges=1, slug="other")
    foreign = await refused(scanner, other.badges[0], "wrong_event")
    nowhere = (await scanner.scan("TAG-1234", gate=9)).json()
    assert nowhere["code"] == "wrong_gate"
    entered = (await scanner.scan(code)).json()
    for scan in (forged, foreign, nowhere, entered):
        assert scan["may_override"] is False
        assert told(await let_pass(scanner, scan["id"])) == (409, "override_impossible")
    tried_out = (await scanner.scan(code, simulate=True)).json()
    assert tried_out["may_override"] is False
    assert told(await let_pass(scanner, tried_out["id"])) == (404, "gate_scan_not_found")

    inside = await refused(scanner, code, "already_inside")
    stranger = await venue.scanner(name="another")
    assert told(await let_pass(stranger, inside["id"])) == (404, "gate_scan_not_found")
    assert told(await let_pass(scanner, inside["id"], reason="other")) == (422, "override_unexplained")
    for wrong in (
        {"made_by": " "},
        {"made_by": "Wang\u202egnaW"},
        {"made_by": "Wang\nLi"},
        {"note": "speaker\u200b"},
        {"reason": "a friend"},
        {"note": ""},
        {"note": "n" * 201},
        {"by": "Wang"},
    ):
        assert told(await let_pass(scanner, inside["id"], **wrong)) == (422, "invalid_body")
    # An id that a scan has already is not an override's.
    assert told(await let_pass(scanner, inside["id"], id=entered["id"])) == (409, "scan_id_reused")
    await owner.execute(
        "UPDATE gate_scans SET scanned_at = scanned_at - interval '16 minutes' WHERE id = $1", inside["id"]
    )
    assert told(await let_pass(scanner, inside["id"])) == (409, "override_late")
    assert await owner.fetchval("SELECT count(*) FROM gate_overrides") == 0


def said_offline(scan: Json, refusal: str, **changes: Any) -> Json:
    """The scan that lets pass another, which was refused offline."""
    override = {"refused_scan": scan["id"], "refusal": refusal, "reason": "known_person", "made_by": "Li"}
    return scan | {"id": str(uuid4()), "told": "overridden", "override": override | changes}


async def test_what_was_let_pass_offline_comes_with_the_queue(venue: Venue, scanner: Scanner) -> None:
    await venue.block(1)
    now = datetime.now(UTC)
    code = venue.badges[0]
    blocked = queued(code, now, told="blocked")
    passed = said_offline(blocked, "blocked")
    forged = queued(code[:-1] + ("A" if code[-1] != "A" else "B"), now, told="blocked")
    broken = [
        said_offline(blocked, "forged"),
        said_offline(blocked, "blocked", reason="other"),
        queued(code, now, told="overridden"),
        passed | {"id": str(uuid4()), "told": "ok"},
    ]
    file = [blocked, passed, said_offline(forged, "blocked"), *broken]
    settled = await scanner.sync(file, now)
    assert codes_of(settled) == ["blocked", "overridden", "forged", *["invalid_scan"] * 4]
    assert [item["is_conflict"] for item in settled["items"][:3]] == [False, False, True]
    assert settled["inside_count"] == 1
    again = await scanner.sync(file, now + timedelta(seconds=5))
    assert codes_of(again) == codes_of(settled)
    assert again["inside_count"] == 1
    figures = await venue.get("gate-statistics")
    assert (figures["overridden"], figures["total"]["conflicts"]) == (1, 1)
    # What was handed in from the queue is not let pass once more.
    assert (await let_pass(scanner, blocked["id"])).json()["id"] == passed["id"]
    await assert_every_promise_holds(venue.service)
