"""The client of an identity provider, against one that speaks the protocol and lies as a test wants."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.responses import JSONResponse, Response

from backend.outside.oidc import IdentityProvider, new_nonce, new_verifier
from tests.outside.conftest import refusal_of
from tests.outside.oidc_server import CLIENT_ID, CLIENT_SECRET, Claims, OidcServer, unsigned

BACK = "https://carbon.example.org/signed-in"
DISCOVERY = "/.well-known/openid-configuration"


@dataclass
class Clock:
    ahead_s: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead_s


@pytest.fixture(scope="module")
async def running() -> AsyncIterator[OidcServer]:
    async with OidcServer() as provider:
        yield provider


@pytest.fixture
def provider(running: OidcServer) -> OidcServer:
    running.forget()
    return running


@asynccontextmanager
async def client(
    provider: OidcServer,
    now: Callable[[], float] = time.time,
    secret: str = CLIENT_SECRET,
    timeout_s: float = 4.0,
) -> AsyncIterator[IdentityProvider]:
    found = IdentityProvider(
        issuer=provider.issuer, client_id=CLIENT_ID, client_secret=secret, now=now, timeout_s=timeout_s
    )
    try:
        yield found
    finally:
        await found.aclose()


async def sign_in(provider: OidcServer, found: IdentityProvider) -> str:
    nonce, verifier = new_nonce(), new_verifier()
    address = await found.authorize_address(BACK, "o1", nonce=nonce, verifier=verifier, language="en")
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert query["code_challenge"] != verifier
    return await found.code_to_subject(provider.give_code(query), BACK, nonce=nonce, verifier=verifier)


async def refused(provider: OidcServer, found: IdentityProvider) -> str:
    return (await refusal_of(sign_in(provider, found))).code


async def test_a_person_is_issuer_and_subject_by_rsa_and_by_curve(provider: OidcServer) -> None:
    async with client(provider) as found:
        assert await sign_in(provider, found) == f"{provider.issuer} lin"
        provider.use_curve()
        provider.person = "chen"
    async with client(provider) as found:
        assert await sign_in(provider, found) == f"{provider.issuer} chen"


async def test_addresses_and_keys_are_asked_for_once_in_an_hour(provider: OidcServer) -> None:
    clock = Clock()
    async with client(provider, clock) as found:
        await asyncio.gather(*(sign_in(provider, found) for _ in range(10)))
        assert (provider.asked[DISCOVERY], provider.asked["/jwks"], provider.asked["/token"]) == (1, 1, 10)
        clock.ahead_s = 3700
        provider.change_token = lambda claims: claims | {"exp": int(clock()) + 300, "iat": int(clock())}
        await sign_in(provider, found)
        assert (provider.asked[DISCOVERY], provider.asked["/jwks"]) == (2, 2)


async def test_a_new_key_is_fetched_when_a_token_names_it_and_not_for_each_that_lies(
    provider: OidcServer,
) -> None:
    clock = Clock()
    async with client(provider, clock) as found:
        await sign_in(provider, found)
        provider.rotate()
        # Just fetched: not again for ten seconds, whatever tokens say.
        assert await refused(provider, found) == "oidc_token_invalid"
        assert provider.asked["/jwks"] == 1
        clock.ahead_s = 11
        assert await sign_in(provider, found) == f"{provider.issuer} lin"
        assert provider.asked["/jwks"] == 2
        provider.change_id_token = lambda token: token[:-6] + "AAAAAA"
        for _ in range(5):
            assert await refused(provider, found) == "oidc_token_invalid"
        assert provider.asked["/jwks"] == 2


LIES: dict[str, Callable[[Claims], Claims]] = {
    "another issuer": lambda claims: claims | {"iss": claims["iss"] + "/"},
    "another audience": lambda claims: claims | {"aud": "another"},
    "two audiences and no azp": lambda claims: claims | {"aud": ["another", CLIENT_ID]},
    "another azp": lambda claims: claims | {"azp": "another"},
    "expired": lambda claims: claims | {"exp": int(time.time()) - 61},
    "not yet": lambda claims: claims | {"nbf": int(time.time()) + 120},
    "of the future": lambda claims: claims | {"iat": int(time.time()) + 120},
    "another nonce": lambda claims: claims | {"nonce": "replayed"},
    "no nonce": lambda claims: {name: claim for name, claim in claims.items() if name != "nonce"},
    "no subject": lambda claims: {name: claim for name, claim in claims.items() if name != "sub"},
    "no expiry": lambda claims: {name: claim for name, claim in claims.items() if name != "exp"},
    "expiry in words": lambda claims: claims | {"exp": "tomorrow"},
    "empty subject": lambda claims: claims | {"sub": ""},
    "long subject": lambda claims: claims | {"sub": "s" * 256},
    "a subject that no table takes": lambda claims: claims | {"sub": "lin\x00"},
    "a number as subject": lambda claims: claims | {"sub": 7},
    "another access token": lambda claims: claims | {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_token_that_proves_nobody_is_refused(provider: OidcServer, lie: str) -> None:
    provider.change_token = LIES[lie]
    async with client(provider) as found:
        assert await refused(provider, found) == "oidc_token_invalid"


async def test_clocks_may_differ_by_a_minute(provider: OidcServer) -> None:
    async with client(provider) as found:
        provider.change_token = lambda claims: claims | {"exp": int(time.time()) - 50}
        await sign_in(provider, found)
        provider.change_token = lambda claims: claims | {"iat": int(time.time()) + 50}
        await sign_in(provider, found)


async def test_two_audiences_with_us_as_the_party_are_good(provider: OidcServer) -> None:
    provider.change_token = lambda claims: claims | {"aud": ["another", CLIENT_ID], "azp": CLIENT_ID}
    async with client(provider) as found:
        await sign_in(provider, found)


async def test_no_signature_and_our_own_secret_as_a_key_prove_nothing(provider: OidcServer) -> None:
    async with client(provider) as found:
        provider.change_id_token = unsigned
        assert await refused(provider, found) == "oidc_token_invalid"
        provider.change_id_token = lambda token: ""
        assert await refused(provider, found) == "oidc_token_invalid"
        provider.change_id_token = lambda token: token
        provider.sign_by_secret()
        assert await refused(provider, found) == "oidc_token_invalid"


async def test_a_code_that_is_not_the_providers_is_the_persons_to_mend(provider: OidcServer) -> None:
    async with client(provider) as found:
        for code in ("invented", "x" * 3000, "code\r\nHost: else", "码"):
            asking = found.code_to_subject(code, BACK, nonce="n", verifier="v" * 43)
            assert (await refusal_of(asking)).code == "oidc_code_invalid"
        assert provider.asked["/token"] == 1


async def test_the_secret_goes_by_the_method_that_the_provider_takes(provider: OidcServer) -> None:
    for methods, sent in ((["client_secret_basic"], "Basic"), (["client_secret_post"], "post")):
        provider.forget()
        provider.auth_methods = methods
        async with client(provider) as found:
            await sign_in(provider, found)
        assert [each.split()[0] for each in provider.authorizations] == [sent]


async def test_a_wrong_secret_is_our_set_up_and_stands_in_no_log(
    provider: OidcServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with client(provider, secret="wrong-secret-of-ours") as found:
        asking = sign_in(provider, found)
        refusal = await refusal_of(asking)
    assert refusal.code == "oidc_misconfigured"
    assert (refusal.__cause__, refusal.__context__) == (None, None)
    assert "invalid_client" in caplog.text
    assert "wrong-secret" not in caplog.text
    assert "code-0" not in caplog.text


async def test_what_a_token_says_is_in_no_traceback(
    provider: OidcServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider.person = "4401-a-number-of-lin"
    provider.change_token = lambda claims: claims | {"aud": "another"}
    async with client(provider) as found:
        refusal = await refusal_of(sign_in(provider, found))
    assert refusal.code == "oidc_token_invalid"
    assert (refusal.__cause__, refusal.__context__) == (None, None)
    frames = "".join(traceback.TracebackException.from_exception(refusal, capture_locals=True).format())
    assert "code_to_subject" in frames
    for hidden in ("4401-a-number-of-lin", "eyJ", CLIENT_SECRET, "Basic "):
        assert hidden not in frames + caplog.text


@pytest.mark.parametrize(
    "answer",
    [
        Response("<html>maintenance</html>", 200),
        JSONResponse([]),
        Response("", 502),
        Response("x" * 70_000, 200),
    ],
    ids=["html", "other JSON", "502", "too long"],
)
async def test_a_token_endpoint_that_makes_no_sense_is_away(provider: OidcServer, answer: Response) -> None:
    provider.answers["/token"] = answer
    async with client(provider) as found:
        assert await refused(provider, found) == "oidc_unavailable"


async def test_a_provider_that_is_slow_is_away_and_asked_again_after_ten_seconds(
    provider: OidcServer,
) -> None:
    clock = Clock()
    provider.delay_s = 5
    async with client(provider, clock, timeout_s=0.2) as found:
        for _ in range(3):
            assert await refused(provider, found) == "oidc_unavailable"
        assert provider.asked[DISCOVERY] == 1
        provider.delay_s = 0
        clock.ahead_s = 11
        assert await sign_in(provider, found) == f"{provider.issuer} lin"


async def test_a_provider_whose_documents_are_away_for_a_while_still_signs_in(provider: OidcServer) -> None:
    clock = Clock()
    provider.change_token = lambda claims: claims | {"exp": int(clock()) + 300, "iat": int(clock())}
    async with client(provider, clock) as found:
        await sign_in(provider, found)
        provider.answers |= {DISCOVERY: Response("", 500), "/jwks": Response("", 500)}
        clock.ahead_s = 7200
        await sign_in(provider, found)
        clock.ahead_s = 2 * 86_400
        assert await refused(provider, found) == "oidc_unavailable"


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "http://127.0.0.1/else"},
        {"token_endpoint": "http://id.example.org/token"},
        {"jwks_uri": "ftp://id.example.org/jwks"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_document_of_another_issuer_or_with_addresses_in_clear_is_our_set_up(
    provider: OidcServer, change: dict[str, str]
) -> None:
    provider.change_discovery = lambda document: document | change
    async with client(provider) as found:
        assert await refused(provider, found) == "oidc_misconfigured"


def test_an_issuer_in_clear_is_refused_at_the_start() -> None:
    for issuer in ("http://id.example.org", "https://id.example.org/?realm=1", "id.example.org"):
        with pytest.raises(ValueError, match="https"):
            IdentityProvider(issuer=issuer, client_id="c", client_secret="s")
