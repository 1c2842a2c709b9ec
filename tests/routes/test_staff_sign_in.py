"""Staff at the door: one message for both mistakes, a brake on guessing, a role with every token."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any

import asyncpg
import httpx2 as httpx
import pytest

from backend.auth import ROLES
from backend.models import Staff
from backend.settings import Settings
from tests.routes.contract import watch
from tests.service import PASSWORD, PASSWORD_HASH, Service, open_service

STAFF_ROLES = [role for role in ROLES if role != "citizen"]


async def enter(service: Service, username: str, password: str = PASSWORD) -> httpx.Response:
    return await service.post("/v1/staff/sessions", {"username": username, "password": password})


@pytest.mark.parametrize("role", STAFF_ROLES)
async def test_staff_sign_in_and_carry_their_role(service: Service, role: str) -> None:
    await Staff.create(username="lin", role=role, password_hash=PASSWORD_HASH)
    answer = await enter(service, "lin")
    body = answer.json()
    assert answer.status_code == 201
    assert set(body) == {"access_token", "refresh_token", "expires_in", "token_type", "staff"}
    assert (body["staff"]["username"], body["staff"]["role"]) == ("lin", role)
    fresh = await service.post("/v1/sessions/refresh", {"refresh_token": body["refresh_token"]})
    for token in (body["access_token"], fresh.json()["access_token"]):
        principal = service.parts.tokens.read(token)
        assert (str(principal.id), principal.role) == (body["staff"]["id"], role)


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(service: Service) -> None:
    await Staff.create(username="lin", role="staff", password_hash=PASSWORD_HASH)
    answers = [await enter(service, "lin", "wrong"), await enter(service, "nobody", "wrong")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].content == answers[1].content
    assert answers[0].json()["code"] == "wrong_credentials"
    assert {*answers[0].headers} == {*answers[1].headers}


async def test_a_disabled_account_gets_the_answer_of_an_unknown_one(
    service: Service, owner: asyncpg.Connection
) -> None:
    await Staff.create(username="lin", role="staff", password_hash=PASSWORD_HASH)
    await owner.execute("UPDATE staff SET disabled_at = now()")
    assert (await enter(service, "lin")).content == (await enter(service, "nobody")).content


async def test_names_of_staff_are_the_same_in_any_case(service: Service) -> None:
    await Staff.create(username="lin", role="staff", password_hash=PASSWORD_HASH)
    assert (await enter(service, "LIN")).status_code == 201


async def few_guesses(settings: Settings) -> Any:
    return open_service(replace(settings, sign_in_failures_max=3))


@pytest.mark.parametrize("username", ["lin", "nobody"])
async def test_after_so_many_failures_an_account_is_closed_for_a_while(
    settings: Settings, username: str
) -> None:
    async with await few_guesses(settings) as running:
        service = watch(running)
        await Staff.create(username="lin", role="staff", password_hash=PASSWORD_HASH)
        await Staff.create(username="chen", role="staff", password_hash=PASSWORD_HASH)
        for _ in range(3):
            assert (await enter(service, username, "wrong")).status_code == 401
        # The right password helps no more, nor does another spelling of the name.
        for name, password in ((username, PASSWORD), (username.upper(), PASSWORD), (username, "wrong")):
            closed = await enter(service, name, password)
            assert (closed.status_code, closed.json()["code"]) == (429, "too_many_sign_ins")
            assert 1 <= int(closed.headers["retry-after"]) <= 300
        assert (await enter(service, "chen")).status_code == 201


async def test_a_right_password_forgets_the_failures_before_it(settings: Settings) -> None:
    async with await few_guesses(settings) as running:
        service = watch(running)
        await Staff.create(username="lin", role="staff", password_hash=PASSWORD_HASH)
        for password in ("wrong", "wrong", PASSWORD) * 2:
            assert (await enter(service, "lin", password)).status_code != 429


async def test_guesses_sent_at_one_moment_count_each(settings: Settings) -> None:
    async with await few_guesses(settings) as running:
        service = watch(running)
        await Staff.create(username="lin", role="staff", password_hash=PASSWORD_HASH)
        answers = await asyncio.gather(*(enter(service, "lin", f"guess {n}") for n in range(12)))
        assert Counter(answer.status_code for answer in answers) == {401: 3, 429: 9}
