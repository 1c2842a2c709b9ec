"""Signing in with a city's own identity, in production mode, against a provider that speaks OpenID Connect."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from starlette.responses import Response

from backend.settings import Settings
from tests.outside.oidc_server import CLIENT_ID, CLIENT_SECRET, OidcServer
from tests.routes.identity.test_wechat_web import who, why
from tests.routes.identity.travellers import PUBLIC, Browser, browser_at
from tests.service import Service, open_service


@pytest.fixture(scope="module")
async def running() -> AsyncIterator[OidcServer]:
    async with OidcServer() as provider:
        yield provider


@pytest.fixture(scope="module")
def chosen(stage_settings: Settings, running: OidcServer) -> Settings:
    return replace(
        stage_settings,
        environment="production",
        public_url=PUBLIC,
        oidc_issuer=running.issuer,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
        oidc_name_zh="蓉城通",
        oidc_name_en="Rongcheng Pass",
    )


@pytest.fixture
async def city(chosen: Settings, running: OidcServer) -> AsyncIterator[Service]:
    """A process that knows nothing of its provider yet."""
    running.forget()
    async with open_service(chosen) as service:
        yield service


@pytest.fixture
def provider(running: OidcServer, city: Service) -> OidcServer:
    return running


@pytest.fixture
async def browser(city: Service) -> AsyncIterator[Browser]:
    async with browser_at(city) as found:
        yield found


async def visit(browser: Browser, provider: OidcServer, person: str) -> str:
    """The citizen that somebody is after a whole sign-in."""
    provider.person = person
    state, query = await browser.leave("oidc")
    return who(await browser.come_back("oidc", state, provider.give_code(query)))


async def test_the_way_is_offered_under_the_citys_name_for_it(city: Service) -> None:
    answer = await city.client.get("/v1/sessions/ways")
    facts = {"start": "/v1/sessions/oidc/start", "name": {"zh-CN": "蓉城通", "en": "Rongcheng Pass"}}
    assert {"provider": "oidc", "facts": facts} in answer.json()["items"]


async def test_a_browser_leaves_with_pkce_and_a_nonce_and_one_person_is_one_account(
    browser: Browser, provider: OidcServer, rows: asyncpg.Connection
) -> None:
    left = await browser.ask(
        "GET", "/v1/sessions/oidc/start", params={"return_to": "/account"}, headers={"accept-language": "en"}
    )
    query = {name: values[0] for name, values in parse_qs(urlsplit(left.headers["location"]).query).items()}
    assert set(query) == {
        *("response_type", "client_id", "redirect_uri", "scope", "state"),
        *("nonce", "code_challenge", "code_challenge_method", "ui_locales"),
    }
    assert (query["redirect_uri"], query["ui_locales"]) == (f"{PUBLIC}/signed-in", "en")
    told = left.text + str(left.headers.get_list("set-cookie"))
    assert query["nonce"] not in told
    answer = await browser.come_back("oidc", query["state"], provider.give_code(query))
    assert await visit(browser, provider, "lin") == who(answer)
    assert await visit(browser, provider, "chen") != who(answer)
    assert provider.issuer not in answer.text
    kept = await rows.fetchval("SELECT subject FROM identities WHERE citizen_id = $1", who(answer))
    assert kept == f"{provider.issuer} lin"


async def test_one_person_on_ten_devices_at_once_is_one_citizen(city: Service, provider: OidcServer) -> None:
    async def device(number: int) -> str:
        async with browser_at(city, f"10.3.0.{number}") as browser:
            return await visit(browser, provider, "at-once")

    assert len(set(await asyncio.gather(*map(device, range(10))))) == 1


async def test_a_code_or_a_callback_used_twice_and_a_stolen_state_open_nothing(
    browser: Browser, city: Service, provider: OidcServer
) -> None:
    state, query = await browser.leave("oidc")
    code = provider.give_code(query)
    async with browser_at(city, "10.3.1.1") as thief:
        other, _ = await thief.leave("oidc")
        assert why(await thief.come_back("oidc", state, code)) == (401, "sign_in_state_invalid")
        # Their own state with somebody else's code: PKCE does not fit, and the code is spent.
        assert why(await thief.come_back("oidc", other, code)) == (401, "oidc_code_invalid")
    assert why(await browser.come_back("wechat_web", state, code)) == (422, "provider_unknown")
    assert why(await browser.come_back("oidc", state, code)) == (401, "oidc_code_invalid")
    assert why(await browser.come_back("oidc", state, code)) == (409, "sign_in_state_used")
    assert await visit(browser, provider, "lin")


async def test_a_token_of_another_sign_in_is_refused(browser: Browser, provider: OidcServer) -> None:
    state, query = await browser.leave("oidc")
    provider.change_token = lambda claims: claims | {"nonce": "of another sign-in"}
    assert why(await browser.come_back("oidc", state, provider.give_code(query))) == (
        503,
        "oidc_token_invalid",
    )


async def test_a_provider_that_is_down_sends_the_browser_to_our_page(
    browser: Browser, provider: OidcServer
) -> None:
    provider.answers["/.well-known/openid-configuration"] = Response("<html>", 200)
    left = await browser.ask("GET", "/v1/sessions/oidc/start", params={"return_to": "/q/Bk1"})
    address = urlsplit(left.headers["location"])
    query = parse_qs(address.query)
    assert (address.path, query["error"]) == ("/signed-in", ["oidc_unavailable"])
    assert left.headers["set-cookie"].startswith(f"signed_in_to_{query['state'][0][:9]}=%2Fq%2FBk1;")


async def test_a_provider_that_goes_down_meanwhile_is_a_sentence(
    browser: Browser, provider: OidcServer
) -> None:
    state, query = await browser.leave("oidc")
    provider.answers["/token"] = Response("", 502)
    answer = await browser.come_back("oidc", state, provider.give_code(query))
    assert why(answer) == (503, "oidc_unavailable")
    assert int(answer.headers["retry-after"]) >= 1
    del provider.answers["/token"]
    assert await visit(browser, provider, "lin")
