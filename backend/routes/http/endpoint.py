"""A route of the API: what it takes, what it answers, who may call it; and how a request becomes its answer.

The OpenAPI document is made from the same table, so the two cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import msgspec
import structlog
from starlette.types import Receive, Scope, Send

from backend.auth import PEOPLE, Role
from backend.domain.community.consent_uses import ConsentUse
from backend.domain.request_digests import RequestDigests
from backend.errors import (
    BadgeBound,
    BadgeRevoked,
    BadgeUnknown,
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
    OutcomeUnknown,
    Refusal,
    Stopping,
    TooManyAtOnce,
)
from backend.errors.organisations import EditRevisionMissing
from backend.ledger.command import IdempotencyKey, Outcome
from backend.messages.body_errors import decimal_names
from backend.messages.encoding import check_keys, check_numbers, decode_body
from backend.messages.events.members import CityDuty, Duty
from backend.messages.organisations.organisations import OrganisationDuty
from backend.messages.shape import Edited
from backend.routes.http.body import check_head, read_body, read_chunks
from backend.routes.http.call import PAGE_LIMIT_MAX, SEARCH_CHARS_MAX, Call, authenticate
from backend.routes.http.doors import note_refusal, record_answer
from backend.routes.http.problems import language_of
from backend.routes.http.reply import Reply, outcome_reply, refusal_reply, send_chunks, send_reply
from backend.services.community.consents import check_given
from backend.services.events.members import check_duty
from backend.services.events.organisers import check_organiser_duty
from backend.services.organisations.remits import check_province
from backend.services.organisations.revisions import Seen, tag_of
from backend.services.security.records import Kind
from backend.storage.database import CONTENTION, UNAVAILABLE
from backend.texts import LANGUAGES

log = structlog.get_logger(__name__)

_KEY_FORM = re.compile(r"[\x21-\x7e]{1,64}")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""An escaped U+0000: JSON may hold one, a text of PostgreSQL may not."""
CITIZEN: tuple[Role, ...] = ("citizen",)
ATTENDEE = PEOPLE
"""A citizen, or a guest of an event, who has a badge and no account."""
ANY_STAFF: tuple[Role, ...] = ("staff", "organiser", "operator", "regulator")
STAFF_AND_VERIFIERS: tuple[Role, ...] = (*ANY_STAFF, "verifier")
"""Everybody with a staff account: verifiers keep their sign-in as the others do, and see no event but theirs."""
ANYONE_SIGNED_IN: tuple[Role, ...] = (*PEOPLE, *STAFF_AND_VERIFIERS)
ORGANISER: tuple[Role, ...] = ("organiser", "operator")
OPERATOR: tuple[Role, ...] = ("operator",)
OVERSEERS: tuple[Role, ...] = ("operator", "regulator")
ANY_DUTY: tuple[Duty, ...] = ("gate", "badges", "reviews", "desk")
MAY_READ: tuple[OrganisationDuty, ...] = ("owner", "editor", "finance", "gate", "reader")
MAY_EDIT: tuple[OrganisationDuty, ...] = ("owner", "editor")
OF_THE_MONEY: tuple[OrganisationDuty, ...] = (*MAY_EDIT, "finance")
OF_THE_GATES: tuple[OrganisationDuty, ...] = (*MAY_EDIT, "gate")
"""Duties of an organisation's members: what each may change at its events."""
QUEUED = (Stopping, OutcomeUnknown, TooManyAtOnce)
"""What any command of the ledger may be refused with, whatever its rules."""
CODE = (CodeMalformed, CodeForged, CodeExpired, CodeForeign)
BADGE = (BadgeUnknown, BadgeRevoked, BadgeBound)
"""What may be wrong with a scanned code, and with the badge it names."""


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
SEARCH = Query(
    "query",
    {"type": "string", "minLength": 1, "maxLength": SEARCH_CHARS_MAX},
    "words that a row has in its code or its names, in any case",
)
LANGUAGE = Query(
    "language", {"type": "string", "enum": list(LANGUAGES)}, "instead of what Accept-Language asks for"
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


TABLE_FILE = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "text/plain",
    "text/tab-separated-values",
    "application/octet-stream",
)
"""A table file, by the media types that browsers and programs send it with; its content decides what it is."""

