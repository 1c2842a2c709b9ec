"""What devices did offline: the bundle they decide by, and their queues, exactly once and in the order it happened."""

from __future__ import annotations

import asyncio
import struct
from base64 import b64decode
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from backend.services.gates.offline_bundle import hash_of
from tests.gates import Scanner, Venue, open_venue, queued
from tests.ledger.stage import assert_every_promise_holds
from tests.mall import told
from tests.service import Json, Service

RECORD = struct.Struct(">8sIBB")
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
async def venue(service: Service) -> Venue:
    return await open_venue(service)


async def long_open(venue: Venue, owner: asyncpg.Connection, **kwargs: Any) -> Scanner:
    """A device that was let in yesterday."""
    scanner = await venue.scanner(**kwargs)
    await owner.execute("UPDATE devices SET onboarded_at = now() - interval '1 day'")
    venue.service.components.device_authenticator.forget(uuid4())
    return scanner


def codes_of(answer: Json) -> list[str]:
    return [item["code"] for item in answer["items"]]


async def inside(owner: asyncpg.Connection) -> list[int]:
    rows = await owner.fetch("SELECT badge_serial FROM presence WHERE is_inside ORDER BY 1")
    return [row["badge_serial"] for row in rows]


def records_of(bundle: Json) -> dict[int, tuple[bytes, str | None, int]]:
    found = {}
    for text, serial, category, bits in RECORD.iter_unpack(b64decode(bundle["badges"])):
        found[serial] = (text, bundle["categories"][category - 1] if category else None, bits)
    return found


async def test_a_bundle_is_enough_to_decide_by_and_says_nothing_of_anybody(
    venue: Venue, owner: asyncpg.Connection
) -> None:
    await owner.execute("UPDATE badges SET label = 'Ms Li', holder_ref = 'T-1' WHERE serial = 1")
    scanner = await venue.scanner(1)
    await scanner.scan(venue.badges[0])
    await owner.execute("UPDATE badges SET revoked_at = now() WHERE serial = 2")
    await venue.block(3)
    bundle = await scanner.bundle()
    assert (bundle["is_full"], bundle["records"], [each["gate"] for each in bundle["gates"]]) == (
        True,
        5,
        [1],
    )
    salt, records = bytes.fromhex(bundle["salt"]), records_of(bundle)
    assert [records[serial][0] for serial in range(1, 6)] == [hash_of(salt, code) for code in venue.badges]
    assert [records[serial][2] for serial in range(1, 6)] == [4, 1, 2, 0, 0]
    assert records[1][1] == "local"
    for secret in ("Ms Li", "T-1", *venue.badges):
        assert secret not in str(bundle)

    changes = await scanner.bundle(bundle["version"])
    # Everything here is younger than the overlap; what is older is not sent again.
    assert (changes["is_full"], changes["records"]) == (False, 5)
    await owner.execute(
        "UPDATE badges SET created_at = created_at - interval '1 hour', revoked_at = revoked_at - interval '1 hour'"
    )
    await owner.execute("UPDATE presence SET changed_at = changed_at - interval '1 hour'")
    await owner.execute("UPDATE badge_blocks SET changed_at = changed_at - interval '1 hour'")
    assert (await scanner.bundle(bundle["version"]))["records"] == 0
    await scanner.scan(venue.badges[4])
    assert records_of(await scanner.bundle(bundle["version"]))[5][2] == 4
    params = {"since": "yesterday"}
    answer = await venue.service.client.get("/v1/device-bundle", params=params, headers=scanner.headers)
    assert told(answer) == (422, "invalid_query")
    moved = bundle["version"].split("-")[0] + "-00000000"
    assert (await scanner.bundle(moved))["is_full"] is True


