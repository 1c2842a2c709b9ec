"""Events of several days: when a badge may enter again, at which hours, set by the organiser and told to devices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from backend.domain.days import SHANGHAI
from tests.gates import Scanner, Venue, open_venue, queued
from tests.ledger.stage import assert_every_promise_holds
from tests.mall import told
from tests.routes.gates.test_offline_sync import codes_of, records_of
from tests.service import Json, Service

YESTERDAY = (
    "UPDATE gate_scans SET scanned_at = scanned_at - interval '1 day'",
    "UPDATE presence SET since = since - interval '1 day'",
    "UPDATE devices SET onboarded_at = onboarded_at - interval '3 days'",
)


@pytest.fixture
async def venue(service: Service) -> Venue:
    return await open_venue(service)


@pytest.fixture
async def scanner(venue: Venue) -> Scanner:
    return await venue.scanner()


async def enter_by(venue: Venue, policy: str, hours: list[Json] | None = None) -> None:
    body = {"entry_policy": policy, "hours": hours or [], "reason": "three days"}
    answer = await venue.post("entry-settings", body)
    assert answer.status_code == 200, answer.text


async def a_day_passes(venue: Venue, owner: asyncpg.Connection) -> None:
    for statement in YESTERDAY:
        await owner.execute(statement)
    event_id = await owner.fetchval("SELECT id FROM events WHERE slug = 'fair'")
    venue.service.components.device_authenticator.forget(event_id)
    venue.service.components.device_authenticator.forget_inside(event_id)


async def test_a_badge_enters_once_a_day_and_is_counted_on_each_day(
    venue: Venue, scanner: Scanner, owner: asyncpg.Connection
) -> None:
    first, second, third, *_ = venue.badges
    await enter_by(venue, "once_per_day")
    for code in (first, second):
        assert await scanner.code_of(code) == "ok"
    assert await scanner.code_of(first) == "already_inside"
    await a_day_passes(venue, owner)
    # Nobody has come in today; who stayed over night leaves all the same.
    assert (await venue.get("gate-statistics"))["inside"] == 0
    bundle = await scanner.bundle()
    assert [records_of(bundle)[serial][2] for serial in (1, 2, 3)] == [20, 20, 0]
    entered = (await scanner.scan(first)).json()
    assert (entered["code"], entered["inside_count"]) == ("ok", 1)
    assert await scanner.code_of(first) == "already_inside"
    left = (await scanner.scan(second, out=True)).json()
    assert (left["code"], left["inside_count"]) == ("ok", 1)
    assert await scanner.code_of(third) == "ok"
    figures = await venue.get("gate-statistics")
    assert (figures["inside"], figures["by_category"][0]["inside"]) == (2, 2)
    today = datetime.now(SHANGHAI).date()
    assert [(each["day"], each["badges"], each["entered"]) for each in figures["by_day"]] == [
        ((today - timedelta(days=1)).isoformat(), 2, 2),
        (today.isoformat(), 2, 2),
    ]
    await assert_every_promise_holds(venue.service)


async def test_queued_entries_of_two_days_are_settled_by_their_days(
    venue: Venue, scanner: Scanner, owner: asyncpg.Connection
) -> None:
    first, second, *_ = venue.badges
    await enter_by(venue, "once_per_day")
    await a_day_passes(venue, owner)
    now = datetime.now(UTC)
    file = [
        queued(first, now - timedelta(days=1)),
        queued(first, now),
        queued(second, now - timedelta(milliseconds=2)),
        queued(second, now - timedelta(milliseconds=1)),
    ]
    settled = await scanner.sync(file, now)
    assert codes_of(settled) == ["ok", "ok", "ok", "already_inside"]
    assert [item["is_conflict"] for item in settled["items"]] == [False, False, False, True]
    assert settled["inside_count"] == 2
    await enter_by(venue, "once_per_event")
    assert codes_of(await scanner.sync([queued(first, datetime.now(UTC))])) == ["already_inside"]
    await enter_by(venue, "unlimited")
    assert codes_of(await scanner.sync([queued(first, datetime.now(UTC))])) == ["ok"]
    assert await scanner.code_of(second) == "ok"
    assert (await scanner.scan(second)).json()["inside_count"] == 2
    await assert_every_promise_holds(venue.service)


async def test_daily_hours_of_the_event_and_of_a_gate(venue: Venue, scanner: Scanner) -> None:
    local = datetime.now(SHANGHAI)
    closed = [
        {"day": None, "opens": "00:00", "closes": "24:00"},
        {"day": local.date().isoformat(), "opens": None, "closes": None},
        {"day": (local.date() - timedelta(days=1)).isoformat(), "opens": None, "closes": None},
    ]
    await enter_by(venue, "once_per_event", closed)
    assert await scanner.code_of(venue.badges[0]) == "outside_window"
    around = {
        "opens": f"{(local - timedelta(hours=2)):%H:%M}",
        "closes": f"{(local + timedelta(hours=2)):%H:%M}",
    }
    assert (await venue.rule(2, hours=[around])).status_code == 200
    assert await scanner.code_of(venue.badges[0], gate=2) == "ok"
    assert await scanner.code_of(venue.badges[0], out=True) == "ok"
    # What devices are told to decide by.
    bundle = await scanner.bundle()
    assert bundle["event"]["entry_policy"] == "once_per_event"
    assert [each["day"] for each in bundle["event"]["hours"]] == [None, closed[2]["day"], closed[1]["day"]]
    assert [each["hours"] for each in bundle["gates"]] == [[], [around | {"day": None}]]


async def test_those_inside_stay_counted_over_midnight_until_the_last_gate_has_closed(
    venue: Venue, scanner: Scanner, owner: asyncpg.Connection
) -> None:
    await enter_by(venue, "once_per_day", [{"day": None, "opens": "18:00", "closes": "01:00"}])
    assert (await venue.rule(2, hours=[{"opens": "19:00", "closes": "02:00"}])).status_code == 200
    assert (await scanner.bundle())["event"]["day_begins"] == "02:00"
    event_id = await owner.fetchval("SELECT id FROM events WHERE slug = 'fair'")
    gates = await venue.service.components.device_authenticator.gates_of(event_id)
    second = datetime(2026, 12, 2, tzinfo=SHANGHAI)
    for after, begun in ((timedelta(minutes=30), -22), (timedelta(hours=2), 2), (timedelta(hours=23), 2)):
        assert gates.inside_since(second + after) == second + timedelta(hours=begun)
    await enter_by(venue, "once_per_day")
    assert (await venue.rule(2, hours=[])).status_code == 200
    gates = await venue.service.components.device_authenticator.gates_of(event_id)
    assert gates.inside_since(second + timedelta(minutes=30)) == second
    assert (await scanner.bundle())["event"]["day_begins"] == "00:00"


async def test_hours_that_make_no_sense_are_refused_and_settings_are_shown_and_recorded(
    venue: Venue, owner: asyncpg.Connection
) -> None:
    assert await venue.get("entry-settings") == {"entry_policy": "once_per_event", "hours": []}
    day = {"day": "2026-12-02"}
    for hours in (
        [{"opens": "09:00"}],
        [{"opens": "09:00", "closes": "09:00"}],
        [day, day | {"opens": "09:00", "closes": "10:00"}],
    ):
        for path, body in (("entry-settings", {}), ("gate-settings", {"gate": 1})):
            answer = await venue.post(path, body | {"hours": hours, "reason": "x"})
            assert told(answer) == (422, "gate_hours_invalid")
    for wrong in (
        {"hours": [{"opens": "9:00", "closes": "10:00"}]},
        {"hours": [{"opens": "24:00", "closes": "10:00"}]},
        {"hours": [{"opens": "09:00", "closes": "10:00", "gate": 1}]},
        {"hours": [day] * 101},
        {"entry_policy": "never"},
        {"gate": 1},
    ):
        answer = await venue.post("entry-settings", wrong | {"reason": "x"})
        assert told(answer) == (422, "invalid_body")
    other = await venue.service.staff("organiser", "somebody else")
    answer = await venue.post("entry-settings", {"reason": "x"}, other)
    assert told(answer) == (404, "event_not_found")
    night = {"opens": "20:00", "closes": "02:00"}
    await enter_by(venue, "unlimited", [day | night, night])
    await enter_by(venue, "once_per_day", [night])
    shown = await venue.get("entry-settings")
    assert shown == {"entry_policy": "once_per_day", "hours": [night | {"day": None}]}
    recorded = await owner.fetch(
        "SELECT before, after FROM staff_actions WHERE action = 'gate.entry' ORDER BY id"
    )
    assert [row["before"] is None for row in recorded] == [True, False]
