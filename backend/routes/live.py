"""An event's numbers, once or as a stream of server-sent events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import structlog
from starlette.types import Receive, Scope, Send

from backend.auth import Role
from backend.components import Components
from backend.errors import DatabaseUnavailable, EventNotFound, InternalError, Refusal
from backend.messages.events import events as m_events
from backend.messages.events.events import Stats
from backend.routes.http.call import Call, authenticate
from backend.routes.http.endpoint import Endpoint, in_section
from backend.routes.http.problems import language_of
from backend.routes.http.reply import refusal_reply, send_reply, wait_until_gone
from backend.services.events.live_counts import show_stats
from backend.storage.database import UNAVAILABLE

log = structlog.get_logger(__name__)

KEEP_ALIVE_S = 2.0
"""A reader who hears nothing for longer knows that the line is dead: within five seconds the page says so."""
CHECK_S = 2.0
"""A reader whose session or whose duty at the event has ended reads on for so long."""
STREAM_ROLES: tuple[Role, ...] = ("staff", "organiser", "operator", "regulator")


async def stats(call: Call) -> Stats:
    components = call.components
    return await show_stats(
        components.event_cache, components.live, call.params["slug"], call.principal_if_staff()
    )


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """`event: stats` with a Stats as its data, the first at once. Ends after an access token's life, and
    within two seconds with the session or the reader's last duty at the event.

    An ASGI application of its own, because it answers for hours: it ends as soon as the reader leaves, and a
    reader that is slow holds up no other and is sent the newest picture next.
    """
    headers = dict(scope["headers"])
    language = language_of(headers.get(b"accept-language"))
    components: Components = scope["state"]["components"]
    is_open = False
    try:
        principal = authenticate(components, headers, STREAM_ROLES)
        slug = scope["path_params"]["slug"]
        event_id = await components.event_cache.of_staff(slug, principal)
        async with components.live.stream(event_id, slug, principal.session_id) as pictures:
            await send(
                {
                    "type": "http.response.start",
                    "status": 200,
                    "headers": [
                        (b"content-type", b"text/event-stream; charset=utf-8"),
                        (b"cache-control", b"no-store"),
                        (b"x-accel-buffering", b"no"),
                    ],
                }
            )
            is_open = True
            if scope["method"] == "HEAD":
                await send({"type": "http.response.body", "body": b""})
                return

            async def check() -> None:
                components.revoked.check(principal)
                if principal.role == "staff":
                    # While nobody can say whether the duty has ended, the reader reads on.
                    with suppress(DatabaseUnavailable, *UNAVAILABLE):
                        await components.event_cache.of_staff(slug, principal)

            await _send_until_gone(pictures, receive, send, components.tokens.life_s, check)
    except Refusal as refusal:
        if is_open:  # the session was ended while it watched
            await send({"type": "http.response.body", "body": b""})
            return
        await send_reply(send, refusal_reply(refusal, language, scope["path"]))
    except (asyncio.CancelledError, *UNAVAILABLE):
        if not is_open:
            raise
    except Exception:
        log.exception("stream_failed", route="/v1/events/{slug}/live")
        if not is_open:
            await send_reply(send, refusal_reply(InternalError(), language, scope["path"]))


async def _send_until_gone(
    pictures: AsyncIterator[bytes],
    receive: Receive,
    send: Send,
    life_s: float,
    check: Callable[[], Awaitable[None]],
) -> None:
    gone = asyncio.create_task(wait_until_gone(receive))
    following: asyncio.Task[bytes] | None = None
    checked_at = time.monotonic()
    end, heard_at = checked_at + life_s, checked_at
    try:
        while time.monotonic() < end and not gone.done():
            if time.monotonic() >= checked_at + CHECK_S:
                await check()
                checked_at = time.monotonic()
            if following is None:
                following = asyncio.ensure_future(anext(pictures))
            done, _ = await asyncio.wait(
                {gone, following}, timeout=CHECK_S, return_when=asyncio.FIRST_COMPLETED
            )
            if following in done:
                try:
                    chunk = b"event: stats\ndata: " + following.result() + b"\n\n"
                except StopAsyncIteration:
                    break
                following = None
            elif gone in done:
                return
            elif time.monotonic() >= heard_at + KEEP_ALIVE_S:
                chunk = b": still here\n\n"
            else:
                continue
            heard_at = time.monotonic()
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        for task in (gone, following):
            if task is not None:
                task.cancel()


ENDPOINTS = in_section(
    "live",
    Endpoint(
        "GET /v1/events/{slug}/stats",
        stats,
        summary="An event in numbers",
        answers={200: m_events.Stats},
        refusals=(EventNotFound,),
    ),
)
