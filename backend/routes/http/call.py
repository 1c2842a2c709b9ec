"""One request as a handler sees it: the caller, the body, the query, the instant it came at."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from starlette.types import Scope

from backend.auth import Principal, Role
from backend.components import Components
from backend.errors import InvalidQuery, NotSignedIn, Refusal, RoleForbidden
from backend.ledger.command import IdempotencyKey
from backend.messages.cursors import read_id
from backend.services.gates.device_auth import ScanningDevice
from backend.services.partners.request_auth import PartnerCaller

PAGE_LIMIT_MAX = 100
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

    def one_of(self, name: str, known: Collection[str]) -> str | None:
        """A parameter that is one of a few words, None when it is left out. Raises InvalidQuery."""
        text = self.query(name)
        if text is not None and text not in known:
            raise InvalidQuery(name=name, reason=", ".join(known))
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
    def cursor(self) -> str | None:
        """Where the page before ended, as it came."""
        return self.query("cursor")

    @property
    def cursor_id(self) -> UUID | None:
        return read_id(self.cursor)


def authenticate(
    components: Components, headers: Mapping[bytes, bytes], roles: tuple[Role, ...]
) -> Principal:
    """Identify the caller. Raises NotSignedIn, TokenInvalid, TokenExpired, SessionRevoked, RoleForbidden."""
    scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn
    principal = components.tokens.read(token.strip())
    components.revoked.check(principal)
    if principal.role not in roles:
        raise RoleForbidden(roles=", ".join(roles))
    return principal
