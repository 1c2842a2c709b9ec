"""Signing in, refreshing, signing out, as a citizen's phone does."""

from __future__ import annotations

import asyncio
import time

import asyncpg
import httpx2 as httpx

from tests.service import Service


async def signed_in(stage: Service, name: str = "小林") -> dict[str, str]:
    answer = await stage.post("/v1/sessions", {"provider": "demo", "code": name})
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json()
    return found


async def refresh(stage: Service, token: str) -> httpx.Response:
    return await stage.post("/v1/sessions/refresh", {"refresh_token": token})


async def me(stage: Service, access_token: str) -> httpx.Response:
    return await stage.client.get("/v1/me", headers={"Authorization": f"Bearer {access_token}"})


async def test_a_demo_sign_in_gives_two_tokens_and_says_who_it_is(stage: Service) -> None:
    answer = await stage.post("/v1/sessions", {"provider": "demo", "code": "小林"})
    body = answer.json()
    assert answer.status_code == 201
    assert set(body) == {"access_token", "refresh_token", "expires_in", "token_type", "citizen"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 1200)
    assert set(body["citizen"]) == {"id", "nickname"}
    assert body["citizen"]["nickname"] == "小林"
    shown = (await me(stage, body["access_token"])).json()
    assert (shown["id"], shown["nickname"], shown["balance"]) == (body["citizen"]["id"], "小林", 0)


async def test_access_tokens_live_between_15_and_30_minutes(stage: Service) -> None:
    assert 900 <= (await signed_in(stage))["expires_in"] <= 1800  # type: ignore[operator]


async def test_the_same_name_is_the_same_citizen_and_another_name_another(stage: Service) -> None:
    one, again, other = [await signed_in(stage, name) for name in ("小林", "小林", "小陈")]
    assert one["citizen"] == again["citizen"] != other["citizen"]
    assert one["access_token"] != again["access_token"]
    assert one["refresh_token"] != again["refresh_token"]


async def test_one_person_on_twenty_devices_at_once_is_one_citizen(stage: Service) -> None:
    answers = await asyncio.gather(*(signed_in(stage, "同一人") for _ in range(20)))
    assert len({answer["citizen"]["id"] for answer in answers}) == 1  # type: ignore[index]


async def test_the_scheme_of_the_authorization_header_may_be_in_any_case(stage: Service) -> None:
    token = (await signed_in(stage))["access_token"]
    for scheme in ("Bearer", "bearer", "BEARER"):
        answer = await stage.client.get("/v1/me", headers={"Authorization": f"{scheme} {token}"})
        assert answer.status_code == 200
    for header in (token, f"Basic {token}", "Bearer", "Bearer "):
        answer = await stage.client.get("/v1/me", headers={"Authorization": header})
        assert answer.json()["code"] == "not_signed_in"


async def test_a_refresh_token_is_exchanged_once_for_new_tokens(stage: Service) -> None:
    first = await signed_in(stage)
    answer = await refresh(stage, first["refresh_token"])
    second = answer.json()
    assert answer.status_code == 201
    assert set(second) == {"access_token", "refresh_token", "expires_in", "token_type"}
    assert second["refresh_token"] != first["refresh_token"]
    assert (await me(stage, second["access_token"])).json()["id"] == first["citizen"]["id"]  # type: ignore[index]
    assert (await refresh(stage, second["refresh_token"])).status_code == 201


async def test_an_old_refresh_token_ends_the_whole_family(stage: Service) -> None:
    other_device = await signed_in(stage)
    first = await signed_in(stage)
    second = (await refresh(stage, first["refresh_token"])).json()
    stolen = await refresh(stage, first["refresh_token"])
    assert (stolen.status_code, stolen.json()["code"]) == (401, "refresh_token_invalid")
    newest = await refresh(stage, second["refresh_token"])
    assert (newest.status_code, newest.json()["code"]) == (401, "refresh_token_invalid")
    for tokens in (first, second):
        refused = await me(stage, tokens["access_token"])
        assert (refused.status_code, refused.json()["code"]) == (401, "session_revoked")
    assert (await me(stage, other_device["access_token"])).status_code == 200


async def test_of_two_simultaneous_refreshes_with_one_token_at_most_one_succeeds(stage: Service) -> None:
    for _ in range(10):
        token = (await signed_in(stage))["refresh_token"]
        answers = await asyncio.gather(*(refresh(stage, token) for _ in range(2)))
        assert sorted(answer.status_code for answer in answers) == [201, 401]
        winner = next(answer for answer in answers if answer.status_code == 201).json()
        # Two hands held one token: nobody knows whose the winner is, so the session is over.
        assert (await refresh(stage, winner["refresh_token"])).status_code == 401


