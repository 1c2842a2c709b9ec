"""The signer: the one place where certificates' signatures are made. It runs beside the jobs, where the log's key is.

It signs certificates and verifiers' opinions of ours in their canonical form and nothing else: a head of the log is
signed by the job that made it, and no server process can have one signed.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import structlog

from backend.domain.certificates.canonical_json import canonical_bytes
from backend.domain.certificates.document import CERTIFICATE_TYPE, FIRST_TYPE
from backend.domain.certificates.signatures import LogKeys
from backend.domain.verification.opinion import VERIFICATION_TYPE
from backend.outside.signer import LINE_BYTES_MAX, SignAnswer, SignRequest

log = structlog.get_logger(__name__)

IDLE_S_MAX = 5.0
LOOK_S = 1.0
SIGNED_TYPES = (CERTIFICATE_TYPE, FIRST_TYPE, VERIFICATION_TYPE)


@asynccontextmanager
async def open_signer(keys: LogKeys, path: Path) -> AsyncIterator[None]:
    """Answer at the socket meanwhile. One that another worker answers at is left to it, and taken over when it ends.

    Which worker it is, a locked file beside the socket says: of two that start at one moment one has the lock, and that
    of a worker which was killed is free at once.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, ValueError):
            async with asyncio.timeout(IDLE_S_MAX):
                answer = answer_to(keys, await reader.readline())
                writer.write(msgspec.json.encode(answer) + b"\n")
                await writer.drain()
        writer.close()

    servers: list[asyncio.Server] = []
    turn = _open_lock(path.with_suffix(".lock"))

    async def take() -> None:
        if not _try_lock(turn):
            return
        _clear(path)
        umask = os.umask(0o177)  # this user's alone from the first moment on
        try:
            servers.append(await asyncio.start_unix_server(serve, path, limit=LINE_BYTES_MAX))
        finally:
            os.umask(umask)
        log.info("signer_started", key_id=keys.key_id)

    async def take_over() -> None:
        while not servers:
            await asyncio.sleep(LOOK_S)
            await take()

    try:
        await take()
        waiting = asyncio.create_task(take_over())
        try:
            yield
        finally:
            waiting.cancel()
            if servers:
                _clear(path)
                servers[0].close()
    finally:
        os.close(turn)


def answer_to(keys: LogKeys, line: bytes) -> SignAnswer:
    """The answer to a request; an empty one to what is neither a certificate nor an opinion."""
    try:
        request = msgspec.json.decode(line, type=SignRequest)
        if request.keys:
            return SignAnswer(keys=keys.public_keys)
        document = msgspec.json.decode(request.sign or b"")
        is_ours = isinstance(document, dict) and document.get("type") in SIGNED_TYPES
        if not is_ours or canonical_bytes(document) != request.sign:
            log.warning("signer_asked_for_something_else")
            return SignAnswer()
    except ValueError:
        return SignAnswer()
    return SignAnswer(key_id=keys.key_id, signature=keys.sign(request.sign))


def _clear(path: Path) -> None:
    path.unlink(missing_ok=True)


def _open_lock(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _try_lock(turn: int) -> bool:
    import fcntl  # not at the top: Windows has none, and the rest of the program runs there

    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
