"""A connection that ends while its client still sends: the rest is dropped, so that the answer arrives.

A socket that is closed with bytes unread resets its connection, and a reset takes along an answer that the client
has not read yet: of three clients that sent 3 MB to a route of 64 KiB one saw no 413. What still comes is read and
thrown away (RFC 9112 §9.6), up to a number of bytes and of seconds, on so many connections at once.
"""

from __future__ import annotations

from asyncio import TimerHandle, Transport
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

DROPPED_BYTES_MAX = 32 * 1024 * 1024
"""Of one request after its answer: twice the largest upload that any route takes, and no film."""
DROPPED_S_MAX = 30.0
"""From the answer to the end, however fast the client sends."""
SILENT_S_MAX = 5.0
"""A client that sends nothing for so long has read its answer, or never will."""
DROPPING_MAX = 256
"""Connections of one process that may be in this state at once; a further one is closed as it is."""


class _ClosedInOrder:
    """The connection as an answer sees it: what is written goes out at once, and `close` lets the client finish."""

    __slots__ = ("_protocol", "is_closing", "write")

    def __init__(self, protocol: ClosingInOrder, transport: Transport) -> None:
        self._protocol = protocol
        self.write = transport.write
        self.is_closing = transport.is_closing

    def close(self) -> None:
        self._protocol.close_in_order()


class ClosingInOrder(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, which answers before a body has come and then reads what the client still sends."""

    _dropping_now: ClassVar[set[HttpToolsProtocol]] = set()
    _answering: _ClosedInOrder
    _is_receiving = False
    """Between the head of the newest request and the end of its body."""
    _is_ending = False
    """The last answer of the connection is written; nothing that comes is looked at."""
    _is_dropping = False
    _dropped_bytes = 0
    _dropped_since = 0.0
    _heard_at = 0.0
    _ends: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._answering = _ClosedInOrder(self, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_dropping()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_dropping:
            self._dropped_bytes += len(data)
            self._heard_at = self.loop.time()
            if self._dropped_bytes > DROPPED_BYTES_MAX:
                self.transport.close()
                return
        if not self._is_ending:
            super().data_received(data)

    def on_headers_complete(self) -> None:
        self._is_receiving = True
        before = self.cycle
        super().on_headers_complete()
        cycle = self.cycle
        if cycle is not before:
            cycle.transport = self._answering  # type: ignore[assignment]
            if cycle.waiting_for_100_continue:
                _end_unless_continued(cycle)

    def on_message_complete(self) -> None:
        self._is_receiving = False
        super().on_message_complete()
        if self._is_dropping and not self._is_ending:
            # The connection lives on, and is idle from now on.
            self._stop_dropping()
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def on_response_complete(self) -> None:
        if self._is_ending:
            self.server_state.total_requests += 1
            self._unset_keepalive_if_required()
            self.flow.resume_reading()
            return
        is_newest = not self.pipeline
        super().on_response_complete()
        if is_newest and self._is_receiving and not self.transport.is_closing():
            self._unset_keepalive_if_required()
            self._drop()

    def close_in_order(self) -> None:
        """Close at once when nothing more is to come; else say that we are done, and read until the client is."""
        if self._is_ending or self.transport.is_closing():
            return
        if not self._is_receiving or len(self._dropping_now) >= DROPPING_MAX:
            self.transport.close()
            return
        self._is_ending = True
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._drop()

    def _drop(self) -> None:
        if len(self._dropping_now) >= DROPPING_MAX:
            self.transport.close()
            return
        self.flow.resume_reading()
        self._dropping_now.add(self)
        self._is_dropping, self._dropped_bytes = True, 0
        self._dropped_since = self._heard_at = self.loop.time()
        self._look_again()

    def _look_again(self) -> None:
        """Close what has been silent, or has taken, for too long."""
        now = self.loop.time()
        left_s = min(self._heard_at + SILENT_S_MAX, self._dropped_since + DROPPED_S_MAX) - now
        if left_s <= 0:
            self.transport.close()
        else:
            self._ends = self.loop.call_later(left_s, self._look_again)

    def _stop_dropping(self) -> None:
        self._is_dropping = False
        self._dropping_now.discard(self)
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None


def _end_unless_continued(cycle: RequestResponseCycle) -> None:
    """Have an answer that comes instead of `100 Continue` end the connection.

    The client may send its body all the same or leave it out, and the next request would be taken for it.
    """
    send = cycle.send

    async def send_and_end(message: Any) -> None:
        if message["type"] == "http.response.start" and cycle.waiting_for_100_continue:
            cycle.keep_alive = False
        await send(message)

    cycle.send = send_and_end  # type: ignore[method-assign]