async def test_the_same_file_twice_and_ten_times_at_once_counts_once(
    venue: Venue, owner: asyncpg.Connection
) -> None:
    scanner = await long_open(venue, owner)
    now = datetime.now(UTC)
    file = [queued(code, now - MINUTE) for code in venue.badges]
    file += [queued(venue.badges[0], now - SECOND, out=True), queued("nothing", now, told="unknown"), file[0]]
    answers = await asyncio.gather(*(scanner.sync(file, now) for _ in range(10)))
    first = [each for each in answers if not each["items"][0]["is_repeat"]]
    assert len(first) == 1
    kept = [{**item, "is_repeat": None} for item in first[0]["items"]]
    for each in answers:
        assert [{**item, "is_repeat": None} for item in each["items"]] == kept
    assert codes_of(first[0]) == ["ok"] * 6 + ["unknown", "ok"]
    assert first[0]["items"][-1]["is_repeat"]
    assert await inside(owner) == [2, 3, 4, 5]
    assert await owner.fetchval("SELECT count(*) FROM gate_scans") == 7
    await assert_every_promise_holds(venue.service)


@pytest.mark.parametrize("wrong_by", [HOUR, -HOUR])
async def test_a_clock_that_is_wrong_by_an_hour_changes_nothing(
    venue: Venue, owner: asyncpg.Connection, wrong_by: timedelta
) -> None:
    scanner, online = await long_open(venue, owner), await venue.scanner()
    now = datetime.now(UTC)
    # In at 20 minutes ago, out at 10 minutes ago, by a clock that is wrong.
    file = [
        queued(venue.badges[0], now - 20 * MINUTE + wrong_by),
        queued(venue.badges[0], now - 10 * MINUTE + wrong_by, out=True),
    ]
    assert await online.code_of(venue.badges[0]) == "ok"
    answer = await scanner.sync(file, now + wrong_by)
    assert codes_of(answer) == ["ok", "ok"]
    assert abs(answer["clock_offset_ms"] + wrong_by / timedelta(milliseconds=1)) < 5000
    for item, minutes in zip(answer["items"], (20, 10), strict=True):
        corrected = datetime.fromisoformat(item["scanned_at"])
        assert abs(now - minutes * MINUTE - corrected) < 5 * SECOND
    # Both came before the online entry, whatever the clock said.
    assert await inside(owner) == [1]
    device = next(each for each in (await venue.get("devices"))["items"] if each["id"] == scanner.id)
    assert device["clock_offset_ms"] == answer["clock_offset_ms"]
    await assert_every_promise_holds(venue.service)


async def test_a_badge_revoked_while_offline_is_kept_as_a_conflict_and_counted_inside(
    venue: Venue, owner: asyncpg.Connection
) -> None:
    scanner = await long_open(venue, owner)
    now = datetime.now(UTC)
    await owner.execute("UPDATE badges SET revoked_at = $1 WHERE serial IN (1, 2)", now - 10 * MINUTE)
    answer = await scanner.sync(
        [
            queued(venue.badges[0], now - 20 * MINUTE),  # before it was revoked
            queued(venue.badges[1], now - 5 * MINUTE),  # after, by a device that did not know
            queued(venue.badges[2], now - 5 * MINUTE, told="revoked"),  # turned away, by an old bundle
        ],
        now,
    )
    found = [(item["code"], item["is_admitted"], item["is_conflict"]) for item in answer["items"]]
    assert found == [("ok", True, False), ("revoked", True, True), ("revoked", False, False)]
    assert answer["conflicts"] == 1
    # Who went in is in the building, and may leave.
    assert await inside(owner) == [1, 2]
    assert await (await venue.scanner()).code_of(venue.badges[1], out=True) == "ok"
    shown = (await venue.get("gate-scans", result="revoked"))["items"]
    assert sorted((item["is_conflict"], item["is_offline"]) for item in shown) == [
        (False, True),
        (True, True),
    ]
    assert (await venue.get("gate-statistics"))["total"]["conflicts"] == 1
    await assert_every_promise_holds(venue.service)


