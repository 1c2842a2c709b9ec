"""An identity provider that speaks OpenID Connect, as a real HTTP server on a loopback port, for tests.

Discovery, keys (RS256 and ES256, exchanged while it runs), a page that sends everybody back at once, and a token
endpoint that holds the client to its secret, its redirect address and PKCE.

    async with OidcServer() as provider:
        provider.person = "4401-lin"
        provider.change_token = lambda claims: claims | {"aud": "another"}
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext, suppress
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

CLIENT_ID = "tianfu carbon"
CLIENT_SECRET = "s3cret+of/the=client%and more"
Claims = dict[str, Any]


class OidcServer:
    def __init__(self) -> None:
        self._rsa = [RSAKey.generate_key(2048, {"kid": f"rsa-{number}"}) for number in range(2)]
        self._ec = ECKey.generate_key("P-256", {"kid": "ec-0"})
        self.forget()

    def forget(self) -> None:
        """Begin anew: first key, nobody signed in, nothing wrong."""
        self.person = "lin"
        self.denies = False
        self.signs_with: Any = self._rsa[0]
        self.publishes: list[Any] = [self._rsa[0]]
        self.algorithm = "RS256"
        self.auth_methods = ["client_secret_basic", "client_secret_post"]
        self.change_token: Callable[[Claims], Claims] = lambda claims: claims
        self.change_id_token: Callable[[str], str] = lambda token: token
        self.change_discovery: Callable[[Claims], Claims] = lambda document: document
        self.answers: dict[str, Response] = {}
        """By path: what is answered instead."""
        self.delay_s = 0.0
        self.asked: Counter[str] = Counter()
        self.authorizations: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._hurry = asyncio.Event()

    def rotate(self) -> None:
        """From now on another key signs, and the old one is published no more."""
        self.signs_with, self.publishes = self._rsa[1], [self._rsa[1]]

    def use_curve(self) -> None:
        self.signs_with, self.publishes, self.algorithm = self._ec, [self._rsa[0], self._ec], "ES256"

    def sign_by_secret(self) -> None:
        """As an attacker would who takes the client's secret for a key of the provider."""
        self.signs_with, self.algorithm = OctKey.import_key(CLIENT_SECRET, {"kid": "rsa-0"}), "HS256"

    def give_code(self, query: dict[str, str]) -> str:
        """A code for an authorization request, as if its page had been looked at."""
        code = f"code-{len(self._codes)}"
        self._codes[code] = query
        return code

    # What is asked.

    async def _discovery(self, request: Request) -> Response:
        return JSONResponse(
            self.change_discovery(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/jwks",
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["pairwise"],
                    "id_token_signing_alg_values_supported": ["RS256", "ES256"],
                    "token_endpoint_auth_methods_supported": self.auth_methods,
                    "code_challenge_methods_supported": ["S256"],
                }
            )
        )

    async def _jwks(self, request: Request) -> Response:
        return JSONResponse(KeySet(self.publishes).as_dict(private=False))

    async def _authorize(self, request: Request) -> Response:
        query = dict(request.query_params)
        assert query["client_id"] == CLIENT_ID
        assert (query["response_type"], query["scope"], query["code_challenge_method"]) == (
            "code",
            "openid",
            "S256",
        )
        back = {"state": query["state"]}
        back |= {"error": "access_denied"} if self.denies else {"code": self.give_code(query)}
        return Response(status_code=302, headers={"location": f"{query['redirect_uri']}?{urlencode(back)}"})

    async def _token(self, request: Request) -> Response:
        body = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if not self._is_client(request, body):
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self._codes.pop(body.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != body["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        digest = hashlib.sha256(body["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims: Claims = {"iss": self.issuer, "sub": self.person, "aud": CLIENT_ID, "nonce": asked["nonce"]}
        claims = self.change_token(claims | {"iat": now, "exp": now + 300})
        header = {"alg": self.algorithm, "kid": self.signs_with.kid}
        id_token = jwt.encode(header, claims, self.signs_with, algorithms=[self.algorithm])
        return JSONResponse(
            {"access_token": "a", "token_type": "Bearer", "id_token": self.change_id_token(id_token)}
        )

    def _is_client(self, request: Request, body: dict[str, str]) -> bool:
        header = request.headers.get("authorization", "")
        self.authorizations.append(header or "post")
        if not header:
            return (body.get("client_id"), body.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if "client_secret_basic" not in self.auth_methods:
            return False
        pair = base64.b64decode(header.removeprefix("Basic ")).decode()
        sent = parse_qs("&".join(f"{name}={part}" for name, part in zip("is", pair.split(":"), strict=True)))
        return (sent["i"][0], sent["s"][0]) == (CLIENT_ID, CLIENT_SECRET)

    # Its life.

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._port}/realm"

    def _route(self, path: str, answer: Callable[[Request], Any], method: str = "GET") -> Route:
        async def endpoint(request: Request) -> Response:
            self.asked[path] += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), self.delay_s)
            found: Response = self.answers[path] if path in self.answers else await answer(request)
            return found

        return Route(f"/realm{path}", endpoint, methods=[method])

    async def __aenter__(self) -> Self:
        listener = socket.create_server(("127.0.0.1", 0))
        self._port: int = listener.getsockname()[1]
        routes = [
            self._route("/.well-known/openid-configuration", self._discovery),
            self._route("/jwks", self._jwks),
            self._route("/authorize", self._authorize),
            self._route("/token", self._token, "POST"),
        ]
        app = Starlette(routes=routes)
        config = uvicorn.Config(app, lifespan="off", ws="none", log_config=None, timeout_graceful_shutdown=1)
        self._server = _Server(config)
        self._running = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started:
            if self._running.done():
                self._running.result()
            await asyncio.sleep(0.005)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hurry.set()
        self._server.should_exit = True
        await self._running


class _Server(uvicorn.Server):
    """uvicorn that leaves the test runner's signals alone."""

    def capture_signals(self) -> Any:
        return nullcontext()


def unsigned(token: str) -> str:
    """The same claims under `alg: none`."""
    header = (
        base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).rstrip(b"=").decode()
    )
    return f"{header}.{token.split('.')[1]}."
