"""Scanning devices over HTTP: let in once, with as few rights as will do, revoked at once; rules of gates."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from backend.models import Staff
from backend.services.gates import device_auth
from tests.gates import Venue, instant, open_venue, queued
from tests.ledger.stage import assert_every_promise_holds
from tests.mall import told
from tests.routes.counting import row_counts
from tests.service import PASSWORD_HASH, Service


@pytest.fixture
async def venue(service: Service) -> Venue:
    return await open_venue(service)


async def test_a_device_is_let_in_by_its_code_once_and_only_its_hashes_are_kept(
    venue: Venue, owner: asyncpg.Connection
) -> None:
    entered = await venue.enter(1)
    code = entered["onboarding_code"]
    assert entered["url"].endswith(f"/scanner#{code}")
    assert entered["qr_svg"].startswith("<")
    assert entered["device"]["state"] == "waiting"
    body = {"onboarding_code": code}
    answers = await asyncio.gather(*(venue.service.post("/v1/device-sessions", body) for _ in range(5)))
    assert sorted(told(each) for each in answers) == [(201, "")] + [(401, "onboarding_code_invalid")] * 4
    session = next(each for each in answers if each.status_code == 201).json()
    assert session["token"].startswith("dev_")
    assert ([gate["gate"] for gate in session["gates"]], session["event"]["slug"]) == ([1], "fair")
    kept = str([dict(row) for row in await owner.fetch("SELECT * FROM devices")])
    assert code not in kept
    assert session["token"] not in kept
    (listed,) = (await venue.get("devices"))["items"]
    assert (listed["state"], listed["gates"]) == ("active", [1])


async def test_an_onboarding_code_is_good_for_ten_minutes(venue: Venue, owner: asyncpg.Connection) -> None:
    entered = await venue.enter()
    left = datetime.fromisoformat(entered["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    await owner.execute("UPDATE devices SET onboarding_expires_at = now()")
    answer = await venue.service.post("/v1/device-sessions", {"onboarding_code": entered["onboarding_code"]})
    assert told(answer) == (401, "onboarding_code_invalid")
    assert (await venue.get("devices"))["items"][0]["state"] == "expired"


async def test_a_device_may_do_nothing_but_scan_and_nobody_else_may_scan(venue: Venue) -> None:
    scanner = await venue.scanner()
    client = venue.service.client
    for path in ("/v1/me", "/v1/events/fair/gate-scans", "/v1/events/fair/devices", "/v1/credit-batches"):
        assert (await client.get(path, headers=scanner.headers)).status_code == 401
    others = [{}, venue.staff, await venue.service.citizen(), {"Authorization": "Bearer dev_none"}]
    for headers in others:
        for path in ("/v1/device-bundle", "/v1/device-badges?query=1"):
            assert (await client.get(path, headers=headers)).status_code == 401
        scan = {"id": "0" * 32, "gate": 1, "direction": "entry", "at_device": instant(), "serial": 1}
        assert (await venue.service.post("/v1/device-scans", scan, headers)).status_code == 401
        assert (await venue.service.post("/v1/device-syncs", {}, headers)).status_code == 401


async def test_a_revoked_device_scans_no_more_in_any_process(
    venue: Venue, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner, other = await venue.scanner(), await venue.scanner()
    assert await scanner.code_of(venue.badges[0]) == "ok"
    revoked = await venue.revoke(scanner)
    assert (revoked.status_code, revoked.json()["state"]) == (200, "revoked")
    assert told(await scanner.scan(venue.badges[1])) == (401, "device_revoked")
    assert (await venue.revoke(scanner)).json()["revoked_at"] == revoked.json()["revoked_at"]
    assert await other.code_of(venue.badges[1]) == "ok"
    # As another process would see it, which has kept the device for a while: it asks again within the minute.
    await owner.execute("UPDATE devices SET revoked_at = now() WHERE id = $1", other.id)
    assert device_auth.DEVICE_KEPT_S <= 2
    assert await other.code_of(venue.badges[2]) == "ok"
    monkeypatch.setattr(venue.service.components.device_authenticator.devices, "kept_s", 0.0)
    assert told(await other.scan(venue.badges[3])) == (401, "device_revoked")
    reasons = await owner.fetch("SELECT reason FROM staff_actions WHERE action = 'device.revoke'")
    assert [row["reason"] for row in reasons] == ["lost"]


async def test_what_a_revoked_device_queued_is_taken_for_a_day_and_who_it_let_in_is_inside(
    venue: Venue, owner: asyncpg.Connection
) -> None:
    scanner, door = await venue.scanner(), await venue.scanner()
    before = datetime.now(UTC)
    assert (await scanner.sync([]))["is_device_revoked"] is False
    await venue.revoke(scanner)
    after = datetime.now(UTC)
    # Made before the revocation and after it, let through and turned away.
    file = [
        queued(venue.badges[0], before),
        queued(venue.badges[1], before, told="blocked"),
        queued(venue.badges[2], after),
        queued(venue.badges[3], after, told="device_revoked"),
        queued(venue.badges[4], before),
        queued(venue.badges[4], after, out=True),
    ]
    for is_repeat in (False, True):
        answer = await scanner.sync(file)
        assert (answer["is_device_revoked"], answer["conflicts"]) == (True, 2)
        found = [(item["code"], item["is_admitted"], item["is_conflict"]) for item in answer["items"]]
        assert found == [
            ("ok", True, False),
            ("blocked", False, False),
            ("device_revoked", True, True),
            ("device_revoked", False, False),
            ("ok", True, False),
            ("device_revoked", True, True),
        ]
        assert {item["is_repeat"] for item in answer["items"]} == {is_repeat}
    kept = (await venue.get("gate-scans", result="device_revoked", device=scanner.id))["items"]
    assert sorted((item["badge_serial"], item["is_conflict"]) for item in kept) == [
        (3, True),
        (4, False),
        (5, True),
    ]
    figures = await venue.get("gate-statistics")
    assert (figures["inside"], figures["total"]["refused"], figures["total"]["conflicts"]) == (2, 2, 2)
    assert [await door.code_of(venue.badges[serial - 1], out=True) for serial in (1, 3, 5)] == [
        "ok",
        "ok",
        "not_inside",
    ]
    await assert_every_promise_holds(venue.service)
    await owner.execute("UPDATE devices SET revoked_at = now() - interval '25 hours'")
    venue.service.components.device_authenticator.forget(uuid4())
    assert told(await scanner.send([])) == (401, "device_revoked")


async def test_an_organiser_meets_no_devices_of_another_ones_event(venue: Venue) -> None:
    another = await Staff.create(username="another", role="organiser", password_hash=PASSWORD_HASH)
    signed_in = await venue.service.components.sessions.create_for_staff(another.id, "organiser")
    headers = {"Authorization": f"Bearer {signed_in.access_token}"}
    body = {"name": "phone", "gates": [1]}
    assert told(await venue.post("devices", body, headers)) == (404, "event_not_found")
    for path in ("devices", "gate-scans", "gate-statistics", "gate-settings"):
        answer = await venue.service.client.get(f"/v1/events/fair/{path}", headers=headers)
        assert told(answer) == (404, "event_not_found")


async def test_bad_requests_are_refused_and_write_nothing(venue: Venue, owner: asyncpg.Connection) -> None:
    before = await row_counts(owner)
    assert told(await venue.post("devices", {"name": "phone", "gates": [3]})) == (404, "gate_not_found")
    assert told(await venue.post("devices", {"name": "", "gates": [1]})) == (422, "invalid_body")
    assert told(await venue.rule(3)) == (404, "gate_not_found")
    at = datetime.now(UTC)
    assert told(await venue.rule(opens_at=instant(at), closes_at=instant(at))) == (422, "invalid_body")
    assert told(await venue.rule(opens_at="0001-01-01T00:00:00+23:00")) == (422, "invalid_body")
    assert told(await venue.block(999)) == (409, "badge_unknown")
    revocation = await venue.post("devices/nobody/revocation", {"reason": "lost"})
    assert told(revocation) == (404, "scan_device_not_found")
    assert await row_counts(owner) == before


async def test_rules_of_gates_are_shown_changed_and_recorded(venue: Venue, owner: asyncpg.Connection) -> None:
    shown = (await venue.get("gate-settings"))["items"]
    assert [(gate["gate"], gate["direction"], gate["categories"]) for gate in shown] == [
        (1, "both", []),
        (2, "both", []),
    ]
    for direction in ("entry", "exit"):
        changed = await venue.rule(direction=direction, categories=["national", "local"])
        assert changed.json()["categories"] == ["local", "national"]
    shown = (await venue.get("gate-settings"))["items"]
    assert [gate["direction"] for gate in shown] == ["exit", "both"]
    recorded = await owner.fetch(
        "SELECT before, after FROM staff_actions WHERE action = 'gate.rules' ORDER BY id"
    )
    assert [row["before"] is None for row in recorded] == [True, False]
