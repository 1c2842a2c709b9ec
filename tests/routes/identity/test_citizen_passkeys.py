"""Passkeys of citizens: made in the account, good alone to sign in, each answer once, removed, never the last way."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2 as httpx
import pytest

from backend.services.identity import citizen_passkeys
from backend.services.identity.passkeys import PASSKEYS_MAX
from backend.settings import Settings
from tests.routes.identity.code_doors import DOMAIN, ORIGIN, City, bearer, open_city
from tests.routes.identity.soft_authenticator import SoftAuthenticator
from tests.service import Service

PRESENT_ONLY = 0x01


@pytest.fixture(scope="module")
async def city(stage_settings: Settings) -> AsyncIterator[City]:
    async with open_city(stage_settings) as running:
        yield running


@pytest.fixture
async def lin(city: City) -> dict[str, str]:
    """The headers of somebody who signed in by e-mail, with an account of their own."""
    await city.service.components.counts._redis.flushdb()
    city.service.components.citizen_sign_in.codes._quotas._here.clear()
    return bearer(await city.enter(f"lin-{uuid4().hex[:8]}@mail.cn"))


async def begun(city: City, headers: dict[str, str]) -> dict[str, Any]:
    answer = await city.service.client.post("/v1/me/passkey-options", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def added(city: City, headers: dict[str, str], key: SoftAuthenticator) -> httpx.Response:
    options = await begun(city, headers)
    made = key.make(options["options"]["challenge"])
    body = {"challenge": options["challenge"], "name": "小林的手机", "passkey": made}
    return await city.service.post("/v1/me/passkeys", body, headers)


async def asked(city: City) -> dict[str, Any]:
    answer = await city.service.client.post("/v1/sessions/passkey-options")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def show(city: City, challenge: str, signed: dict[str, Any]) -> httpx.Response:
    body = {"provider": "passkey", "challenge": challenge, "passkey": signed}
    return await city.service.post("/v1/sessions", body)


async def entered(city: City, key: SoftAuthenticator) -> httpx.Response:
    options = await asked(city)
    return await show(city, options["challenge"], key.sign(options["options"]["challenge"]))


async def test_a_passkey_that_was_made_in_the_account_signs_in_to_it(city: City, lin: dict[str, str]) -> None:
    key = SoftAuthenticator(ORIGIN, DOMAIN)
    options = (await begun(city, lin))["options"]
    # The device holds it with its account, and asks for a finger, a face or a PIN.
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert (await added(city, lin, key)).status_code == 201
    request = await asked(city)
    assert request["options"]["allowCredentials"] == []
    assert request["options"]["userVerification"] == "required"
    answer = await show(city, request["challenge"], key.sign(request["options"]["challenge"]))
    mine = (await city.service.client.get("/v1/me", headers=lin)).json()["id"]
    assert (answer.status_code, answer.json()["citizen"]["id"]) == (201, mine)
    listed = (await city.service.client.get("/v1/me/passkeys", headers=lin)).json()["items"]
    assert [(each["name"], each["last_used_at"] is None) for each in listed] == [("小林的手机", False)]


async def test_an_answer_works_once_and_for_the_challenge_that_asked(city: City, lin: dict[str, str]) -> None:
    key = SoftAuthenticator(ORIGIN, DOMAIN)
    await added(city, lin, key)
    request, other = await asked(city), await asked(city)
    signed = key.sign(request["options"]["challenge"])
    assert (await show(city, other["challenge"], signed)).json()["code"] == "passkey_refused"
    answers = await asyncio.gather(*(show(city, request["challenge"], signed) for _ in range(5)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 422: 4}
    assert (await show(city, request["challenge"], signed)).status_code == 422


async def test_a_passkey_whose_count_stays_nought_works_once_for_each_challenge(
    city: City, lin: dict[str, str]
) -> None:
    # Keys that several devices share count nothing.
    key = SoftAuthenticator(ORIGIN, DOMAIN)
    await added(city, lin, key)
    request = await asked(city)
    key.count = -1
    signed = key.sign(request["options"]["challenge"])
    answers = await asyncio.gather(*(show(city, request["challenge"], signed) for _ in range(5)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 422: 4}


@pytest.mark.parametrize("wrong", ["key", "origin", "domain", "unverified", "unknown", "challenge", "mixed"])
async def test_what_another_key_or_another_address_signs_is_refused(
    city: City, lin: dict[str, str], wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = SoftAuthenticator(ORIGIN, DOMAIN)
    await added(city, lin, key)
    request, shown = await asked(city), key
    challenge = request["challenge"]
    if wrong in ("key", "unknown"):
        shown = SoftAuthenticator(ORIGIN, DOMAIN)
        shown.id = key.id if wrong == "key" else shown.id
    elif wrong == "origin":
        key.origin = "https://carbon.example.evil"
    elif wrong == "domain":
        key.domain_hash = hashlib.sha256(b"evil").digest()
    elif wrong == "unverified":
        monkeypatch.setattr("tests.routes.identity.soft_authenticator.PRESENT_VERIFIED", PRESENT_ONLY)
    elif wrong == "challenge":
        challenge = "demo.bm90aGluZw=="
    else:
        # The challenge of making a passkey, used to sign in.
        making = await begun(city, lin)
        challenge, request = making["challenge"], making
    refused = await show(city, challenge, shown.sign(request["options"]["challenge"]))
    assert (refused.status_code, refused.json()["code"]) == (422, "passkey_refused")


async def test_a_challenge_is_its_askers_own_and_ends(
    city: City, lin: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = bearer(await city.enter("somebody.else@mail.cn"))
    options, key = await begun(city, lin), SoftAuthenticator(ORIGIN, DOMAIN)
    body = {
        "challenge": options["challenge"],
        "name": "x",
        "passkey": key.make(options["options"]["challenge"]),
    }
    refused = await city.service.post("/v1/me/passkeys", body, other)
    assert refused.json()["code"] == "passkey_refused"
    monkeypatch.setattr(citizen_passkeys, "LIFE", -citizen_passkeys.LIFE)
    late = await asked(city)
    assert (await show(city, late["challenge"], key.sign(late["options"]["challenge"]))).status_code == 422


async def test_a_passkey_is_kept_once_and_no_more_than_an_account_may_have(
    city: City, lin: dict[str, str]
) -> None:
    key = SoftAuthenticator(ORIGIN, DOMAIN)
    assert (await added(city, lin, key)).status_code == 201
    assert (await added(city, lin, key)).json()["code"] == "passkey_refused"
    other = bearer(await city.enter("other.owner@mail.cn"))
    assert (await added(city, other, key)).json()["code"] == "passkey_refused"
    for _ in range(PASSKEYS_MAX - 2):
        assert (await added(city, lin, SoftAuthenticator(ORIGIN, DOMAIN))).status_code == 201
    bodies = []
    for _ in range(2):
        options = await begun(city, lin)
        made = SoftAuthenticator(ORIGIN, DOMAIN).make(options["options"]["challenge"])
        bodies.append({"challenge": options["challenge"], "name": "x", "passkey": made})
    answers = await asyncio.gather(*(city.service.post("/v1/me/passkeys", body, lin) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    refused = await city.service.client.post("/v1/me/passkey-options", headers=lin)
    assert refused.json()["code"] == "passkeys_unavailable"


async def test_a_removed_passkey_opens_nothing_and_nobody_removes_anothers(
    city: City, lin: dict[str, str]
) -> None:
    key = SoftAuthenticator(ORIGIN, DOMAIN)
    id_ = (await added(city, lin, key)).json()["id"]
    other = bearer(await city.enter("nosy@mail.cn"))
    client = city.service.client
    assert (await client.delete(f"/v1/me/passkeys/{id_}", headers=other)).json()[
        "code"
    ] == "passkey_not_found"
    assert (await client.delete("/v1/me/passkeys/bm90aGluZw", headers=lin)).status_code == 404
    assert (await client.delete(f"/v1/me/passkeys/{id_}", headers=lin)).status_code == 204
    assert (await entered(city, key)).json()["code"] == "passkey_refused"


async def test_who_leaves_takes_their_passkeys_along(
    city: City, lin: dict[str, str], rows: asyncpg.Connection
) -> None:
    key = SoftAuthenticator(ORIGIN, DOMAIN)
    await added(city, lin, key)
    document = (await city.service.client.get("/v1/me/export", headers=lin)).json()
    assert [each["name"] for each in document["passkeys"]] == ["小林的手机"]
    before = await rows.fetchval("SELECT count(*) FROM citizen_passkeys")
    gone = await city.service.client.delete("/v1/me", headers=lin)
    assert {each["code"]: each["count"] for each in gone.json()["erased"]}["sign_ins"] == 2
    assert await rows.fetchval("SELECT count(*) FROM citizen_passkeys") == before - 1
    assert (await entered(city, key)).json()["code"] == "passkey_refused"


async def test_strangers_who_ask_for_challenges_fill_no_table(city: City, rows: asyncpg.Connection) -> None:
    before = await rows.fetchval("SELECT count(*) FROM sign_in_challenges")
    for _ in range(50):
        await asked(city)
    assert await rows.fetchval("SELECT count(*) FROM sign_in_challenges") == before


async def test_an_address_that_is_no_name_offers_no_passkeys(stage: Service) -> None:
    ways = (await stage.client.get("/v1/sessions/ways")).json()["items"]
    assert "passkey" not in [way["provider"] for way in ways]
    refused = await stage.client.post("/v1/sessions/passkey-options")
    assert (refused.status_code, refused.json()["code"]) == (409, "passkeys_unavailable")
    mine = await stage.client.post("/v1/me/passkey-options", headers=await stage.citizen())
    assert mine.json()["code"] == "passkeys_unavailable"
    body = {"provider": "passkey", "challenge": "x"}
    assert (await stage.post("/v1/sessions", body)).json()["code"] == "provider_unknown"
