"""One request as a handler sees it: the caller, the body, the query, the instant it came at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from starlette.types import Scope

from backend.auth import Principal, Role
from backend.components import Components
from backend.errors import InvalidQuery, NotSignedIn, Refusal, RoleForbidden
from backend.errors.badges import IdentityNeeded
from backend.ledger.command import IdempotencyKey
from backend.messages.cursors import read_id
from backend.routes.http.query import lenient, read_day, read_instant, read_whole, strict
from backend.routes.http.query import read_id as read_query_id
from backend.routes.http.source import source_of
from backend.services.gates.device_auth import ScanningDevice
from backend.services.organisations.revisions import Seen
from backend.services.partners.request_auth import PartnerCaller

PAGE_LIMIT_MAX = 100
SEARCH_CHARS_MAX = 80
PAGE_LIMIT_DEFAULT = 20


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
        "seen",
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
        self.seen: Seen | None = None
        """Which revision an edit is of, by If-Match; None where that was not said."""
        self._query: dict[str, str] | None = None

    @property
    def if_match(self) -> Seen:
        """The same for a route that takes no edit without it."""
        assert self.seen is not None
        return self.seen

    def principal_if_citizen(self) -> Principal | None:
        """The caller of a route that anyone may call, when it is a citizen whose token is good."""
        return self._principal_if(("citizen",))

    def principal_if_operator(self) -> Principal | None:
        return self._principal_if(("operator",))

    def principal_if_staff(self) -> Principal | None:
        return self._principal_if(("staff", "organiser", "operator", "regulator", "verifier"))

    def id_if_staff(self) -> UUID | None:
        principal = self.principal_if_staff()
        return None if principal is None else principal.id

    def _principal_if(self, roles: tuple[Role, ...]) -> Principal | None:
        try:
            return authenticate(self.components, dict(self.scope["headers"]), roles)
        except Refusal:
            return None

    @property
    def source(self) -> str:
        """Where the call came from: an address, or an IPv6 network; empty where nobody knows."""
        return source_of(self.scope, self.components.settings.trusted_networks)

    def cookies(self, prefix: str) -> dict[str, str]:
        """Cookies whose names begin so, whatever cookies of others stand beside them.

        A neighbour under the same domain may plant any. The standard library reads none at all beside `x={"a":1}`, and
        who takes more than blanks off a name lets a planted one begin with `__Host-`, which browsers forbid.
        """
        found: dict[str, str] = {}
        for part in (self.header(b"cookie") or b"").decode("latin-1").split(";"):
            name, is_named, value = part.strip(" \t").partition("=")
            if is_named and name.startswith(prefix):
                found[name] = value
        return found

    def header(self, name: bytes) -> bytes | None:
        """A header by its name in small letters."""
        return next((value for key, value in self.scope["headers"] if key == name), None)

    def query(self, name: str) -> str | None:
        """A parameter as it came, None when it is left out."""
        if self._query is None:
            self._query = lenient(self.scope["query_string"])
        return self._query.get(name)

    def check_query(self, known: Collection[str]) -> None:
        """Read the query of a route that knows these parameters. Raises InvalidQuery for any other, and more."""
        self._query = strict(self.scope["query_string"], known)

    def text(self, name: str, chars_max: int, chars_min: int = 1) -> str | None:
        """A text without the spaces around it, None when it is left out. Raises InvalidQuery."""
        found = self.query(name)
        if found is None:
            return None
        text = found.strip()
        if not chars_min <= len(text) <= chars_max:
            raise InvalidQuery.of(name, "length", chars_min=chars_min, chars_max=chars_max)
        return text

    def required_text(self, name: str, chars_max: int) -> str:
        text = self.text(name, chars_max)
        if text is None:
            raise InvalidQuery.of(name, "missing")
        return text

    def whole(self, name: str, least: int, most: int) -> int | None:
        """A whole number, None when it is left out. Raises InvalidQuery."""
        text = self.query(name)
        return None if text is None else read_whole(name, text, least, most)

    def day(self, name: str) -> date | None:
        """A calendar day, None when it is left out. Raises InvalidQuery."""
        text = self.query(name)
        return None if text is None else read_day(name, text)

    def instant(self, name: str) -> datetime | None:
        """An instant in UTC, None when it is left out. Raises InvalidQuery."""
        text = self.query(name)
        return None if text is None else read_instant(name, text)

    def id(self, name: str) -> UUID | None:
        """One of our ids, None when it is left out. Raises InvalidQuery."""
        text = self.query(name)
        return None if text is None else read_query_id(name, text)

    def one_of(self, name: str, known: Collection[str]) -> str | None:
        """A parameter that is one of a few words, None when it is left out. Raises InvalidQuery."""
        text = self.query(name)
        if text is not None and text not in known:
            raise InvalidQuery.of(name, "not_one_of", allowed=list(known))
        return text

    @property
    def search(self) -> str | None:
        """What a list is searched for, None when it is left out. Raises InvalidQuery."""
        return self.text("query", SEARCH_CHARS_MAX)

    @property
    def limit(self) -> int:
        return self.whole("limit", 1, PAGE_LIMIT_MAX) or PAGE_LIMIT_DEFAULT

    @property
    def cursor(self) -> str | None:
        """Where the page before ended, as it came."""
        return self.query("cursor")

    @property
    def cursor_id(self) -> UUID | None:
        return read_id(self.cursor)


def authenticate(
    components: Components, headers: Mapping[bytes, bytes], roles: tuple[Role, ...]
) -> Principal:
    """Identify the caller. Raises NotSignedIn, TokenInvalid, TokenExpired, SessionRevoked, IdentityNeeded,
    RoleForbidden.
    """
    scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn
    principal = components.tokens.read(token.strip())
    components.revoked.check(principal)
    if principal.role == "guest" and "guest" not in roles and "citizen" in roles:
        raise IdentityNeeded
    if principal.role not in roles:
        raise RoleForbidden(roles=list(roles))
    return principal
