"""The one layer around every request: an id, headers that guard the reader, numbers.

Pure ASGI. Whatever slips past the routes becomes a problem document here, so that no client ever sees a stack
trace or a bare 500.
"""

from __future__ import annotations

import time
from typing import Any

import structlog
import uuid_utils
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.errors import InternalError, NotFound, Refusal
from backend.routes.http import metrics
from backend.routes.http.problems import language_of
from backend.routes.http.reply import refusal_reply, send_reply

log = structlog.get_logger(__name__)

GUARDS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
PAGE_GUARDS: tuple[tuple[bytes, bytes], ...] = (
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    ),
    (b"x-frame-options", b"DENY"),
    # The scanner's camera, a screen that stays lit, passkeys of staff; nothing else that a browser could hand out.
    (
        b"permissions-policy",
        b"camera=(self), fullscreen=(self), screen-wake-lock=(self), clipboard-write=(self), clipboard-read=(), "
        b"publickey-credentials-get=(self), publickey-credentials-create=(self), "
        b"geolocation=(), microphone=(), payment=(), usb=(), bluetooth=(), serial=(), hid=(), midi=(), "
        b"display-capture=(), accelerometer=(), gyroscope=(), magnetometer=(), browsing-topics=()",
    ),
)

LOCATING = frozenset({"/account"})
"""Pages that may ask where their person is: a photo as evidence is worth nothing without its place."""
_LOCATING_GUARDS = tuple(
    (name, value.replace(b"geolocation=()", b"geolocation=(self)")) for name, value in PAGE_GUARDS
)


class Envelope:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = str(uuid_utils.uuid7()).encode("ascii")
        status = 0

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers: list[tuple[bytes, bytes]] = message["headers"]
                headers.append((b"x-request-id", request_id))
                headers.extend(GUARDS)
                if any(name == b"content-type" and value.startswith(b"text/html") for name, value in headers):
                    headers.extend(_LOCATING_GUARDS if scope["path"] in LOCATING else PAGE_GUARDS)
            await send(message)

        try:
            if "\0" in scope["path"]:  # no address has one, and PostgreSQL takes none in a text
                await _refuse(scope, send_guarded, NotFound())
            else:
                await self._app(scope, receive, send_guarded)
        except Exception:
            log.exception("request_failed", request_id=request_id.decode())
            if status:
                raise
            await _refuse(scope, send_guarded, InternalError())
        finally:
            metrics.count(scope["method"], status, time.perf_counter() - began)


async def _refuse(scope: Scope, send: Send, refusal: Refusal) -> None:
    headers: Any = dict(scope["headers"])
    language = language_of(headers.get(b"accept-language"))
    await send_reply(send, refusal_reply(refusal, language, scope["path"]))
