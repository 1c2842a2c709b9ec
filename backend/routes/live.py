"""An event's numbers, once or as a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from backend.messages.events import Stats
from backend.routes.problems import language_of
from backend.routes.serving import Call, authenticate, refusal_reply, send_reply
from backend.errors import Refusal

KEEP_ALIVE_S = 15.0


async def stats(call: Call) -> Stats:
    slug = call.params["slug"]
    return await call.parts.live.stats(await call.parts.directory.of_slug(slug), slug)
