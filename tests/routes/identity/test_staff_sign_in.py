"""Staff at the door: one message for both mistakes, a brake on guessing, a role with every token."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import asyncpg
import httpx2 as httpx
import pytest

from backend.auth import PEOPLE, ROLES
from backend.models import Staff
from backend.settings import Settings
from tests.routes.contract import watch
from tests.service import PASSWORD, PASSWORD_HASH, Service, open_service

STAFF_ROLES = [role for role in ROLES if role not in PEOPLE]
FAILURES_MAX = 3


@pytest.fixture(scope="module")
async def door(stage_settings: Settings) -> AsyncIterator[Service]:
    async with open_service(replace(stage_settings, sign_in_failures_max=FAILURES_MAX)) as running:
        yield watch(running)


@pytest.fixture
async def lin(door: Service) -> str:
    """The name of an account that nobody has tried yet."""
    return await somebody("staff")


async def somebody(role: str) -> str:
    name = f"lin-{uuid4().hex[:8]}"
    await Staff.create(username=name, role=role, password_hash=PASSWORD_HASH)
    return name


async def enter(door: Service, username: str, password: str = PASSWORD) -> httpx.Response:
    return await door.post("/v1/staff/sessions", {"username": username, "password": password})


@pytest.mark.parametrize("role", STAFF_ROLES)
async def test_staff_sign_in_and_carry_their_role(door: Service, role: str) -> None:
    lin = await somebody(role)
    answer = await enter(door, lin)
    body = answer.json()
    assert answer.status_code == 201
    assert set(body) == {"access_token", "refresh_token", "expires_in", "token_type", "staff"}
    assert (body["staff"]["username"], body["staff"]["role"]) == (lin, role)
    fresh = await door.post("/v1/sessions/refresh", {"refresh_token": body["refresh_token"]})
    for token in (body["access_token"], fresh.json()["access_token"]):
        principal = door.components.tokens.read(token)
        assert (str(principal.id), principal.role) == (body["staff"]["id"], role)


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(door: Service, lin: str) -> None:
    answers = [await enter(door, lin, "wrong"), await enter(door, "nobody-at-all", "wrong")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].content == answers[1].content
    assert answers[0].json()["code"] == "wrong_credentials"
    assert {*answers[0].headers} == {*answers[1].headers}


async def test_a_disabled_account_gets_the_answer_of_an_unknown_one(
    door: Service, lin: str, rows: asyncpg.Connection
) -> None:
    await rows.execute("UPDATE staff SET disabled_at = now() WHERE username = $1", lin)
    assert (await enter(door, lin)).content == (await enter(door, "somebody-unknown")).content


async def test_names_of_staff_are_the_same_in_any_case(door: Service, lin: str) -> None:
    assert (await enter(door, lin.upper())).status_code == 201


@pytest.mark.parametrize("known", [True, False])
async def test_after_so_many_failures_an_account_is_closed_for_a_while(
    door: Service, lin: str, known: bool
) -> None:
    name = lin if known else f"nobody-{lin}"
    for _ in range(FAILURES_MAX):
        assert (await enter(door, name, "wrong")).status_code == 401
    # The right password helps no more, nor does another spelling of the name.
    for spelling, password in ((name, PASSWORD), (name.upper(), PASSWORD), (name, "wrong")):
        closed = await enter(door, spelling, password)
        assert (closed.status_code, closed.json()["code"]) == (429, "too_many_sign_ins")
        # Spread out, so that not everybody comes back at one moment.
        assert 1 <= int(closed.headers["retry-after"]) <= 600
    assert (await enter(door, await somebody("staff"))).status_code == 201


async def test_a_right_password_forgets_the_failures_before_it(door: Service, lin: str) -> None:
    for password in ("wrong", "wrong", PASSWORD) * 2:
        assert (await enter(door, lin, password)).status_code != 429


async def test_guesses_sent_at_one_moment_count_each(door: Service, lin: str) -> None:
    answers = await asyncio.gather(*(enter(door, lin, f"guess {n}") for n in range(12)))
    assert Counter(answer.status_code for answer in answers) == {401: FAILURES_MAX, 429: 12 - FAILURES_MAX}


async def refreshed(door: Service, signed_in: httpx.Response) -> httpx.Response:
    body = {"refresh_token": signed_in.json()["refresh_token"]}
    return await door.post("/v1/sessions/refresh", body)


async def test_a_refreshed_token_has_the_role_of_today_and_a_closed_account_gets_none(
    door: Service, lin: str, rows: asyncpg.Connection
) -> None:
    signed_in = await enter(door, lin)
    await rows.execute("UPDATE staff SET role = 'regulator' WHERE username = $1", lin)
    second = await refreshed(door, signed_in)
    assert door.components.tokens.read(second.json()["access_token"]).role == "regulator"
    await rows.execute("UPDATE staff SET disabled_at = now() WHERE username = $1", lin)
    assert (await refreshed(door, second)).status_code == 401


async def test_a_flood_of_names_is_turned_away_before_it_takes_the_processor(door: Service, lin: str) -> None:
    answers = await asyncio.gather(*(enter(door, f"nobody-{lin}-{n}", "wrong") for n in range(40)))
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) == {401, 429}
    assert statuses[429] >= 20
    assert (await enter(door, lin)).status_code == 201
