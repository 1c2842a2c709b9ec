"""Operators and regulators sign in with a second factor, which is set up once and works once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest

from backend.settings import Settings
from tests.routes.contract import watch
from tests.routes.identity.doors import bearer, browser_at, code_of, enrol, enter, finish, somebody
from tests.service import PASSWORD, Service, open_service

HOME, ELSEWHERE = "198.51.100.1", "203.0.113.7"
GUESSES = 1000


@pytest.fixture(scope="module")
async def office(stage_settings: Settings) -> AsyncIterator[Service]:
    """Outside demo mode, where roles need a second factor."""
    settings = replace(stage_settings, environment="production", public_url="https://carbon.example")
    async with open_service(settings) as running:
        yield watch(running)


@pytest.mark.parametrize("role", ["operator", "regulator"])
async def test_the_first_sign_in_sets_an_app_up_and_the_next_asks_for_its_code(
    office: Service, rows: asyncpg.Connection, role: str
) -> None:
    name = await somebody(role)
    async with browser_at(office, HOME) as home:
        secret, codes, headers = await enrol(home, name)
        assert len(set(codes)) == 10
        assert (await home.get("/v1/staff/me/security", headers=headers)).json()["has_totp"] is True
        begun = await enter(home, name)
        body = begun.json()
        assert (begun.status_code, body["status"]) == (202, "second_factor_required")
        assert body["factors"] == ["totp", "recovery_code"]
        assert "access_token" not in body
        done = await finish(home, body["challenge"], code=code_of(secret))
        assert done.status_code == 201
        assert (await home.get("/v1/staff/me/security", headers=bearer(done))).status_code == 200
    kept = await rows.fetchval(
        "SELECT sealed FROM staff_totp t JOIN staff s ON s.id = staff_id WHERE username = $1", name
    )
    assert secret.encode() not in kept
    done_by = await rows.fetch("SELECT action FROM staff_actions WHERE subject = $1", name)
    assert [row["action"] for row in done_by] == ["staff.totp"]


async def test_a_code_opens_once_and_never_a_code_before_it(office: Service) -> None:
    name = await somebody("operator")
    async with browser_at(office, HOME) as home:
        secret, _, _ = await enrol(home, name)
        code = code_of(secret)
        statuses = []
        for shown in (code, code, code_of(secret, -1), code_of(secret, 1)):
            challenge = (await enter(home, name)).json()["challenge"]
            statuses.append((await finish(home, challenge, code=shown)).status_code)
        assert statuses == [201, 403, 403, 201]


async def test_a_challenge_is_used_once_and_runs_out(office: Service, rows: asyncpg.Connection) -> None:
    name = await somebody("operator")
    async with browser_at(office, HOME) as home:
        secret, codes, _ = await enrol(home, name)
        challenge = (await enter(home, name)).json()["challenge"]
        assert (await finish(home, challenge, code=code_of(secret))).status_code == 201
        again = await finish(home, challenge, recovery_code=codes[0])
        assert (again.status_code, again.json()["code"]) == (401, "challenge_invalid")
        late = (await enter(home, name)).json()["challenge"]
        await rows.execute("UPDATE staff_challenges SET expires_at = now() WHERE used_at IS NULL")
        assert (await finish(home, late, recovery_code=codes[0])).status_code == 401


async def test_a_recovery_code_opens_once_however_often_it_is_sent(office: Service) -> None:
    name = await somebody("operator")
    async with browser_at(office, HOME) as home:
        _, codes, _ = await enrol(home, name)
        challenges = [(await enter(home, name)).json()["challenge"] for _ in range(4)]
        answers = await asyncio.gather(
            *(finish(home, each, recovery_code=codes[3].upper()) for each in challenges)
        )
        assert Counter(answer.status_code for answer in answers) == {201: 1, 403: 3}
        left = await home.get(
            "/v1/staff/me/security", headers=bearer(next(a for a in answers if a.is_success))
        )
        assert left.json()["recovery_codes_left"] == 9
        # Without its hyphens as well.
        challenge = (await enter(home, name)).json()["challenge"]
        assert (await finish(home, challenge, recovery_code=codes[4].replace("-", ""))).status_code == 201


async def test_a_second_factor_tried_many_times_opens_nothing(
    office: Service, rows: asyncpg.Connection
) -> None:
    name = await somebody("operator")
    async with browser_at(office, HOME) as home, browser_at(office, ELSEWHERE) as thief:
        secret, _, _ = await enrol(home, name)
        staff_id = await rows.fetchval("SELECT id FROM staff WHERE username = $1", name)
        codes: Counter[str] = Counter()
        challenge = (await enter(thief, name)).json()["challenge"]
        for n in range(GUESSES):
            if n % 100 == 0:
                # An hour of waiting each time, and a new password sign-in: what was counted is still counted.
                await rows.execute(
                    "UPDATE staff_challenges SET created_at = created_at - interval '1 hour' WHERE staff_id = $1",
                    staff_id,
                )
                challenge = (await enter(thief, name)).json()["challenge"]
            answer = await finish(thief, challenge, code=f"{n:06}")
            codes[answer.json()["code"]] += 1
        # Twenty in a day are looked at; every other one is turned away before it is.
        assert codes["second_factor_wrong"] == 20
        assert codes["too_many_second_factors"] + codes["challenge_invalid"] == GUESSES - 20
        waiting = (await enter(thief, name)).json()["challenge"]
        refused = await finish(thief, waiting, code=code_of(secret))
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_second_factors")
        assert int(refused.headers["retry-after"]) > 3600
        # The owner's device is not where the thief guessed.
        mine = (await enter(home, name)).json()["challenge"]
        assert (await finish(home, mine, code=code_of(secret))).status_code == 201


async def test_guesses_sent_at_one_moment_count_each(office: Service) -> None:
    name = await somebody("operator")
    async with browser_at(office, HOME) as home, browser_at(office, ELSEWHERE) as thief:
        await enrol(home, name)
        challenges = [(await enter(thief, name)).json()["challenge"] for _ in range(8)]
        answers = await asyncio.gather(*(finish(thief, each, code="000000") for each in challenges))
        assert Counter(answer.status_code for answer in answers) == {403: 5, 429: 3}


async def test_who_has_a_second_factor_cannot_set_up_another_with_the_password_alone(office: Service) -> None:
    name = await somebody("operator")
    async with browser_at(office, HOME) as home, browser_at(office, ELSEWHERE) as thief:
        await enrol(home, name)
        challenge = {"challenge": (await enter(thief, name)).json()["challenge"]}
        assert (await thief.post("/v1/staff/sessions/second-factor-setup", json=challenge)).status_code == 401
        confirmation = "/v1/staff/sessions/second-factor-confirmation"
        assert (await thief.post(confirmation, json=challenge | {"code": "000000"})).status_code == 401


async def test_a_setup_with_a_wrong_code_keeps_nothing(office: Service) -> None:
    name = await somebody("operator")
    async with browser_at(office, HOME) as home:
        challenge = {"challenge": (await enter(home, name)).json()["challenge"]}
        confirmation = "/v1/staff/sessions/second-factor-confirmation"
        # Before a secret was asked for, no code is right.
        assert (await home.post(confirmation, json=challenge | {"code": "123456"})).status_code == 403
        await home.post("/v1/staff/sessions/second-factor-setup", json=challenge)
        assert (await home.post(confirmation, json=challenge | {"code": "000000"})).status_code == 403
        assert (await enter(home, name)).json()["status"] == "second_factor_setup_required"


@pytest.mark.parametrize("role", ["staff", "organiser"])
async def test_other_roles_may_have_one_and_are_then_asked_for_it(office: Service, role: str) -> None:
    name = await somebody(role)
    async with browser_at(office, HOME) as home:
        headers = bearer(await enter(home, name))
        begun = (await home.post("/v1/staff/me/totp", json={"password": PASSWORD}, headers=headers)).json()
        # Nothing is asked for until a code was seen.
        assert (await enter(home, name)).status_code == 201
        body = {"challenge": begun["challenge"], "code": code_of(begun["secret"])}
        kept = await home.post("/v1/staff/me/totp/confirmation", json=body, headers=headers)
        assert len(kept.json()["codes"]) == 10
        assert (await enter(home, name)).status_code == 202


async def test_a_demo_asks_for_no_second_factor(stage: Service) -> None:
    async with browser_at(stage, HOME) as home:
        assert (await enter(home, await somebody("operator"))).status_code == 201


async def test_a_sign_in_begun_with_the_old_password_ends_with_it(office: Service) -> None:
    name = await somebody("operator")
    async with browser_at(office, ELSEWHERE) as thief, browser_at(office, HOME) as home:
        secret, _, headers = await enrol(home, name)
        begun = (await enter(thief, name)).json()["challenge"]
        body = {"password": PASSWORD, "new_password": "纸鸢 over the old bridge 9"}
        changed = await home.post("/v1/staff/me/password", json=body, headers=headers)
        assert changed.status_code == 204, changed.text
        late = await finish(thief, begun, code=code_of(secret, 1))
        assert (late.status_code, late.json()["code"]) == (401, "challenge_invalid")


async def test_a_code_in_full_width_is_that_code_and_letters_are_a_wrong_one(office: Service) -> None:
    name = await somebody("operator")
    async with browser_at(office, HOME) as home:
        secret, _, _ = await enrol(home, name)
        begun = (await enter(home, name)).json()["challenge"]
        wrong = await finish(home, begun, code="一二三四五六")
        assert (wrong.status_code, wrong.json()["code"]) == (403, "second_factor_wrong")
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code_of(secret))
        assert (await finish(home, begun, code=wide)).status_code == 201
