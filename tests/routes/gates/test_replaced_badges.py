"""A badge that was replaced: its holder goes in and out, and takes part, as one person, whichever badge they show."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from tests.gates import Scanner, Venue, open_venue, queued
from tests.ledger.stage import assert_every_promise_holds
from tests.mall import told
from tests.routes.gates.test_offline_sync import codes_of, records_of
from tests.service import Json, Service

LOST = {"reason": "lost"}


@pytest.fixture
async def venue(service: Service) -> Venue:
    return await open_venue(service)


@pytest.fixture
async def scanner(venue: Venue) -> Scanner:
    return await venue.scanner()


async def reissue(venue: Venue, serial: int) -> str:
    """The code of the badge that replaces another."""
    answer = await venue.post(f"badges/{serial}/reissue", LOST)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


async def find(scanner: Scanner, query: str) -> list[Json]:
    answer = await scanner.service.client.get(
        "/v1/device-badges", params={"query": query}, headers=scanner.headers
    )
    found: list[Json] = answer.json()["items"]
    return found


async def test_whoever_was_inside_leaves_with_the_new_badge_and_is_counted_once(
    venue: Venue, scanner: Scanner
) -> None:
    old = venue.badges[0]
    assert await scanner.code_of(old) == "ok"
    new = await reissue(venue, 1)
    assert await scanner.code_of(new) == "already_inside"
    figures = await venue.get("gate-statistics")
    assert (figures["inside"], figures["expected"]) == (1, 5)
    left = (await scanner.scan(new, out=True)).json()
    assert (left["code"], left["inside_count"], left["badge"]["serial"]) == ("ok", 0, 6)
    assert await scanner.code_of(new) == "ok"
    assert (await venue.get("gate-statistics"))["by_day"][0]["badges"] == 1
    await assert_every_promise_holds(venue.service)


async def test_the_old_badge_is_refused_with_the_number_of_the_new_one(
    venue: Venue, scanner: Scanner
) -> None:
    await reissue(venue, 1)
    newest = await reissue(venue, 6)
    refused = (await scanner.scan(venue.badges[0])).json()
    assert (refused["result"], refused["code"]) == ("refused", "replaced")
    assert refused["badge"]["replaced_by"] == 7
    assert "7" in refused["sentence"]["en"]
    assert "7" in refused["sentence"]["zh-CN"]
    # The one in the middle, found by hand, leads to the newest too.
    by_hand = (await scanner.scan(serial=6)).json()
    assert (by_hand["code"], by_hand["badge"]["replaced_by"]) == ("replaced", 7)
    entered = (await scanner.scan(newest)).json()
    assert entered["code"] == "ok"
    assert "replaced_by" not in entered["badge"]
    # Nobody is kept inside: the old badge that was found again leads its holder out, and in no more.
    assert await scanner.code_of(venue.badges[0], out=True) == "ok"
    assert await scanner.code_of(newest, out=True) == "not_inside"
    assert await scanner.code_of(venue.badges[0], out=True) == "replaced"
    await assert_every_promise_holds(venue.service)


async def test_a_replaced_badge_that_is_revoked_lets_nobody_in_and_everybody_out(
    venue: Venue, scanner: Scanner
) -> None:
    assert await scanner.code_of(venue.badges[0]) == "ok"
    new = await reissue(venue, 1)
    assert (await venue.post("badges/6/revocation", LOST)).status_code == 200
    assert await scanner.code_of(new, out=True) == "ok"
    assert await scanner.code_of(new) == "revoked"
    assert await scanner.code_of(venue.badges[0]) == "replaced"
    # Revoked first, replaced afterwards: the new one is good.
    assert (await venue.post("badges/2/revocation", LOST)).status_code == 200
    assert await scanner.code_of(await reissue(venue, 2)) == "ok"


async def test_a_block_follows_its_holder(venue: Venue, scanner: Scanner) -> None:
    await venue.block(1)
    new = await reissue(venue, 1)
    assert await scanner.code_of(new) == "blocked"
    unblocked = await venue.block(1, is_blocked=False)
    assert unblocked.json() == {"serial": 6, "is_blocked": False}
    assert await scanner.code_of(new) == "ok"
    blocked = await venue.block(1)
    assert blocked.json() == {"serial": 6, "is_blocked": True}
    assert await scanner.code_of(new, out=True) == "ok"
    assert await scanner.code_of(new) == "blocked"


async def test_a_new_badge_belongs_to_the_citizen_who_joined_with_the_old_one(
    venue: Venue, scanner: Scanner
) -> None:
    service = venue.service
    holder, other = await service.citizen(), await service.citizen()
    first = await service.scan(venue.badges[0], holder)
    assert first.status_code == 201
    codes = [venue.badges[0], await reissue(venue, 1), await reissue(venue, 6)]
    assert told(await service.scan(codes[2], other)) == (409, "badge_bound")
    again = await service.scan(codes[2], holder)
    assert (again.status_code, again.json()["outcome"]) == (200, "already_joined")
    assert again.json()["joined_at"] == first.json()["joined_at"]
    assert told(await service.scan(codes[1], other)) == (409, "badge_revoked")
    # The pass of whoever joined with the old badge stands for the newest.
    mine = await service.client.get("/v1/me/pass", params={"event": "fair"}, headers=holder)
    passed = (await scanner.scan(mine.json()["items"][0]["code"])).json()
    assert (passed["code"], passed["badge"]["serial"]) == ("ok", 7)
    figures = await venue.get("gate-statistics")
    assert (figures["joined"], figures["by_category"][0]["joined"]) == (1, 1)
    shown = await venue.get("badges/7")
    assert (shown["state"], shown["replaces"], shown["replaced_by"]) == ("used", 6, None)
    await assert_every_promise_holds(service)


async def test_a_badge_that_nobody_joined_with_is_free_when_it_is_replaced(venue: Venue) -> None:
    service = venue.service
    new = await reissue(venue, 1)
    holder, other = await service.citizen(), await service.citizen()
    assert (await service.scan(new, holder)).status_code == 201
    newest = await reissue(venue, 6)
    assert told(await service.scan(newest, other)) == (409, "badge_bound")
    assert (await service.scan(newest, holder)).status_code == 200
    # A companion's badge is the companion's, and its guardian's to show again.
    guardian = await service.citizen()
    brought = {"companion": {"kind": "child"}}
    assert (await service.scan(venue.badges[1], guardian, **brought)).status_code == 201
    theirs = await reissue(venue, 2)
    assert told(await service.scan(theirs, other)) == (409, "badge_bound")
    assert (await service.scan(theirs, guardian, **brought)).status_code == 200
    await assert_every_promise_holds(service)


async def test_whoever_joins_while_the_badge_is_replaced_is_its_only_holder(venue: Venue) -> None:
    service = venue.service
    for serial in (1, 2, 3):
        citizens = await service.citizens(2)
        joined, made = await asyncio.gather(
            service.scan(venue.badges[serial - 1], citizens[0]),
            venue.post(f"badges/{serial}/reissue", LOST),
        )
        second = await service.scan(made.json()["code"], citizens[1])
        assert sorted((joined.status_code, second.status_code)) == [201, 409]
    await assert_every_promise_holds(service)


async def test_staff_who_look_for_the_old_number_are_led_to_the_new_one(
    venue: Venue, scanner: Scanner
) -> None:
    await scanner.scan(venue.badges[0])
    new = await reissue(venue, 1)
    await scanner.scan(venue.badges[0])
    await scanner.scan(new, out=True)
    found = await find(scanner, "1")
    assert [(each["serial"], each["found_by"], each["replaced_by"]) for each in found] == [
        (6, 1, None),
        (1, None, 6),
    ]
    assert [each["serial"] for each in await find(scanner, "№ 000006")] == [6]
    listed = (await venue.get("badges", query="1"))["items"]
    assert [(each["serial"], each["replaced_by"]) for each in listed] == [(1, 6), (6, None)]
    for serial in (1, 6):
        history = (await venue.get("gate-scans", serial=serial))["items"]
        assert [(each["badge_serial"], each["replaced_by"]) for each in history] == [
            (6, None),
            (1, 6),
            (1, 6),
        ]


async def test_replaced_while_a_device_is_offline(
    venue: Venue, scanner: Scanner, owner: asyncpg.Connection
) -> None:
    """It lets the old badge in, or out, by what it knows; no holder is counted twice, and a conflict is shown."""
    bundle = await scanner.bundle()
    await owner.execute("UPDATE devices SET onboarded_at = onboarded_at - interval '1 hour'")
    venue.service.components.device_authenticator.forget(scanner.id)
    now = datetime.now(UTC)
    online = await venue.scanner(name="online")
    new = await reissue(venue, 1)
    assert await online.code_of(new) == "ok"
    before = queued(venue.badges[1], now - timedelta(minutes=5))
    another = await reissue(venue, 2)
    settled = await scanner.sync([queued(venue.badges[0], datetime.now(UTC)), before], datetime.now(UTC))
    # The first was replaced by then; the second was still good.
    assert codes_of(settled) == ["replaced", "ok"]
    assert [item["is_conflict"] for item in settled["items"]] == [True, False]
    assert settled["inside_count"] == 2
    assert await online.code_of(another) == "already_inside"
    assert await online.code_of(new, out=True) == "ok"
    changes = await scanner.bundle(bundle["version"])
    assert {each["serial"]: each["replaced_by"] for each in changes["replaced"]} == {1: 6, 2: 7}
    # Revoked and replaced, outside again; its successor; revoked and replaced, inside; its successor.
    records: dict[int, Any] = records_of(changes)
    assert [records[serial][2] for serial in (1, 6, 2, 7)] == [9, 0, 13, 4]
    await assert_every_promise_holds(venue.service)
