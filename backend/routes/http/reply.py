"""Answers and how they are sent: a message, bytes that are there, bytes made while they are sent, a refusal."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from starlette.types import Receive, Send

from backend.errors import BodyTooLarge, ContentEncodingUnsupported, Refusal
from backend.errors.partners import NotSigned
from backend.ledger.command import Outcome, RefusalFacts, facts_of_refusal
from backend.messages.encoding import encode
from backend.outside.content_store import Content
from backend.routes.http.problems import problem_body

CHUNK_TAKEN_S_MAX = 60.0
"""A client that takes no piece of a long answer for so long has gone, or holds its slot against the others."""

Headers = list[tuple[bytes, bytes]]


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
    """Instead of a body: its length stands in `headers` or nowhere, and an error in it ends the connection, so that
    no half of it passes for the whole."""


def outcome_reply(outcome: Outcome, language: str, path: str) -> Reply:
    """Answer a ledger's outcome; a refusal in it is rendered in the language of this request."""
    replayed: tuple[tuple[bytes, bytes], ...] = (
        ((b"idempotency-replayed", b"true"),) if outcome.is_replay else ()
    )
    if outcome.status < 400:
        return Reply(status=outcome.status, body=outcome.body, headers=replayed)
    body = problem_body(outcome.status, outcome.answer_as(RefusalFacts), language, path)
    if outcome.status == 401:  # the session ended while the command waited
        replayed += ((b"www-authenticate", b"Bearer"),)
    return Reply(status=outcome.status, body=body, headers=replayed, media_type=b"application/problem+json")


def refusal_reply(refusal: Refusal, language: str, path: str) -> Reply:
    """Answer a refusal as a problem document in the language of this request."""
    headers: Headers = []
    facts = facts_of_refusal(refusal)
    if refusal.retry_after_s is not None:
        after_s = refusal.retry_after_s
        if "retry_after_s" not in vars(refusal):
            # The class's own figure is the same for everybody: spread them, or they all come back at one moment.
            after_s *= random.uniform(1, 2)  # noqa: S311 - guards nothing
        whole_s = max(1, round(after_s))
        headers.append((b"retry-after", str(whole_s).encode()))
        facts.facts["retry_after_s"] = whole_s
    if isinstance(refusal, BodyTooLarge):
        headers.append((b"connection", b"close"))  # the rest of it is not waited for
    if refusal.status == 401:
        scheme = b"Signature" if isinstance(refusal, NotSigned) else b"Bearer"
        headers.append((b"www-authenticate", scheme))
    if isinstance(refusal, ContentEncodingUnsupported):
        headers.append((b"accept-encoding", b"identity"))
    body = problem_body(refusal.status, facts, language, path)
    return Reply(
        status=refusal.status, body=body, headers=tuple(headers), media_type=b"application/problem+json"
    )


def file_headers(content: Content) -> tuple[tuple[bytes, bytes], ...]:
    """A stored file's length, and its hash as the mark of this very content."""
    return (
        (b"content-length", str(content.length).encode()),
        (b"etag", f'"{content.sha256.hex()}"'.encode()),
    )


async def send_reply(send: Send, reply: Reply) -> None:
    """Send an answer that is there as a whole."""
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
    """Send a long answer piece by piece, until its end or until the client is gone."""
    leaving = asyncio.create_task(wait_until_gone(receive))
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


async def wait_until_gone(receive: Receive) -> None:
    """Return when the client has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass
