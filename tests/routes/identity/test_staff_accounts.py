"""Accounts of staff: kept by operators, each person's own password and sessions by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import httpx2 as httpx
import pytest

from tests.routes.identity.doors import bearer, browser_at, enrol, enter, somebody
from tests.service import PASSWORD, Service, open_service

HOME, ELSEWHERE = "198.51.100.1", "203.0.113.7"
GOOD = "纸鸢 over the old bridge 7"
Headers = dict[str, str]


async def made(stage: Service, boss: Headers, role: str = "staff") -> tuple[str, str, str]:
    """Name, id and link's token of an account that an operator just made."""
    name = f"chen-{uuid4().hex[:8]}"
    body = {"username": name, "role": role, "reason": "new at the gate"}
    answer = await stage.post("/v1/staff/accounts", body, boss)
    assert answer.status_code == 201, answer.text
    link = answer.json()
    assert link["account"]["username"] == name
    return name, link["account"]["id"], link["url"].partition("#")[2]


async def put(stage: Service, token: str, password: str) -> httpx.Response:
    return await stage.post("/v1/staff/password", {"token": token, "password": password})


async def test_an_account_is_made_with_a_link_that_sets_a_password_once(
    stage: Service, rows: asyncpg.Connection
) -> None:
    boss = await stage.staff("operator")
    name, account_id, token = await made(stage, boss)
    assert (await enter(stage.client, name, PASSWORD)).status_code == 401
    assert (await put(stage, token, "short")).json()["code"] == "password_too_short"
    assert (await put(stage, token, GOOD)).status_code == 204
    assert (await put(stage, token, GOOD + "!")).json()["code"] == "password_link_invalid"
    assert (await enter(stage.client, name, GOOD)).status_code == 201
    path = f"/v1/staff/accounts/{account_id}"
    done = await rows.fetch("SELECT action, reason FROM staff_actions WHERE subject = $1 ORDER BY at", name)
    assert [tuple(row) for row in done] == [("staff.create", "new at the gate"), ("staff.password", "link")]
    # A second link ends the first one, and the old password goes when it is used.
    first = (await stage.post(f"{path}/password-link", {"reason": "forgot it"}, boss)).json()["url"]
    second = (await stage.post(f"{path}/password-link", {"reason": "lost the mail"}, boss)).json()["url"]
    assert (await put(stage, first.partition("#")[2], GOOD + "?")).status_code == 401
    assert (await enter(stage.client, name, GOOD)).status_code == 201
    assert (await put(stage, second.partition("#")[2], GOOD + "?")).status_code == 204
    assert (await enter(stage.client, name, GOOD)).status_code == 401


async def test_a_link_runs_out(stage: Service, rows: asyncpg.Connection) -> None:
    _, _, token = await made(stage, await stage.staff("operator"))
    await rows.execute("UPDATE staff_challenges SET expires_at = now() WHERE purpose = 'password'")
    assert (await put(stage, token, GOOD)).json()["code"] == "password_link_invalid"


async def test_a_name_is_given_once_in_any_case(stage: Service) -> None:
    boss = await stage.staff("operator")
    name, _, _ = await made(stage, boss)
    body = {"username": name.upper(), "role": "staff", "reason": "again"}
    assert (await stage.post("/v1/staff/accounts", body, boss)).json()["code"] == "username_taken"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "password_too_short"),
        ("x-{name}-x-2026", "password_is_name"),
        ("x-{NAME}-x-2026", "password_is_name"),
        ("123456789012345", "password_common"),
        ("Password2026!!", "password_common"),
        ("ｐａｓｓｗｏｒｄ２０２６", "password_common"),
        ("sunshinesunshine", "password_common"),
        ("abcabcabcabcabc", "password_common"),
    ],
)
async def test_passwords_that_are_guessed_first_are_refused(stage: Service, password: str, code: str) -> None:
    name = await somebody()
    headers = bearer(await enter(stage.client, name))
    said = password.format(name=name, NAME=name.upper())
    body = {"password": PASSWORD, "new_password": said}
    assert (await stage.post("/v1/staff/me/password", body, headers)).json()["code"] == code
    assert (await enter(stage.client, name)).status_code == 201