Handler = Callable[[Call], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One route: method, path, function, and all that the OpenAPI document says of it."""

    route: str = field(kw_only=False)
    """As the documents write it: `GET /v1/events/{slug}`."""
    handler: Handler = field(kw_only=False)
    summary: str
    tag: str = ""
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
    duty: tuple[Duty | CityDuty, ...] = ()
    """What staff of a venue must do at the route's event, or at any or for the city, one of these; other roles are not
    asked."""
    organiser_duty: tuple[OrganisationDuty, ...] | None = None
    """What an organiser must do at one of the event's organisations, one of these; None: whatever lets read for GET,
    and owner or editor for what changes something."""
    if_match: Literal["required", "optional"] | None = None
    """Edits of what several people edit: If-Match says the revision that was seen, and a stale one is refused."""
    device: Literal["active", "late"] | None = None
    """Called by scanning devices with their own tokens; late: one that was revoked may hand in what it queued."""
    is_signed: bool = False
    """Called by partners, who sign the request; such a body may be larger than a citizen's."""
    is_decoded: bool = True
    """Without it the handler reads `Call.raw` itself, where one bad item of many must not spoil the others."""
    takes_feed_reader: bool = False
    """A machine that may read the feed calls it with its own token instead of a member of staff's."""
    media_type: str = "application/json"
    consent: ConsentUse | None = None
    """What its citizen has to agree to for anything of the route to be done."""
    feature: str | None = None
    """What operators switch by city and phase (catalogue/features.toml); where it is off, the route is not there."""
    is_of_the_province: bool = False
    """Tells of the whole platform: regulators with a remit, who watch a part of it, do not read it."""
    on_record: Kind | None = None
    """What of this route goes on record before it is sent, with who called it from where."""

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.route.partition(" ")[2]

    @property
    def is_of_an_event(self) -> bool:
        return self.path.startswith("/v1/events/{slug}")

    @property
    def organiser_duties(self) -> tuple[OrganisationDuty, ...]:
        """What lets an organiser in; none where no event's organisation decides it."""
        if not self.is_of_an_event or "organiser" not in (self.roles or ()):
            return ()
        return self.organiser_duty or (MAY_READ if self.method == "GET" else MAY_EDIT)

    def __post_init__(self) -> None:
        assert self.method in ("GET", "POST", "DELETE"), self.route
        assert self.answers, f"{self.method} {self.path} says no answer"
        assert self.body is None or self.upload is None
        assert self.consent is None or (self.consent.place, self.roles) == (self.route, CITIZEN), self.route
        is_for_staff = "staff" in (self.roles or ())
        assert is_for_staff or not self.duty, self.route
        assert not self.is_of_the_province or "regulator" in (self.roles or ()), self.route
        assert self.organiser_duty is None or self.organiser_duties, f"{self.route} asks no organiser"
        assert self.duty or not (is_for_staff and self.is_of_an_event), f"{self.route} names no duty"
        assert [self.is_signed, self.roles is not None, self.device is not None].count(True) <= 1


def in_section(tag: str, *endpoints: Endpoint) -> tuple[Endpoint, ...]:
    """A subject's routes, each in this section of the API's document unless it names another."""
    return tuple(endpoint if endpoint.tag else replace(endpoint, tag=tag) for endpoint in endpoints)


class Served:
    """An Endpoint as an ASGI application."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._decoder = None if endpoint.body is None else msgspec.json.Decoder(endpoint.body)
        self._decimal_as_text = None if endpoint.body is None else _decimal_as_text(endpoint.body)
        self._known_query = frozenset(query.name for query in endpoint.query)
        self._is_for_programs = endpoint.path.startswith(("/v1/", "/demo/"))
        self._status = next(iter(endpoint.answers))
        self._organiser_duties = endpoint.organiser_duties

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        language = language_of(headers.get(b"accept-language"))
        call = Call(scope, scope["state"]["components"], language)
        try:
            reply = await self._answer(call, receive, headers)
        except Refusal as refusal:
            note_refusal(call, self.endpoint.route, refusal)
            reply = refusal_reply(refusal, language, scope["path"])
        except UNAVAILABLE as error:
            # The route's template, never the path: a path may hold an attendee's code.
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

    async def _answer(self, call: Call, receive: Receive, headers: Mapping[bytes, bytes]) -> Reply:
        endpoint, components, path = self.endpoint, call.components, call.scope["path"]
        switch = None if endpoint.feature is None else await components.features.open(endpoint.feature)
        is_reader = endpoint.takes_feed_reader and components.credit_feed.is_reader(headers)
        if endpoint.roles is not None and not is_reader:
            call.principal = authenticate(components, headers, endpoint.roles)
            if endpoint.is_of_the_province:
                await check_province(call.principal)
            if endpoint.duty:
                slug = call.params["slug"] if endpoint.is_of_an_event else None
                await check_duty(components.database, call.principal, slug, endpoint.duty)
            if duties := self._organiser_duties:
                await check_organiser_duty(components.database, call.principal, call.params["slug"], duties)
        if switch is not None:
            is_use = endpoint.method != "GET" or endpoint.roles is None
            await components.features.admit(switch, call.principal, call.now, is_use=is_use)
        if endpoint.device is not None:
            call.device = await components.device_authenticator.device_of(
                headers.get(b"authorization"), call.now, takes_revoked=endpoint.device == "late"
            )
        if call.scope["query_string"] and self._is_for_programs:
            call.check_query(self._known_query)
        raw = b""
        if endpoint.is_signed:
            raw = call.raw = await self._verified_body(call, receive, headers)
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
            call.idempotency = _idempotency_key(
                components.request_digests, headers, path, raw, endpoint.idempotency
            )
        if endpoint.if_match is not None:
            call.seen = _seen(headers, endpoint.if_match)
        if endpoint.consent is not None:
            policies, use = components.catalogue.policies, endpoint.consent
            await check_given(components.database, policies, call.principal.id, use, call.now)
        result = await endpoint.handler(call)
        # Where one answer is what the route is for and another only a step to it, the step is not on record.
        is_step = isinstance(result, Reply) and result.status != self._status
        if endpoint.on_record is not None and not is_step:
            await record_answer(call, endpoint.on_record)
        if isinstance(result, Outcome):
            return outcome_reply(result, call.language, path)
        if isinstance(result, Reply):
            return result
        return Reply(result, self._status, headers=_tag(result))

    async def _verified_body(self, call: Call, receive: Receive, headers: Mapping[bytes, bytes]) -> bytes:
        """The body of a partner's request, once its signature is right. Raises NotSigned, PartnerClosed."""
        authenticator = call.components.partner_authenticator
        identity = await authenticator.identify(headers)
        raw = await read_body(receive, headers, call.components.settings.partner_body_bytes_max)
        call.partner = authenticator.verify(identity, call.scope["method"], call.scope["path"], raw)
        return raw

    def _decode(self, raw: bytes) -> object:
        assert self._decoder is not None
        if b"\\u0000" in raw and _NUL.search(raw):  # the plain search first: it takes a fiftieth
            raise InvalidBody.at("", "nul")
        body = decode_body(self._decoder, raw)
        check_keys(raw)
        if self._decimal_as_text is not None and self._decimal_as_text.search(raw):
            check_numbers(self._decoder, raw)
        return body


def _tag(message: object) -> tuple[tuple[bytes, bytes], ...]:
    """The ETag of what staff edit: an edit of it carries it as If-Match."""
    return ((b"etag", tag_of(message.revision).encode()),) if isinstance(message, Edited) else ()


_TAGS = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,64}"|\*')


