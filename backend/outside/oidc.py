"""OpenID Connect: sign-in with an identity provider, by authorization code with PKCE (S256), nonce and state.

The provider's addresses come from its discovery document, its keys from its JWKS; both are kept for an hour and, while
the provider is away, for a day. An ID token whose key is not known has the keys fetched again, once a while at most.
Authlib checks claims and makes challenges, its JOSE library joserfc checks signatures. Requests go through
`backend.outside.transport`, since Authlib's own client is built on a library that logs addresses.

Sources: OpenID Connect Core 1.0 §3.1, Discovery 1.0 §4, RFC 7636, RFC 8725, RFC 9700.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import quote_plus, urlencode

import httpx2
import msgspec
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from backend.errors import Refusal
from backend.outside.refusals import (
    IdentityCodeInvalid,
    IdentityProviderMisconfigured,
    IdentityProviderUnavailable,
    IdentityTokenInvalid,
)
from backend.outside.transport import NoAnswer, Received, Transport, is_bare, is_guarded
from backend.outside.wechat import Unprinted

logger = logging.getLogger(__name__)

# Signatures by a key that only the provider has. `none` is no signature, and HS256's key would be our own secret.
ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
CLOCK_SKEW_S = 60
FRESH_S = 3600
STALE_S = 24 * 3600
LOOK_AGAIN_S = 10
"""So long after a failure, or after keys were fetched for a token, the provider is not asked for the same again."""
CONNECTIONS_MAX = 64
DOCUMENT_BYTES_MAX = 262_144
TOKEN_BYTES_MAX = 65_536
SUBJECT_CHARS_MAX = 255
"""OpenID Connect Core §2: `sub` has 255 ASCII characters at most."""
CODE_CHARS_MAX = 2048
Document = TypeVar("Document")


def new_nonce() -> str:
    return secrets.token_urlsafe(24)


def new_verifier() -> str:
    """43 characters of PKCE's alphabet, as RFC 7636 §4.1 recommends."""
    return secrets.token_urlsafe(32)


class Metadata(msgspec.Struct, frozen=True):
    """What is read of a provider's discovery document."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: list[str] = msgspec.field(
        default_factory=lambda: ["client_secret_basic"]
    )


class _TokenAnswer(Unprinted, frozen=True):
    id_token: str = ""
    access_token: str = ""
    error: str = ""


class _Kept(msgspec.Struct):
    """A document of the provider's, when it was fetched, and when it last could not be."""

    document: Any = None
    fetched_at: float = float("-inf")
    failed_at: float = float("-inf")