async def test_what_a_revoked_device_did_is_told_apart_by_the_corrected_time(
    venue: Venue, owner: asyncpg.Connection
) -> None:
    scanner, door = await long_open(venue, owner), await venue.scanner()
    now = datetime.now(UTC)
    await owner.execute("UPDATE devices SET revoked_at = $1 WHERE id = $2", now - 10 * MINUTE, scanner.id)
    venue.service.components.device_authenticator.forget(uuid4())
    file = [
        queued(venue.badges[0], now - 11 * MINUTE - HOUR),
        queued(venue.badges[1], now - 9 * MINUTE - HOUR),
        # Before the device was let in: moved to then, like any other's.
        queued(venue.badges[2], now - 30 * HOUR - HOUR),
        # In before the revocation and in again: decided by the ordinary rules.
        queued(venue.badges[2], now - 12 * MINUTE - HOUR),
    ]
    answer = await scanner.sync(file, now - HOUR)
    found = [(item["code"], item["is_conflict"]) for item in answer["items"]]
    assert found == [("ok", False), ("device_revoked", True), ("ok", False), ("already_inside", True)]
    onboarded_at = await owner.fetchval("SELECT onboarded_at FROM devices WHERE id = $1", scanner.id)
    assert datetime.fromisoformat(answer["items"][2]["scanned_at"]) == onboarded_at
    assert await inside(owner) == [1, 2, 3]
    for code in venue.badges[:3]:
        assert await door.code_of(code, out=True) == "ok"
    await assert_every_promise_holds(venue.service)


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_of_one_badge_at_three_gates_offline_all_but_one_entry_are_conflicts_in_whatever_order_they_come(
    venue: Venue, owner: asyncpg.Connection, order: tuple[int, ...]
) -> None:
    scanners = [await long_open(venue, owner) for _ in range(3)]
    now = datetime.now(UTC)
    files = [[queued(venue.badges[0], now - minutes * MINUTE)] for minutes in (30, 20, 10)]
    codes: Counter[str] = Counter()
    for number in order:
        codes.update(codes_of(await scanners[number].sync(files[number], now)))
    assert codes == {"ok": 1, "already_inside": 2}
    assert await inside(owner) == [1]
    if order == (0, 1, 2):
        first = (await venue.get("gate-scans", result="ok"))["items"]
        assert first[0]["device_id"] == scanners[0].id
    await assert_every_promise_holds(venue.service)


async def test_two_devices_that_sync_at_once_agree(venue: Venue, owner: asyncpg.Connection) -> None:
    scanners = [await long_open(venue, owner) for _ in range(2)]
    now = datetime.now(UTC)
    files = [[queued(code, now - (10 + number) * MINUTE) for code in venue.badges] for number in range(2)]
    answers = await asyncio.gather(
        *(scanner.sync(file, now) for scanner, file in zip(scanners, files, strict=True)),
    )
    assert Counter(code for answer in answers for code in codes_of(answer)) == {"ok": 5, "already_inside": 5}
    assert await inside(owner) == [1, 2, 3, 4, 5]
    await assert_every_promise_holds(venue.service)


async def test_scans_from_before_the_device_or_from_the_future_are_put_where_they_can_be_and_keep_their_order(
    venue: Venue, owner: asyncpg.Connection
) -> None:
    scanner = await venue.scanner()
    now = datetime.now(UTC)
    ages = [-100 * 365 * 24 * HOUR, -2 * HOUR, 2 * HOUR, 3 * HOUR]
    file = [queued(venue.badges[0], now + age, out=number % 2 == 1) for number, age in enumerate(ages)]
    answer = await scanner.sync(file, now)
    assert codes_of(answer) == ["ok"] * 4
    times = [datetime.fromisoformat(item["scanned_at"]) for item in answer["items"]]
    assert times == sorted(set(times))
    assert all(now - MINUTE < each <= datetime.now(UTC) for each in times)
    assert await inside(owner) == []
    strange = [queued(venue.badges[1], now, at_device="0001-01-01T00:00:00+23:59")]
    assert codes_of(await scanner.sync(strange, now)) == ["ok"]
    await assert_every_promise_holds(venue.service)


