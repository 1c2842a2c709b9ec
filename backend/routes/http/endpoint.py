"""From an HTTP request to one function and back: reading, signing in, deciding the language, answering.

Every route of the API is an Endpoint: what it takes, what it answers, who may call it. The OpenAPI document is
made from the same table, so the two cannot drift apart.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Protocol
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec
import structlog
from starlette.types import Receive, Scope, Send

from backend.auth import Principal, Role
from backend.components import Components
from backend.errors import (
    BadgeBound,
    BadgeRevoked,
    BadgeUnknown,
    BodyTooLarge,
    Busy,
    CodeExpired,
    CodeForeign,
    CodeForged,
    CodeMalformed,
    DatabaseUnavailable,
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    InternalError,
    InvalidBody,
    InvalidQuery,
    MalformedBody,
    NotSignedIn,
    OutcomeUnknown,
    Refusal,
    RoleForbidden,
    Stopping,
    TooManyAtOnce,
    UnsupportedMediaType,
)
from backend.errors.events.documents import BodyCutOff
from backend.errors.partners import NotSigned
from backend.ledger.command import IdempotencyKey, Outcome
from backend.messages.encoding import encode
from backend.routes.http.problems import language_of, problem_body
from backend.services.gates.device_auth import ScanningDevice
from backend.services.partners.request_auth import PartnerCaller
from backend.storage.database import CONTENTION, UNAVAILABLE

log = structlog.get_logger(__name__)

PAGE_LIMIT_MAX = 100
PAGE_LIMIT_DEFAULT = 20
FACT_CHARS_MAX = 300
_KEY_FORM = re.compile(r"[\x21-\x7e]{1,64}")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""An escaped U+0000: JSON may hold one, a text of PostgreSQL may not."""

CHUNK_TAKEN_S_MAX = 60.0
"""Who takes no piece of a long answer for so long has gone, or holds its place against the others."""

Headers = list[tuple[bytes, bytes]]

CITIZEN: tuple[Role, ...] = ("citizen",)
ANY_STAFF: tuple[Role, ...] = ("staff", "organiser", "operator", "regulator")
ANYONE_SIGNED_IN: tuple[Role, ...] = ("citizen", *ANY_STAFF)
ORGANISER: tuple[Role, ...] = ("organiser", "operator")
OPERATOR: tuple[Role, ...] = ("operator",)

QUEUED = (Stopping, OutcomeUnknown, TooManyAtOnce)
"""What any command of the ledger may be refused with, whatever its rules."""
CODE = (CodeMalformed, CodeForged, CodeExpired, CodeForeign)
BADGE = (BadgeUnknown, BadgeRevoked, BadgeBound)
"""What may be wrong with a scanned code, and with the badge it names."""


class Chunks(Protocol):
    """A body made while it is sent (services.operations.download_slots); it is closed in the end, sent or not."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is more than a 200 with a message."""

    message: object = None
    status: int = 200
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes | None = None
    media_type: bytes = b"application/json"
    chunks: Chunks | None = None
    """Instead of a body: its length is told by `headers` or not at all, and an error in it ends the connection, so that
    no half of it passes for the whole."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query parameter, for the OpenAPI document."""

    name: str
    schema: Mapping[str, Any]
    about: str


PAGING = (
    Query("limit", {"type": "integer", "minimum": 1, "maximum": PAGE_LIMIT_MAX}, "items of this page"),
    Query("cursor", {"type": "string"}, "next_cursor of the page before"),
)