async def test_a_refresh_token_that_ran_out_or_was_never_given_is_refused(
    stage: Service, rows: asyncpg.Connection
) -> None:
    token = (await signed_in(stage))["refresh_token"]
    await rows.execute("UPDATE refresh_tokens SET expires_at = now()")
    for wrong in (token, "x", "x" * 256, "胸牌"):
        answer = await refresh(stage, wrong)
        assert (answer.status_code, answer.json()["code"]) == (401, "refresh_token_invalid")


async def test_refresh_tokens_are_kept_as_hashes_alone(stage: Service, rows: asyncpg.Connection) -> None:
    token = (await signed_in(stage))["refresh_token"]
    found = await rows.fetch("SELECT t::text AS row FROM refresh_tokens t")
    assert found
    assert not any(token in each["row"] for each in found)


async def test_a_session_begun_in_the_moment_of_an_erasure_is_renewed_no_more(
    stage: Service, rows: asyncpg.Connection
) -> None:
    body = await signed_in(stage, "在离开的时刻")
    await rows.execute("UPDATE accounts SET erased_at = now() WHERE id = $1", body["citizen"]["id"])
    refused = await refresh(stage, body["refresh_token"])
    assert (refused.status_code, refused.json()["code"]) == (401, "refresh_token_invalid")


async def test_signing_out_ends_the_access_token_and_the_refresh_token_at_once(stage: Service) -> None:
    tokens, other_device = await signed_in(stage), await signed_in(stage)
    caller = {"Authorization": f"Bearer {tokens['access_token']}"}
    out = await stage.client.delete("/v1/sessions/current", headers=caller)
    assert (out.status_code, out.content) == (204, b"")
    refused = await me(stage, tokens["access_token"])
    assert (refused.status_code, refused.json()["code"]) == (401, "session_revoked")
    assert (await stage.client.delete("/v1/sessions/current", headers=caller)).status_code == 401
    assert (await refresh(stage, tokens["refresh_token"])).status_code == 401
    assert (await me(stage, other_device["access_token"])).status_code == 200


async def test_another_process_learns_of_a_sign_out_at_its_next_look(stage: Service) -> None:
    tokens = await signed_in(stage)
    caller = {"Authorization": f"Bearer {tokens['access_token']}"}
    await stage.client.delete("/v1/sessions/current", headers=caller)
    # What another process knows: nothing yet, then what the database says.
    stage.components.revoked._here.clear()
    assert (await me(stage, tokens["access_token"])).status_code == 200
    await stage.components.sessions.load_revoked()
    assert (await me(stage, tokens["access_token"])).json()["code"] == "session_revoked"


async def test_an_access_token_that_ran_out_is_called_expired_and_refreshing_helps(stage: Service) -> None:
    tokens = await signed_in(stage)
    principal = stage.components.tokens.read(tokens["access_token"])
    stale = stage.components.tokens.issue(principal, now=time.time() - 1201)
    answer = await me(stage, stale)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_expired")
    assert (await refresh(stage, tokens["refresh_token"])).status_code == 201


async def test_a_token_of_ours_that_was_changed_opens_nothing(stage: Service) -> None:
    token = (await signed_in(stage))["access_token"]
    header, payload, signature = token.split(".")
    for wrong in (f"{header}.{payload}.{signature[::-1]}", f"{header}..{signature}", "x" * 5000, "胸牌"):
        answer = await stage.client.get("/v1/me", headers={"Authorization": f"Bearer {wrong}".encode()})
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")


async def test_what_is_offered_here_is_told_before_anybody_signs_in(stage: Service) -> None:
    answer = await stage.client.get("/v1/sessions/ways")
    assert answer.json() == {
        "items": [
            {"provider": "demo", "facts": {}},
            {"provider": "badge", "facts": {}},
            {"provider": "email", "facts": {}},
            {"provider": "phone", "facts": {"country_codes": ["+86"]}},
        ]
    }


async def test_a_way_in_names_what_it_needs_and_did_not_get(stage: Service) -> None:
    answer = await stage.post("/v1/sessions", {"provider": "demo"})
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("/code", "missing")]
    answer = await stage.post("/v1/sessions", {"provider": "demo", "code": "林" * 257})
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("/code", "too_long")]
