"""Just enough of HTTP/1.1 for a load generator: requests rendered ahead, answers cut out of the byte stream.

The generator shares two cores with what it measures, so an answer costs it a search for the end of the head
and two for header names, and nothing is decoded that nobody asks for.
"""

from __future__ import annotations

import asyncio
import ipaddress
from typing import NamedTuple, Protocol, cast

HEAD_BYTES_MAX = 16_384
BODY_BYTES_MAX = 1_048_576


class NotLoopback(ValueError):
    """The load generator was pointed at another machine."""


class BadAnswer(ValueError):
    """The server sent what this client does not read."""


class Answer(NamedTuple):
    status: int
    retry_after_s: int
    """0 when the answer did not name it."""
    body: bytes


def loopback(host: str) -> str:
    """The host as an address, when it is this machine. Raises NotLoopback for every other one.

    Only addresses and `localhost` are taken: a name may mean another machine by the time it is used.
    """
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise NotLoopback(f"{host!r} is no loopback address; load goes to this machine only.") from None
    if not address.is_loopback:
        raise NotLoopback(f"{host} is another machine; load goes to this machine only.")
    return str(address)


def render_post(path: str, host: str, headers: dict[str, str], body: bytes) -> bytes:
    """A whole request, ready to be written to a socket."""
    lines = [
        f"POST {path} HTTP/1.1",
        f"host: {host}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    lines += ["content-type: application/json", f"content-length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("ascii") + body


def render_get(path: str, host: str, headers: dict[str, str]) -> bytes:
    """A whole request without a body, ready to be written to a socket."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"host: {host}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


class AnswerParser:
    """Cuts answers out of packets, wherever the packets begin and end."""

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> list[Answer]:
        """The answers that are whole with these bytes; the rest is kept. Raises BadAnswer."""
        if self._buffer:
            data = self._buffer + data
        answers: list[Answer] = []
        start = 0
        while start < len(data):
            head_end = data.find(b"\r\n\r\n", start)
            if head_end < 0:
                if len(data) - start > HEAD_BYTES_MAX:
                    raise BadAnswer("a head without an end")
                break
            head = data[start:head_end].lower() + b"\r\n"
            status = _status(head)
            length = _number(head, b"\r\ncontent-length:")
            if length is None:
                if status not in (204, 304):
                    raise BadAnswer("an answer without content-length")
                length = 0
            if length > BODY_BYTES_MAX:
                raise BadAnswer(f"a body of {length} bytes")
            end = head_end + 4 + length
            if end > len(data):
                break
            retry_after_s = 0 if status < 400 else _number(head, b"\r\nretry-after:") or 0
            answers.append(Answer(status, retry_after_s, data[head_end + 4 : end]))
            start = end
        self._buffer = data[start:]
        return answers


def _status(head: bytes) -> int:
    digits = head[9:12]
    if not head.startswith(b"http/1.1 ") or not digits.isdigit():
        raise BadAnswer(f"no HTTP/1.1 answer: {head[:40]!r}")
    return int(digits)


def _number(head: bytes, name: bytes) -> int | None:
    at = head.find(name)
    if at < 0:
        return None
    at += len(name)
    digits = head[at : head.index(b"\r\n", at)].strip()
    if not digits.isdigit():
        raise BadAnswer(f"{name.decode().strip()} {digits!r}")
    return int(digits)


class Listener(Protocol):
    """Whom a connection tells what happened."""

    def answered(self, connection: Connection, answer: Answer) -> None: ...

    def lost(self, connection: Connection) -> None: ...


class Connection(asyncio.Protocol):
    """One keep-alive connection with at most one request on its way."""

    __slots__ = ("_listener", "_parser", "_transport", "asked", "since")

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._parser = AnswerParser()
        self._transport: asyncio.Transport | None = None
        self.asked = -1
        """The number of the request that is on its way; -1: none."""
        self.since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's; they only behave like them.
        self._transport = cast(asyncio.Transport, transport)

    def send(self, number: int, request: bytes, since: float) -> None:
        """Write a request; its latency counts from `since` (time.monotonic)."""
        assert self.asked < 0
        assert self._transport is not None
        self.asked, self.since = number, since
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        try:
            answers = self._parser.feed(data)
        except BadAnswer:
            self.close()
            return
        for answer in answers:
            if self.asked < 0:  # an answer to nothing: this stream can no longer be trusted
                self.close()
                return
            self._listener.answered(self, answer)

    def connection_lost(self, exc: Exception | None) -> None:
        self._listener.lost(self)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()