async def test_changing_ones_password_asks_for_the_old_one_and_ends_other_sessions(stage: Service) -> None:
    name = await somebody()
    async with browser_at(stage, HOME) as home, browser_at(stage, ELSEWHERE) as away:
        mine, other = bearer(await enter(home, name)), bearer(await enter(away, name))
        path = "/v1/staff/me/password"
        wrong = await home.post(path, json={"password": "wrong", "new_password": GOOD}, headers=mine)
        assert (wrong.status_code, wrong.json()["code"]) == (403, "present_password_wrong")
        body = {"password": PASSWORD, "new_password": GOOD}
        assert (await home.post(path, json=body, headers=mine)).status_code == 204
        assert (await home.get("/v1/staff/me/sessions", headers=mine)).status_code == 200
        assert (await away.get("/v1/staff/me/sessions", headers=other)).json()["code"] == "session_revoked"
        assert (await enter(away, name)).status_code == 401
        assert (await enter(away, name, GOOD)).status_code == 201


async def test_guessing_the_present_password_in_a_session_is_braked(stage: Service) -> None:
    name = await somebody()
    headers = bearer(await enter(stage.client, name))
    statuses = []
    for n in range(11):
        body = {"password": f"guess {n}"}
        statuses.append((await stage.post("/v1/staff/me/recovery-codes", body, headers)).status_code)
    assert statuses == [403] * 10 + [429]


async def test_sessions_are_listed_and_ended_one_by_one_or_all(stage: Service) -> None:
    name = await somebody()
    async with browser_at(stage, HOME) as home, browser_at(stage, ELSEWHERE) as away:
        away.headers["user-agent"] = "Firefox on a phone"
        mine = bearer(await enter(home, name))
        others = [bearer(await enter(away, name)) for _ in range(3)]
        listed = (await home.get("/v1/staff/me/sessions", headers=mine)).json()["items"]
        assert [each["is_current"] for each in listed] == [False, False, False, True]
        assert (listed[0]["device"], listed[0]["source"]) == ("Firefox on a phone", ELSEWHERE)
        begun, ends = (datetime.fromisoformat(listed[0][each]) for each in ("since", "ends_at"))
        assert ends - begun == timedelta(hours=12)
        newest = f"/v1/staff/me/sessions/{listed[0]['id']}"
        assert (await home.delete(newest, headers=mine)).status_code == 204
        assert (await home.delete(newest, headers=mine)).json()["code"] == "staff_session_not_found"
        assert (await away.get("/v1/staff/me/sessions", headers=others[2])).status_code == 401
        assert (await away.get("/v1/staff/me/sessions", headers=others[0])).status_code == 200
        assert (await home.delete("/v1/staff/me/sessions", headers=mine)).status_code == 204
        for headers in others:
            assert (await away.get("/v1/staff/me/sessions", headers=headers)).status_code == 401
        assert len((await home.get("/v1/staff/me/sessions", headers=mine)).json()["items"]) == 1
        # Another person's session is not there.
        chen = bearer(await enter(away, await somebody()))
        current = f"/v1/staff/me/sessions/{listed[3]['id']}"
        assert (await away.delete(current, headers=chen)).status_code == 404


