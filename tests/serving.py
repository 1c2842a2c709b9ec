"""The application of a test over real HTTP, on a free port of this machine."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import uvicorn

from backend.launcher import HTTP
from tests.service import Service


class _Server(uvicorn.Server):
    """uvicorn that leaves the test runner's signals alone."""

    def capture_signals(self) -> Any:
        return nullcontext()


@asynccontextmanager
async def over_http(
    service: Service, http: str = HTTP, listener: socket.socket | None = None
) -> AsyncIterator[str]:
    """The address at which a service answers meanwhile, over the protocol of servers unless another is named.

    `listener`: a socket that is bound already, where the service must know its own address beforehand.
    """
    app = service.client._transport.app  # type: ignore[attr-defined]
    listener = listener or socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, lifespan="off", ws="none", log_config=None, access_log=False, http=http)
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        if running.done():
            running.result()
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