async def test_a_scan_that_is_broken_spoils_only_itself(venue: Venue, owner: asyncpg.Connection) -> None:
    scanner = await long_open(venue, owner)
    now = datetime.now(UTC)
    good = queued(venue.badges[0], now)
    broken: list[Any] = [
        {},
        None,
        good | {"id": "x"},
        good | {"id": str(uuid4()), "serial": 1},
        good | {"id": str(uuid4()), "told": "perhaps"},
        good | {"id": str(uuid4()), "extra": 1},
    ]
    answer = (await scanner.send([*broken, good], now)).json()
    assert codes_of(answer) == ["invalid_scan"] * 6 + ["ok"]
    reused = good | {"code": venue.badges[1]}
    assert codes_of(await scanner.sync([reused], now)) == ["scan_id_reused"]
    assert told(await scanner.send([good] * 5001)) == (422, "invalid_body")
    for content, status in ((b"{", 400), (b"[]", 422), (b'{"device_now": "now", "scans": []}', 422)):
        answer = await venue.service.client.post(
            "/v1/device-syncs",
            content=content,
            headers=scanner.headers | {"content-type": "application/json"},
        )
        assert answer.status_code == status
    assert await inside(owner) == [1]


async def test_a_pass_is_as_good_as_it_was_when_it_was_scanned(
    venue: Venue, owner: asyncpg.Connection
) -> None:
    scanner = await long_open(venue, owner)
    now = datetime.now(UTC)
    event = await owner.fetchrow("SELECT id, code FROM events")
    assert (await venue.service.scan(venue.badges[0], await venue.service.citizen())).status_code == 201
    await owner.execute("INSERT INTO passes SELECT event_id, 1, citizen_id FROM attendances")
    then = venue.service.components.codes.citizen_pass(event["code"], 1, now - HOUR)
    turned_away = queued(then, now - HOUR, told="pass_offline")
    answer = await scanner.sync([queued(then, now - HOUR), queued(then, now), turned_away], now)
    assert codes_of(answer) == ["ok", "expired", "pass_offline"]


async def test_an_online_scan_that_is_also_in_the_queue_is_there_once(
    venue: Venue, owner: asyncpg.Connection
) -> None:
    """The answer was lost on its way: the device keeps the scan, and sends it again with its queue."""
    scanner = await venue.scanner()
    made = await scanner.scan(venue.badges[0])
    again = queued(venue.badges[0], datetime.now(UTC), id=made.json()["id"])
    answer = await scanner.sync([again])
    assert [(item["code"], item["is_repeat"]) for item in answer["items"]] == [("ok", True)]
    assert await owner.fetchval("SELECT count(*) FROM gate_scans") == 1


async def test_a_scan_made_offline_is_taken_back_like_any_other_and_stays_so_when_its_file_comes_again(
    venue: Venue, owner: asyncpg.Connection
) -> None:
    scanner = await long_open(venue, owner)
    now = datetime.now(UTC)
    file = [queued(venue.badges[0], now - MINUTE), queued(venue.badges[1], now - HOUR)]
    first = await scanner.sync(file, now)
    annulled = await scanner.annul(file[0]["id"])
    assert (annulled.status_code, annulled.json()["badge"]["is_inside"]) == (200, False)
    assert told(await scanner.annul(file[1]["id"])) == (409, "annulment_late")
    again = await scanner.sync(file, now)
    assert [item["is_repeat"] for item in again["items"]] == [True, True]
    assert codes_of(again) == codes_of(first)
    assert await inside(owner) == [2]
    await assert_every_promise_holds(venue.service)


