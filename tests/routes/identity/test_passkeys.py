"""Passkeys: made for this address, good for the sign-in that asked, each signature once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import cbor2
import httpx2 as httpx
import pytest

from backend.models import Staff
from backend.services.identity.passkeys import PASSKEYS_MAX
from backend.settings import Settings
from tests.routes.contract import watch
from tests.routes.identity.doors import bearer, browser_at, enrol, enter, finish, somebody
from tests.routes.identity.soft_authenticator import SoftAuthenticator, text
from tests.service import PASSWORD, Service, open_service

HOME = "198.51.100.1"
ORIGIN, DOMAIN = "https://carbon.example", "carbon.example"


@pytest.fixture(scope="module")
async def office(stage_settings: Settings) -> AsyncIterator[Service]:
    settings = replace(stage_settings, environment="production", public_url=ORIGIN)
    async with open_service(settings) as running:
        yield watch(running)


async def added(client: httpx.AsyncClient, headers: dict[str, str], key: SoftAuthenticator) -> httpx.Response:
    path = "/v1/staff/me/passkeys"
    begun = await client.post(f"{path}/options", json={"password": PASSWORD}, headers=headers)
    assert begun.status_code == 200, begun.text
    body = {
        "challenge": begun.json()["challenge"],
        "name": "key",
        "passkey": key.make(begun.json()["options"]["challenge"]),
    }
    return await client.post(path, json=body, headers=headers)


async def asked(client: httpx.AsyncClient, name: str) -> dict[str, Any]:
    begun = await enter(client, name)
    assert begun.status_code == 202
    found: dict[str, Any] = begun.json()
    return found


async def test_a_passkey_finishes_a_sign_in_and_its_signature_works_once(office: Service) -> None:
    name, key = await somebody("operator"), SoftAuthenticator(ORIGIN, DOMAIN)
    async with browser_at(office, HOME) as home:
        _, _, headers = await enrol(home, name)
        assert (await added(home, headers, key)).json()["recovery_codes"] == []
        begun = await asked(home, name)
        assert begun["factors"] == ["totp", "passkey", "recovery_code"]
        signed = key.sign(begun["passkey_options"]["challenge"])
        assert (await finish(home, begun["challenge"], passkey=signed)).status_code == 201
        # The same signature opens neither that sign-in nor another one.
        assert (await finish(home, begun["challenge"], passkey=signed)).status_code == 401
        again = await asked(home, name)
        assert (await finish(home, again["challenge"], passkey=signed)).status_code == 403


@pytest.mark.parametrize("wrong", ["key", "origin", "domain", "count", "person"])
async def test_what_another_key_or_another_address_signs_is_refused(office: Service, wrong: str) -> None:
    name, key = await somebody("operator"), SoftAuthenticator(ORIGIN, DOMAIN)
    async with browser_at(office, HOME) as home:
        _, _, headers = await enrol(home, name)
        await added(home, headers, key)
        begun = await asked(home, name)
        key.count = 5
        assert (
            await finish(home, begun["challenge"], passkey=key.sign(begun["passkey_options"]["challenge"]))
        ).is_success
        begun, shown = await asked(home, name), key
        if wrong == "key":
            shown = SoftAuthenticator(ORIGIN, DOMAIN)
            shown.id = key.id
        elif wrong == "origin":
            key.origin = "https://carbon.example.evil"
        elif wrong == "domain":
            key.domain_hash = SoftAuthenticator(ORIGIN, "evil").domain_hash
        elif wrong == "count":
            # A copy of the key that signed less often than the key itself.
            key.count = 2
        else:
            other = await somebody("operator")
            shown = SoftAuthenticator(ORIGIN, DOMAIN)
            _, _, theirs = await enrol(home, other)
            await added(home, theirs, shown)
        refused = await finish(
            home, begun["challenge"], passkey=shown.sign(begun["passkey_options"]["challenge"])
        )
        assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_wrong")


async def test_a_passkey_made_for_another_address_or_twice_is_not_kept(office: Service) -> None:
    name, key = await somebody("operator"), SoftAuthenticator(ORIGIN, DOMAIN)
    async with browser_at(office, HOME) as home:
        _, _, headers = await enrol(home, name)
        elsewhere = SoftAuthenticator("https://evil.example", DOMAIN)
        assert (await added(home, headers, elsewhere)).json()["code"] == "passkey_refused"
        assert (await added(home, headers, key)).status_code == 201
        assert (await added(home, headers, key)).json()["code"] == "passkey_refused"


async def test_answers_that_are_none_are_refused_in_words(office: Service) -> None:
    name, key = await somebody("operator"), SoftAuthenticator(ORIGIN, DOMAIN)
    async with browser_at(office, HOME) as home:
        _, _, headers = await enrol(home, name)
        key.id = b"short"
        assert (await added(home, headers, key)).json()["code"] == "passkey_refused"
        key.id = bytes(1024)
        assert (await added(home, headers, key)).json()["code"] == "passkey_refused"
        path = "/v1/staff/me/passkeys"
        data = bytes(37) + bytes(16) + (32).to_bytes(2, "big") + bytes(32) + cbor2.dumps({1: 9, 3: -999})
        for plain in (5, [], {}, {"fmt": "none"}, {"fmt": 1, "attStmt": 2, "authData": 3}, {"authData": b""},
                      {"fmt": "none", "attStmt": {}, "authData": data}):  # fmt: skip
            begun = await home.post(f"{path}/options", json={"password": PASSWORD}, headers=headers)
            made = SoftAuthenticator(ORIGIN, DOMAIN).make(begun.json()["options"]["challenge"])
            made["response"]["attestationObject"] = text(cbor2.dumps(plain))
            body = {"challenge": begun.json()["challenge"], "name": "key", "passkey": made}
            refused = await home.post(path, json=body, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (422, "passkey_refused"), plain


async def test_of_passkeys_begun_together_no_more_are_kept_than_an_account_may_have(office: Service) -> None:
    name = await somebody("operator")
    async with browser_at(office, HOME) as home:
        _, _, headers = await enrol(home, name)
        for _ in range(PASSKEYS_MAX - 1):
            assert (await added(home, headers, SoftAuthenticator(ORIGIN, DOMAIN))).status_code == 201
        path, bodies = "/v1/staff/me/passkeys", []
        for _ in range(2):
            begun = await home.post(f"{path}/options", json={"password": PASSWORD}, headers=headers)
            made = SoftAuthenticator(ORIGIN, DOMAIN).make(begun.json()["options"]["challenge"])
            bodies.append({"challenge": begun.json()["challenge"], "name": "key", "passkey": made})
        answers = [await home.post(path, json=body, headers=headers) for body in bodies]
        assert [each.status_code for each in answers] == [201, 409]
        assert answers[1].json()["code"] == "passkeys_unavailable"


async def test_the_last_second_factor_of_a_role_that_needs_one_stays(office: Service) -> None:
    name, key = await somebody("organiser"), SoftAuthenticator(ORIGIN, DOMAIN)
    async with browser_at(office, HOME) as home:
        headers = bearer(await enter(home, name))
        first = (await added(home, headers, key)).json()
        assert len(first["recovery_codes"]) == 10
        removal = f"/v1/staff/me/passkeys/{first['id']}/removal"
        wrong = await home.post(removal, json={"password": "wrong"}, headers=headers)
        assert wrong.json()["code"] == "present_password_wrong"
        assert (await home.post(removal, json={"password": PASSWORD}, headers=headers)).status_code == 204
        assert (await enter(home, name)).status_code == 201
        # With another role the only one left is needed.
        kept = (await added(home, headers, key)).json()
        await Staff.filter(username=name).update(role="operator")
        begun = await asked(home, name)
        signed = key.sign(begun["passkey_options"]["challenge"])
        theirs = bearer(await finish(home, begun["challenge"], passkey=signed))
        removal = f"/v1/staff/me/passkeys/{kept['id']}/removal"
        last = await home.post(removal, json={"password": PASSWORD}, headers=theirs)
        assert (last.status_code, last.json()["code"]) == (409, "last_second_factor")
        nothing = await home.post(
            "/v1/staff/me/passkeys/bm90aGluZw/removal", json={"password": PASSWORD}, headers=theirs
        )
        assert nothing.json()["code"] == "passkey_not_found"


async def test_an_address_that_is_no_name_has_no_passkeys(stage: Service) -> None:
    headers = bearer(await enter(stage.client, await somebody()))
    refused = await stage.post("/v1/staff/me/passkeys/options", {"password": PASSWORD}, headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "passkeys_unavailable")
    assert (await stage.client.get("/v1/staff/me/security", headers=headers)).json()[
        "passkeys_available"
    ] is False