async def test_a_staff_session_ends_after_twelve_hours_however_often_it_is_refreshed(
    stage: Service, rows: asyncpg.Connection
) -> None:
    name = await somebody()
    signed_in = (await enter(stage.client, name)).json()

    async def refresh(token: str) -> httpx.Response:
        return await stage.post("/v1/sessions/refresh", {"refresh_token": token})

    async def age(hours: int) -> None:
        await rows.execute(
            "UPDATE sessions SET created_at = now() - make_interval(hours => $2) WHERE principal_id = $1",
            await rows.fetchval("SELECT id FROM staff WHERE username = $1", name),
            hours,
        )

    fresh = await refresh(signed_in["refresh_token"])
    assert fresh.status_code == 201
    latest = await rows.fetchval(
        """SELECT max(expires_at) FROM refresh_tokens t JOIN sessions s ON s.id = session_id
           JOIN staff f ON f.id = principal_id WHERE username = $1""",
        name,
    )
    assert latest <= datetime.now(UTC) + timedelta(hours=12)
    await age(11)
    fresh = await refresh(fresh.json()["refresh_token"])
    assert fresh.status_code == 201
    await age(12)
    assert (await refresh(fresh.json()["refresh_token"])).json()["code"] == "refresh_token_invalid"


async def test_an_operator_disables_and_changes_the_role_of_others_alone(
    stage: Service, rows: asyncpg.Connection
) -> None:
    boss = await stage.staff("operator")
    name, account_id, token = await made(stage, boss)
    await put(stage, token, GOOD)
    path = f"/v1/staff/accounts/{account_id}"
    headers = bearer(await enter(stage.client, name, GOOD))
    changed = await stage.post(f"{path}/role", {"role": "organiser", "reason": "runs a fair"}, boss)
    assert changed.json()["role"] == "organiser"
    # What was signed in with the role before is over.
    assert (await stage.client.get("/v1/staff/me/security", headers=headers)).status_code == 401
    closed = await stage.post(f"{path}/disablement", {"reason": "left"}, boss)
    assert closed.json()["disabled_at"] is not None
    assert (await enter(stage.client, name, GOOD)).status_code == 401
    assert (await stage.post(f"{path}/password-link", {"reason": "x"}, boss)).json()[
        "code"
    ] == "staff_account_closed"
    done = await rows.fetch(
        "SELECT action, before, after FROM staff_actions WHERE subject = $1 ORDER BY at", name
    )
    assert [row["action"] for row in done] == [
        "staff.create",
        "staff.password",
        "staff.role",
        "staff.disable",
    ]
    assert (done[2]["before"], done[2]["after"]) == ('{"role": "staff"}', '{"role": "organiser"}')
    listed = (await stage.client.get("/v1/staff/accounts", headers=boss)).json()["items"]
    [own] = [each for each in listed if each["is_own"]]
    for verb, body in (
        ("disablement", {}),
        ("role", {"role": "staff"}),
        ("password-link", {}),
        ("second-factor-reset", {}),
    ):
        refused = await stage.post(f"/v1/staff/accounts/{own['id']}/{verb}", body | {"reason": "me"}, boss)
        assert (refused.status_code, refused.json()["code"]) == (409, "own_account"), verb
    nobody = await stage.post(f"/v1/staff/accounts/{uuid4()}/disablement", {"reason": "x"}, boss)
    assert nobody.json()["code"] == "staff_account_not_found"


async def test_a_lost_second_factor_is_reset_by_another_operator(stage: Service) -> None:
    settings = replace(stage.settings, environment="production", public_url="https://carbon.example")
    async with open_service(settings) as office, browser_at(office, HOME) as home:
        name = await somebody("operator")
        _, _, headers = await enrol(home, name)
        boss = await office.staff("operator")
        listed = (await office.client.get("/v1/staff/accounts", headers=boss)).json()["items"]
        [lost] = [each for each in listed if each["username"] == name]
        assert lost["has_second_factor"] is True
        reset = f"/v1/staff/accounts/{lost['id']}/second-factor-reset"
        own = await office.post(reset, {"reason": "lost my phone"}, headers)
        assert own.json()["code"] == "own_account"
        done = await office.post(reset, {"reason": "lost the phone"}, boss)
        assert done.json()["has_second_factor"] is False
        assert (await home.get("/v1/staff/me/security", headers=headers)).status_code == 401
        assert (await enter(home, name)).json()["status"] == "second_factor_setup_required"