def _seen(headers: Mapping[bytes, bytes], need: Literal["required", "optional"]) -> Seen | None:
    """Which revisions an edit is of; what is no list of entity tags names none that stands.

    Raises EditRevisionMissing.
    """
    given = headers.get(b"if-match")
    if given is None:
        if need == "required":
            raise EditRevisionMissing
        return None
    text = given.decode("latin-1").strip()
    return Seen(None) if text == "*" else Seen(frozenset(_TAGS.findall(text)))


def _decimal_as_text(shape: Any) -> re.Pattern[bytes] | None:
    """Finds a text in the place of one of the shape's decimals; None where it has no decimals."""
    names = [re.escape(name).encode() for name in sorted(decimal_names(shape))]
    return re.compile(rb'"(?:' + b"|".join(names) + rb')"\s*:\s*"') if names else None


def _idempotency_key(
    digests: RequestDigests,
    headers: Mapping[bytes, bytes],
    path: str,
    raw: bytes,
    need: Literal["required", "optional"],
) -> IdempotencyKey | None:
    given = headers.get(b"idempotency-key")
    if given is None:
        if need == "required":
            raise IdempotencyKeyMissing
        return None
    key = given.decode("latin-1")
    if not _KEY_FORM.fullmatch(key):
        raise IdempotencyKeyMalformed
    return IdempotencyKey(key, *digests.of(path.encode() + b"\0" + raw))