DEVICE = Query(
    "X-Device",
    {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[\\x21-\\x7e]+$"},
    "an opaque name of the device; what one device logs for many people in a day is looked at by a person",
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A body that is not JSON: its media types, and the setting that bounds its bytes."""

    media_types: tuple[str, ...]
    bytes_max: str
    is_streamed: bool = False
    """The handler reads `Call.chunks` itself: such a body is too large to be held in memory."""


class Call:
    """One request as a handler sees it."""

    __slots__ = (
        "_query",
        "body",
        "chunks",
        "components",
        "device",
        "idempotency",
        "language",
        "now",
        "params",
        "partner",
        "principal",
        "raw",
        "scope",
    )

    def __init__(self, scope: Scope, components: Components, language: str) -> None:
        self.scope = scope
        self.components = components
        self.language = language
        self.params: dict[str, str] = scope["path_params"]
        self.now = datetime.now(UTC)
        self.principal: Principal = None  # type: ignore[assignment]  # set for every route that names roles
        self.partner: PartnerCaller = None  # type: ignore[assignment]  # set for every route that is signed
        self.device: ScanningDevice = None  # type: ignore[assignment]  # set for every route of scanning devices
        self.body: Any = None
        self.raw = b""
        """The body as it came, of a route that takes one."""
        self.chunks: AsyncIterator[bytes] = None  # type: ignore[assignment]  # set where an upload is streamed
        self.idempotency: IdempotencyKey | None = None
        self._query: dict[str, str] | None = None

    def principal_if_citizen(self) -> Principal | None:
        """The caller of a route that anyone may call, when it is a citizen whose token is good."""
        return self._principal_if(("citizen",))

    def principal_if_staff(self) -> Principal | None:
        return self._principal_if(("staff", "organiser", "operator", "regulator"))

    def _principal_if(self, roles: tuple[Role, ...]) -> Principal | None:
        try:
            return authenticate(self.components, dict(self.scope["headers"]), roles)
        except Refusal:
            return None

    def header(self, name: bytes) -> bytes | None:
        """A header by its name in small letters."""
        return next((value for key, value in self.scope["headers"] if key == name), None)

    def query(self, name: str) -> str | None:
        if self._query is None:
            try:
                pairs = parse_qsl(self.scope["query_string"].decode("ascii"), max_num_fields=20)
            except ValueError:
                raise InvalidQuery(name="?", reason="unreadable") from None
            self._query = dict(pairs)
        text = self._query.get(name)
        if text is not None and "\0" in text:
            raise InvalidQuery(name=name, reason="U+0000 cannot stand in a text")
        return text

    @property
    def limit(self) -> int:
        text = self.query("limit")
        if text is None:
            return PAGE_LIMIT_DEFAULT
        if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= PAGE_LIMIT_MAX:
            raise InvalidQuery(name="limit", reason=f"1 … {PAGE_LIMIT_MAX}")
        return int(text)

    @property
    def cursor_id(self) -> UUID | None:
        text = self.query("cursor")
        if text is None:
            return None
        try:
            return UUID(text)
        except ValueError:
            raise InvalidQuery(name="cursor", reason="not one of ours") from None


Handler = Callable[[Call], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One route: method, path, function, and all that the OpenAPI document says of it."""

    method: Literal["GET", "POST", "DELETE"]
    path: str
    handler: Handler
    summary: str
    tag: str
    roles: tuple[Role, ...] | None = None
    """None: anyone, signed in or not."""
    body: Any = None
    answers: Mapping[int, Any] = field(default_factory=dict)
    refusals: tuple[type[Refusal], ...] = ()
    idempotency: Literal["required", "optional"] | None = None
    query: tuple[Query, ...] = ()
    headers: tuple[Query, ...] = ()
    """Headers that the route reads besides those of every route."""
    upload: Upload | None = None
    device: Literal["active", "late"] | None = None
    """Called by scanning devices with their own tokens; late: one that was revoked may hand in what it queued."""
    is_signed: bool = False
    """Called by partners, who sign the request; such a body may be larger than a citizen's."""
    is_decoded: bool = True
    """Without it the handler reads `Call.raw` itself, where one bad item of many must not spoil the others."""
    media_type: str = "application/json"

    def __post_init__(self) -> None:
        assert self.answers, f"{self.method} {self.path} says no answer"
        assert self.body is None or self.upload is None
        assert [self.is_signed, self.roles is not None, self.device is not None].count(True) <= 1


class Served:
    """An Endpoint as an ASGI application."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._decoder = None if endpoint.body is None else msgspec.json.Decoder(endpoint.body)
        self._status = next(iter(endpoint.answers))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        language = language_of(headers.get(b"accept-language"))
        try:
            reply = await self._answer(scope, receive, headers, language)
        except Refusal as refusal:
            reply = refusal_reply(refusal, language, scope["path"])
        except UNAVAILABLE as error:
            # The route's template, never the path: a path may hold somebody's code.
            log.warning("database_away", route=self.endpoint.path, error=type(error).__name__)
            reply = refusal_reply(DatabaseUnavailable(), language, scope["path"])
        except CONTENTION as error:
            log.warning("database_busy", route=self.endpoint.path, error=type(error).__name__)
            reply = refusal_reply(Busy(), language, scope["path"])
        except Exception:
            log.exception("request_failed", route=self.endpoint.path)
            reply = refusal_reply(InternalError(), language, scope["path"])
        if reply.chunks is not None:
            await send_chunks(receive, send, reply, reply.chunks)
        else:
            await send_reply(send, reply)

    async def _answer(
        self, scope: Scope, receive: Receive, headers: Mapping[bytes, bytes], language: str
    ) -> Reply:
        endpoint, components = self.endpoint, scope["state"]["components"]
        call = Call(scope, components, language)
        if endpoint.roles is not None:
            call.principal = authenticate(components, headers, endpoint.roles)
        if endpoint.device is not None:
            call.device = await components.device_authenticator.device_of(
                headers.get(b"authorization"), call.now, takes_revoked=endpoint.device == "late"
            )
        raw = b""
        if endpoint.is_signed:
            raw = call.raw = await self._admit(call, receive, headers)
            call.body = self._decode(raw) if endpoint.is_decoded else None
        elif self._decoder is not None:
            bytes_max = (
                components.settings.body_bytes_max
                if endpoint.is_decoded
                else components.settings.import_bytes_max
            )
            raw = call.raw = await read_body(receive, headers, bytes_max)
            call.body = self._decode(raw) if endpoint.is_decoded else None
        elif endpoint.upload is not None:
            bytes_max = getattr(components.settings, endpoint.upload.bytes_max)
            if endpoint.upload.is_streamed:
                check_head(headers, bytes_max, endpoint.upload.media_types)
                call.chunks = read_chunks(receive, bytes_max)
            else:
                raw = call.raw = await read_body(receive, headers, bytes_max, endpoint.upload.media_types)
        if endpoint.idempotency is not None:
            call.idempotency = _idempotency_key(headers, scope["path"], raw, endpoint.idempotency)
        result = await endpoint.handler(call)
        if isinstance(result, Outcome):
            return outcome_reply(result, language, scope["path"])
        if isinstance(result, Reply):
            return result
        return Reply(result, self._status)

    async def _admit(self, call: Call, receive: Receive, headers: Mapping[bytes, bytes]) -> bytes:
        """The body of a partner's request, once its signature is right. Raises NotSigned, PartnerClosed."""
        authenticator = call.components.partner_authenticator
        identity = await authenticator.identify(headers)
        raw = await read_body(receive, headers, call.components.settings.partner_body_bytes_max)
        call.partner = authenticator.verify(identity, call.scope["method"], call.scope["path"], raw)
        return raw

    def _decode(self, raw: bytes) -> object:
        assert self._decoder is not None
        if _NUL.search(raw):
            raise InvalidBody(reason="U+0000 cannot stand in a text")
        try:
            return self._decoder.decode(raw)
        except msgspec.ValidationError as error:
            raise InvalidBody(reason=str(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise MalformedBody(reason=str(error)) from None


def authenticate(
    components: Components, headers: Mapping[bytes, bytes], roles: tuple[Role, ...]
) -> Principal:
    """Who is calling. Raises NotSignedIn, TokenInvalid, TokenExpired, SessionRevoked, RoleForbidden."""
    scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn
    principal = components.tokens.read(token.strip())
    components.revoked.check(principal)
    if principal.role not in roles:
        raise RoleForbidden(roles=", ".join(roles))
    return principal


def media_type_of(headers: Mapping[bytes, bytes]) -> str:
    media_type = headers.get(b"content-type", b"application/json").partition(b";")[0].strip().lower()
    return media_type.decode("latin-1")


def check_head(headers: Mapping[bytes, bytes], bytes_max: int, media_types: tuple[str, ...]) -> None:
    """Whether a body may be read at all. Raises BodyTooLarge, UnsupportedMediaType."""
    if media_type_of(headers) not in media_types:
        raise UnsupportedMediaType(media_types=", ".join(media_types))
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > bytes_max:
        raise BodyTooLarge(bytes_max=bytes_max)


async def read_chunks(receive: Receive, bytes_max: int) -> AsyncIterator[bytes]:
    """The body in pieces, as they come. Raises BodyTooLarge as soon as it is, BodyCutOff."""
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BodyCutOff
        chunk: bytes = message.get("body", b"")
        length += len(chunk)
        if length > bytes_max:
            raise BodyTooLarge(bytes_max=bytes_max)
        if chunk:
            yield chunk
        if not message.get("more_body", False):
            return


async def read_body(
    receive: Receive,
    headers: Mapping[bytes, bytes],
    bytes_max: int,
    media_types: tuple[str, ...] = ("application/json",),
) -> bytes:
    """The whole body. Raises BodyTooLarge as soon as it is, UnsupportedMediaType."""
    check_head(headers, bytes_max, media_types)
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body", False):
        if len(body) > bytes_max:
            break
        message = await receive()
        body += message.get("body", b"")
    if len(body) > bytes_max:
        raise BodyTooLarge(bytes_max=bytes_max)
    return body


def _idempotency_key(
    headers: Mapping[bytes, bytes], path: str, raw: bytes, need: Literal["required", "optional"]
) -> IdempotencyKey | None:
    given = headers.get(b"idempotency-key")
    if given is None:
        if need == "required":
            raise IdempotencyKeyMissing
        return None
    key = given.decode("latin-1")
    if not _KEY_FORM.fullmatch(key):
        raise IdempotencyKeyMalformed
    return IdempotencyKey(key, hashlib.sha256(path.encode() + b"\0" + raw).digest())


def outcome_reply(outcome: Outcome, language: str, path: str) -> Reply:
    """A ledger's outcome; a refusal in it is told in the language of this request."""
    replayed = ((b"idempotency-replayed", b"true"),) if outcome.is_replay else ()
    if outcome.status < 400:
        return Reply(status=outcome.status, body=outcome.body, headers=replayed)
    body = problem_body(outcome.status, outcome.body, language, path)
    return Reply(status=outcome.status, body=body, headers=replayed, media_type=b"application/problem+json")


def refusal_reply(refusal: Refusal, language: str, path: str) -> Reply:
    # As texts: a number that was refused may be one that no JSON reader takes, or thousands of digits long.
    facts = {name: str(fact)[:FACT_CHARS_MAX] for name, fact in refusal.facts.items()}
    body = problem_body(refusal.status, encode({"code": refusal.code, "facts": facts}), language, path)
    headers: Headers = []
    if refusal.retry_after_s is not None:
        after_s = refusal.retry_after_s
        if "retry_after_s" not in vars(refusal):
            # The class's own figure is the same for everybody: spread them, or they all come back at one moment.
            after_s *= random.uniform(1, 2)  # noqa: S311 - guards nothing
        headers.append((b"retry-after", str(max(1, round(after_s))).encode()))
    if refusal.status == 401:
        scheme = b"Signature" if isinstance(refusal, NotSigned) else b"Bearer"
        headers.append((b"www-authenticate", scheme))
    return Reply(
        status=refusal.status, body=body, headers=tuple(headers), media_type=b"application/problem+json"
    )


async def send_reply(send: Send, reply: Reply) -> None:
    body = reply.body if reply.body is not None else b"" if reply.message is None else encode(reply.message)
    headers: Headers = [(b"content-length", str(len(body)).encode())]
    if reply.status != 204:
        headers.append((b"content-type", reply.media_type))
    if not any(name == b"cache-control" for name, _ in reply.headers):
        headers.append((b"cache-control", b"no-store"))
    headers.extend(reply.headers)
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def send_chunks(receive: Receive, send: Send, reply: Reply, chunks: Chunks) -> None:
    """Send a long answer piece by piece, until its end or until nobody takes it any more."""
    leaving = asyncio.create_task(_gone(receive))
    try:
        headers: Headers = [
            (b"content-type", reply.media_type),
            (b"cache-control", b"no-store"),
            *reply.headers,
        ]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        async for chunk in chunks:
            if leaving.done():
                return
            async with asyncio.timeout(CHUNK_TAKEN_S_MAX):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        leaving.cancel()
        await chunks.aclose()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
