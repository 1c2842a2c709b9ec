"""Who guesses passwords keeps nobody out but themselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from uuid import uuid4

import pytest

from backend.settings import Settings
from tests.routes.identity.doors import browser_at, enter, somebody
from tests.service import Service, open_service

ATTACKER, HOME, ELSEWHERE = "203.0.113.7", "198.51.100.1", "198.51.100.2"


@pytest.fixture(scope="module")
async def door(stage_settings: Settings) -> AsyncIterator[Service]:
    async with open_service(stage_settings) as running:
        yield running


@pytest.fixture
async def lin(door: Service) -> str:
    return await somebody()


async def test_wrong_passwords_from_elsewhere_never_lock_the_owner_out(door: Service, lin: str) -> None:
    async with browser_at(door, HOME) as home, browser_at(door, ATTACKER) as attacker:
        assert (await enter(home, lin)).status_code == 201
        answers = [(await enter(attacker, lin, f"guess {n}")).status_code for n in range(20)]
        assert answers == [401] * 10 + [429] * 10
        assert (await enter(home, lin)).status_code == 201
        # A new device of the owner's gets in as well: only where the guesses came from is braked.
        async with browser_at(door, ELSEWHERE) as new_phone:
            assert (await enter(new_phone, lin)).status_code == 201


async def test_a_known_device_gets_in_even_beside_the_one_who_guesses(door: Service, lin: str) -> None:
    async with browser_at(door, ATTACKER) as owner, browser_at(door, ATTACKER) as attacker:
        assert (await enter(owner, lin)).status_code == 201
        for n in range(12):
            await enter(attacker, lin, f"guess {n}")
        assert (await enter(attacker, lin)).status_code == 429
        assert (await enter(owner, lin)).status_code == 201


async def test_a_crowd_of_guessers_closes_an_account_to_strangers_alone(door: Service, lin: str) -> None:
    async with browser_at(door, HOME) as home:
        assert (await enter(home, lin)).status_code == 201
        names = [f"account {lin}"]
        for _ in range(100):
            await door.components.staff_authenticator._failures.count(names)
        async with browser_at(door, ELSEWHERE) as stranger:
            assert (await enter(stranger, lin)).status_code == 429
        assert (await enter(home, lin)).status_code == 201


async def test_the_token_of_a_device_is_good_for_its_own_account(door: Service, lin: str) -> None:
    other = await somebody()
    async with browser_at(door, HOME) as home, browser_at(door, ATTACKER) as attacker:
        await enter(home, lin)
        [(name, token)] = home.cookies.items()
        for n in range(10):
            assert (await enter(attacker, other, f"guess {n}")).status_code == 401
        attacker.cookies.set(name, token)
        assert (await enter(attacker, other)).status_code == 429
        attacker.cookies.set(name, "d.bm90IG91cnM=")
        assert (await enter(attacker, other)).status_code == 429


async def test_a_known_device_that_guesses_is_braked_too(door: Service, lin: str) -> None:
    async with browser_at(door, HOME) as home:
        await enter(home, lin)
        answers = [(await enter(home, lin, f"guess {n}")).status_code for n in range(11)]
        assert answers == [401] * 10 + [429]


async def test_connections_with_unknown_names_do_not_keep_staff_out(door: Service, lin: str) -> None:
    async with browser_at(door, HOME) as home, browser_at(door, ATTACKER) as attacker:
        assert (await enter(home, lin)).status_code == 201
        is_over = asyncio.Event()

        async def keep_knocking() -> None:
            while not is_over.is_set():
                await enter(attacker, uuid4().hex, "wrong")

        crowd = [asyncio.create_task(keep_knocking()) for _ in range(24)]
        try:
            await asyncio.sleep(0.3)
            assert [(await enter(home, lin)).status_code for _ in range(5)] == [201] * 5
            # Nor is a device that nobody knows, at another address: one address fills half of the places.
            async with browser_at(door, ELSEWHERE) as new_phone:
                assert (await enter(new_phone, lin)).status_code == 201
        finally:
            is_over.set()
            await asyncio.gather(*crowd)


async def test_strangers_from_many_addresses_take_no_place_of_a_known_device(door: Service, lin: str) -> None:
    async with browser_at(door, HOME) as home, AsyncExitStack() as stack:
        assert (await enter(home, lin)).status_code == 201
        is_over, turned_away = asyncio.Event(), 0

        async def keep_knocking(address: str) -> None:
            nonlocal turned_away
            stranger = await stack.enter_async_context(browser_at(door, address))
            while not is_over.is_set():
                turned_away += (await enter(stranger, uuid4().hex, "wrong")).status_code == 429

        crowd = [asyncio.create_task(keep_knocking(f"203.0.113.{n % 8 + 90}")) for n in range(24)]
        try:
            await asyncio.sleep(0.3)
            assert [(await enter(home, lin)).status_code for _ in range(5)] == [201] * 5
            assert turned_away, "all places of strangers were taken"
        finally:
            is_over.set()
            await asyncio.gather(*crowd)


async def test_being_turned_away_while_it_is_busy_is_no_failure(door: Service, lin: str) -> None:
    async with browser_at(door, "203.0.113.80") as phone:
        answers = await asyncio.gather(*(enter(phone, f"{lin}-{n}", "wrong") for n in range(12)))
        turned_away = sum(answer.status_code == 429 for answer in answers)
        assert turned_away >= 6
        counts = door.components.staff_authenticator._failures
        failed = sum([await counts.wait_s({f"account {lin}-{n} 203.0.113.80": 1}) > 0 for n in range(12)])
        assert failed == 12 - turned_away


async def test_the_brake_is_the_same_in_every_process(
    stage_settings: Settings, door: Service, lin: str
) -> None:
    async with open_service(replace(stage_settings, port=8001)) as other, browser_at(door, ATTACKER) as here:
        for n in range(10):
            assert (await enter(here, lin, f"guess {n}")).status_code == 401
        async with browser_at(other, ATTACKER) as there:
            assert (await enter(there, lin)).status_code == 429