async def test_a_wristband_is_known_offline_and_in_the_queue(venue: Venue, owner: asyncpg.Connection) -> None:
    bound = await venue.post("badges/2/alias", {"alias": "04:A2:24:B1", "reason": "wristbands"})
    assert bound.status_code in (200, 201), bound.text
    scanner = await long_open(venue, owner)
    bundle = await scanner.bundle()
    texts = [(text, serial) for text, serial, _, _ in RECORD.iter_unpack(b64decode(bundle["badges"]))]
    assert (hash_of(bytes.fromhex(bundle["salt"]), "04A224B1"), 2) in texts
    now = datetime.now(UTC)
    file = [queued("04:a2:24:b1", now - MINUTE), queued("04a224b2", now - SECOND, told="unknown")]
    assert codes_of(await scanner.sync(file, now)) == ["ok", "unknown"]
    assert await inside(owner) == [2]


async def test_a_wristband_that_was_bound_or_moved_is_among_the_changes_of_a_bundle(
    venue: Venue, owner: asyncpg.Connection
) -> None:
    scanner = await venue.scanner()

    async def bind(serial: int, alias: str) -> None:
        answer = await venue.post(f"badges/{serial}/alias", {"alias": alias, "reason": "wristbands"})
        assert answer.status_code in (200, 201), answer.text

    async def changes() -> set[tuple[bytes, int]]:
        found = await scanner.bundle(bundle["version"])
        assert found["is_full"] is False
        return {(text, serial) for text, serial, _, _ in RECORD.iter_unpack(b64decode(found["badges"]))}

    async def age() -> None:
        """Everything that has happened so far lies before the overlap of the next changes."""
        await owner.execute(
            "UPDATE badges SET created_at = created_at - interval '1 hour', revoked_at = revoked_at - interval "
            "'1 hour', alias_changed_at = alias_changed_at - interval '1 hour'"
        )

    bundle = await scanner.bundle()
    salt = bytes.fromhex(bundle["salt"])
    printed = [hash_of(salt, code) for code in venue.badges]
    first, second = hash_of(salt, "04A224B1"), hash_of(salt, "04A224B2")
    await age()
    await bind(2, "04:A2:24:B1")
    assert await changes() == {(printed[1], 2), (first, 2)}
    # Another one instead: the badge comes without the first.
    await age()
    await bind(2, "04:A2:24:B2")
    assert await changes() == {(printed[1], 2), (second, 2)}
    # Moved away from a badge that was revoked: both come, and the wristband is the other's.
    await owner.execute("UPDATE badges SET revoked_at = now() WHERE serial = 2")
    await age()
    assert await changes() == set()
    await bind(3, "04:A2:24:B2")
    assert await changes() == {(printed[1], 2), (printed[2], 3), (second, 3)}


async def test_five_thousand_scans_are_one_file(service: Service, owner: asyncpg.Connection) -> None:
    venue = await open_venue(service, badges=0)
    event = await owner.fetchrow("SELECT id, code FROM events")
    await owner.execute(
        "INSERT INTO badges (event_id, serial) SELECT $1, n FROM generate_series(1, 2500) n", event["id"]
    )
    # As the database does by itself within a minute: without it a table so new is taken for an empty one.
    await owner.execute("ANALYZE badges")
    scanner = await long_open(venue, owner)
    now = datetime.now(UTC)
    codes = service.components.codes
    file = [
        queued(
            codes.badge(event["code"], serial),
            now - HOUR + (serial + 2500 * is_exit) * SECOND / 2,
            out=is_exit,
        )
        for is_exit in (False, True)
        for serial in range(1, 2501)
    ]
    began = asyncio.get_running_loop().time()
    answer = await scanner.sync(file, now)
    took_s = asyncio.get_running_loop().time() - began
    assert Counter(codes_of(answer)) == {"ok": 5000}
    assert took_s < 5
    assert await inside(owner) == []