class IdentityProvider:
    """A client of one provider. Safe to share between requests; close it at the end."""

    def __init__(
        self,
        *,
        issuer: str,
        client_id: str,
        client_secret: str,
        timeout_s: float = 4.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`timeout_s` bounds each request. Without a secret the client is a public one, by PKCE alone.

        Raises ValueError for an issuer in clear.
        """
        if not is_guarded(issuer) or not is_bare(issuer):
            raise ValueError("The identity provider's issuer must be https, without query or fragment.")
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._timeout_s = timeout_s
        self._now = now
        self._transport = Transport(connections_max=CONNECTIONS_MAX)
        self._metadata, self._keys = _Kept(), _Kept()
        self._one_looks = asyncio.Lock()

    async def aclose(self) -> None:
        await self._transport.aclose()

    # -- there ------------------------------------------------------------------------------------

    async def authorize_address(
        self, redirect_uri: str, state: str, *, nonce: str, verifier: str, language: str
    ) -> str:
        """Where a browser is sent to sign in. Raises IdentityProviderUnavailable, IdentityProviderMisconfigured."""
        metadata = await self._known_metadata()
        return str(
            prepare_grant_uri(
                metadata.authorization_endpoint,
                self._client_id,
                "code",
                redirect_uri=redirect_uri,
                scope="openid",
                state=state,
                nonce=nonce,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
                ui_locales=language,
            )
        )

    # -- and back ---------------------------------------------------------------------------------

    async def code_to_subject(self, code: str, redirect_uri: str, *, nonce: str, verifier: str) -> str:
        """Who signed in, as issuer and subject. Raises IdentityCodeInvalid, IdentityTokenInvalid, and as above."""
        if not code.isascii() or not code.isprintable() or len(code) > CODE_CHARS_MAX:
            raise IdentityCodeInvalid
        metadata = await self._known_metadata()
        answer = await self._exchange(metadata, code, redirect_uri, verifier)
        if isinstance(answer, Refusal):
            raise answer
        subject = await self._subject(metadata, answer, nonce)
        if isinstance(subject, Refusal):
            raise subject
        return f"{self._issuer} {subject}"

    async def _exchange(
        self, metadata: Metadata, code: str, redirect_uri: str, verifier: str
    ) -> _TokenAnswer | Refusal:
        """The token answer, or what is to be raised where no frame holds the code and the secret."""
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if not self._client_secret:
            body["client_id"] = self._client_id
        elif "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            # RFC 6749 §2.3.1: both are form-encoded before they are put together.
            pair = f"{quote_plus(self._client_id)}:{quote_plus(self._client_secret)}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            body |= {"client_id": self._client_id, "client_secret": self._client_secret}
        received = await self._ask("POST", metadata.token_endpoint, headers, urlencode(body), TOKEN_BYTES_MAX)
        if isinstance(received, NoAnswer):
            return _unavailable("token endpoint", received.reason)
        answer = _decoded(received.body, _TokenAnswer)
        if received.status == 200 and answer is not None:
            return answer
        error = answer.error if answer is not None else ""
        if received.status == 400 and error == "invalid_grant":
            return IdentityCodeInvalid()
        if received.status in (400, 401, 403) and error:
            return _misconfigured(f"token endpoint: status {received.status}, error {error[:80]!r}")
        return _unavailable(
            "token endpoint", f"HTTP status {received.status}, or not the JSON that was agreed"
        )

    async def _subject(self, metadata: Metadata, answer: _TokenAnswer, nonce: str) -> str | Refusal:
        """The subject of an ID token that was signed by the provider, for us, now, for this sign-in."""
        # Refusals are given back and raised where no frame holds a token or a claim.
        keys = await self._known_keys(metadata)
        try:
            token = self._verified(answer.id_token, keys)
        except (JoseError, ValueError):
            # Its key may be newer than the keys that are known.
            fresh = await self._known_keys(metadata, fetched_before=self._now() - LOOK_AGAIN_S)
            if fresh is keys:
                return _token_invalid("signature or form")
            try:
                token = self._verified(answer.id_token, fresh)
            except (JoseError, ValueError):
                return _token_invalid("signature or form")
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self._client_id},
                "sub": {"essential": True},
                "exp": {"essential": True},
                "iat": {"essential": True},
            },
            params={
                "nonce": nonce,
                "client_id": self._client_id,
                "access_token": answer.access_token or None,
            },
        )
        try:
            claims.validate(now=int(self._now()), leeway=CLOCK_SKEW_S)
        except (JoseError, ValueError, TypeError) as error:
            return _token_invalid(type(error).__name__)
        subject = claims["sub"]
        if (
            not isinstance(subject, str)
            or not 1 <= len(subject) <= SUBJECT_CHARS_MAX
            or not subject.isascii()
            or not subject.isprintable()
        ):
            return _token_invalid("subject")
        return subject

    @staticmethod
    def _verified(id_token: str, keys: KeySet) -> jwt.Token:
        return jwt.decode(id_token, keys, algorithms=ALGORITHMS)

    # -- what is known of the provider ------------------------------------------------------------

    async def _known_metadata(self) -> Metadata:
        def read(body: bytes) -> Metadata | None:
            found = _decoded(body, Metadata)
            if found is None:
                return None
            endpoints = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
            if found.issuer != self._issuer or not all(map(is_guarded, endpoints)):
                raise _misconfigured("the discovery document names another issuer, or an address in clear")
            return found

        url = get_well_known_url(self._issuer, external=True)
        return await self._look("discovery document", self._metadata, url, read)

    async def _known_keys(self, metadata: Metadata, *, fetched_before: float | None = None) -> KeySet:
        """The provider's keys; those that were fetched before an instant are fetched again if they can be."""

        def read(body: bytes) -> KeySet | None:
            try:
                found = msgspec.json.decode(body)
                usable = [
                    key for key in found["keys"] if key.get("kty") != "oct" and key.get("use", "sig") == "sig"
                ]
                return KeySet.import_key_set({"keys": usable}) if usable else None
            except (msgspec.DecodeError, JoseError, ValueError, TypeError, KeyError, AttributeError):
                return None

        return await self._look("JWKS", self._keys, metadata.jwks_uri, read, fetched_before=fetched_before)

    async def _look(
        self,
        name: str,
        kept: _Kept,
        url: str,
        read: Callable[[bytes], Document | None],
        *,
        fetched_before: float | None = None,
    ) -> Document:
        """A document that is fresh, or the stale one while the provider is away. One task asks for all."""
        if fetched_before is None and self._one_looks.locked() and kept.fetched_at >= self._now() - STALE_S:
            return kept.document  # type: ignore[no-any-return] # nobody waits for a slow provider who need not
        async with self._one_looks:
            now = self._now()
            oldest = now - FRESH_S if fetched_before is None else fetched_before
            may_ask = now - kept.failed_at >= LOOK_AGAIN_S
            if kept.fetched_at < oldest and may_ask:
                received = await self._ask("GET", url, {}, "", DOCUMENT_BYTES_MAX)
                body = received.body if isinstance(received, Received) and received.status == 200 else b""
                try:
                    found = read(body)
                except Refusal:
                    kept.failed_at = now
                    raise
                if found is None:
                    kept.failed_at = now
                    why = (
                        received.reason
                        if isinstance(received, NoAnswer)
                        else f"HTTP status {received.status}"
                    )
                    logger.warning("The identity provider gave no usable %s: %s", name, why)
                else:
                    kept.document, kept.fetched_at = found, now
            if kept.document is None or kept.fetched_at < now - STALE_S:
                raise IdentityProviderUnavailable
            document: Document = kept.document
            return document

    async def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: str, bytes_max: int
    ) -> Received | NoAnswer:
        request = httpx2.Request(
            method, url, headers={"Accept": "application/json", **headers}, content=body.encode() or None
        )
        try:
            # httpx2's own time-outs start again with every chunk; a dripping answer would outlive them.
            async with asyncio.timeout(self._timeout_s):
                return await self._transport.receive(request, bytes_max)
        except (httpx2.HTTPError, OSError) as error:
            return NoAnswer(type(error).__name__)


def _decoded(body: bytes, kind: type[Document]) -> Document | None:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _unavailable(what: str, why: str) -> IdentityProviderUnavailable:
    logger.warning("The identity provider gave no usable answer: %s: %s", what, why)
    return IdentityProviderUnavailable()


def _misconfigured(why: str) -> IdentityProviderMisconfigured:
    logger.error("The identity provider refuses our set-up: %s", why)
    return IdentityProviderMisconfigured()


def _token_invalid(why: str) -> IdentityTokenInvalid:
    logger.error("The identity provider's ID token proves nobody: %s", why)
    return IdentityTokenInvalid()
