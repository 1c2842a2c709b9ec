"""A body over its limit is told so to every client, also to one that still sends; and nobody holds a connection."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from backend.launcher import HTTP
from backend.routes.http import closing
from backend.routes.http.closing import ClosingInOrder
from tests.service import Service
from tests.serving import over_http

LARGE = 3_000_000
CLOSE = b"Connection: close\r\n"
JSON = b"Content-Type: application/json\r\n"


def head(*lines: bytes, path: bytes = b"/v1/sessions") -> bytes:
    return b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n" + JSON + b"".join(lines) + b"\r\n"


def with_length(length: int, *lines: bytes) -> bytes:
    return head(b"Content-Length: %d\r\n" % length, *lines)


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield reader, writer
    finally:
        writer.close()


async def answer_of(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    lines = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).decode("latin-1").split("\r\n")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines[1:] if line)
    }
    body = await asyncio.wait_for(reader.readexactly(int(headers["content-length"])), 10)
    return int(lines[0].split()[1]), headers, body


async def sent_whole(address: str, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """What a client reads that first sends all it has, as simple clients do."""
    async with connected(address) as (reader, writer):
        writer.write(request)
        await writer.drain()
        return await answer_of(reader)


async def test_fifty_clients_with_3_mb_all_read_that_it_is_too_large(stage: Service) -> None:
    async with over_http(stage, http=HTTP) as address:
        for number in range(50):
            # Half of them as urllib and curl -0 do: no further request on this connection.
            request = with_length(LARGE, *([CLOSE] if number % 2 else [])) + b" " * LARGE
            status, headers, body = await sent_whole(address, request)
            assert (status, json.loads(body)["code"]) == (413, "body_too_large")
            assert headers["connection"] == "close"
    assert ClosingInOrder._dropping_now == set()


async def test_a_chunked_body_that_becomes_too_large_is_told_so(stage: Service) -> None:
    chunk = b"%x\r\n" % 50_000 + b" " * 50_000 + b"\r\n"
    request = head(b"Transfer-Encoding: chunked\r\n", CLOSE) + chunk * 60 + b"0\r\n\r\n"
    async with over_http(stage, http=HTTP) as address:
        status, _, body = await sent_whole(address, request)
    assert (status, json.loads(body)["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("refused", [b"/v1/nothing", b"/v1/me/profile"], ids=["no address", "not signed in"])
async def test_any_refusal_reaches_a_client_that_still_sends(stage: Service, refused: bytes) -> None:
    request = head(b"Content-Length: %d\r\n" % LARGE, CLOSE, path=refused) + b" " * LARGE
    async with over_http(stage, http=HTTP) as address:
        status, _, _ = await sent_whole(address, request)
    assert status in (401, 404)


async def test_a_client_that_asks_first_is_told_instead_and_sends_nothing(stage: Service) -> None:
    async with over_http(stage, http=HTTP) as address, connected(address) as (reader, writer):
        writer.write(with_length(LARGE, b"Expect: 100-continue\r\n"))
        status, headers, _ = await answer_of(reader)
        assert (status, headers["connection"]) == (413, "close")
        assert await asyncio.wait_for(reader.read(), 5) == b""  # the end, at once


async def test_whatever_is_answered_instead_of_continue_ends_the_connection(stage: Service) -> None:
    async with over_http(stage, http=HTTP) as address, connected(address) as (reader, writer):
        writer.write(head(b"Content-Length: 5\r\n", b"Expect: 100-continue\r\n", path=b"/v1/me/profile"))
        status, headers, _ = await answer_of(reader)
        assert (status, headers["connection"]) == (401, "close")


async def test_a_client_that_asks_first_and_may_is_told_to_go_on(stage: Service) -> None:
    body = b'{"provider":"demo","code":"expecting"}'
    async with over_http(stage, http=HTTP) as address, connected(address) as (reader, writer):
        writer.write(with_length(len(body), b"Expect: 100-continue\r\n"))
        assert await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5) == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(body)
        status, headers, _ = await answer_of(reader)
        assert status == 201
        assert "connection" not in headers


async def test_a_connection_lives_on_when_the_rest_of_a_refused_body_has_come(stage: Service) -> None:
    refused = head(b"Content-Length: 60000\r\n", path=b"/v1/nothing") + b" " * 60_000
    async with over_http(stage, http=HTTP) as address, connected(address) as (reader, writer):
        writer.write(refused[:500])
        assert (await answer_of(reader))[0] == 404
        writer.write(refused[500:] + b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await answer_of(reader))[0] == 200


async def test_requests_in_a_row_are_answered_in_a_row(stage: Service) -> None:
    get, post = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", head(b"Content-Length: 5\r\n", path=b"/v1/nothing")
    async with over_http(stage, http=HTTP) as address, connected(address) as (reader, writer):
        writer.write(get + post + b"12345" + get + with_length(LARGE) + b" " * LARGE + get)
        assert [(await answer_of(reader))[0] for _ in range(4)] == [200, 404, 200, 413]
        assert await asyncio.wait_for(reader.read(), 5) == b""  # what came after the 413 is not answered


async def test_a_head_that_is_too_large_is_told_so(stage: Service) -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * LARGE
    async with over_http(stage, http=HTTP) as address:
        status, _, _ = await sent_whole(address, request)
    assert status == 400


async def ended_after_s(address: str, pause_s: float, piece: bytes, *lines: bytes) -> tuple[float, int]:
    """After how many seconds, and how many bytes, a refused client that goes on sending loses its connection."""
    async with connected(address) as (reader, writer):
        writer.write(head(b"Content-Length: 9000000000\r\n", *lines, path=b"/v1/nothing") + b" " * 1000)
        await answer_of(reader)
        began, sent = time.monotonic(), 0
        while time.monotonic() - began < 10:
            try:
                writer.write(piece)
                await writer.drain()
            except ConnectionError:
                break
            if writer.transport.is_closing():
                break
            sent += len(piece)
            await asyncio.sleep(pause_s)
        return time.monotonic() - began, sent


@pytest.mark.parametrize("lines", [(), (CLOSE,)], ids=["kept alive", "to be closed"])
async def test_nobody_holds_a_connection_by_sending_on(
    stage: Service, monkeypatch: pytest.MonkeyPatch, lines: tuple[bytes, ...]
) -> None:
    monkeypatch.setattr(closing, "DROPPED_S_MAX", 0.4)
    async with over_http(stage, http=HTTP) as address:
        after_s, _ = await ended_after_s(address, 0.02, b" ", *lines)
        assert after_s < 3
        monkeypatch.setattr(closing, "DROPPED_S_MAX", 60.0)
        monkeypatch.setattr(closing, "DROPPED_BYTES_MAX", 2_000_000)
        _, sent = await ended_after_s(address, 0, b" " * 100_000, *lines)
        # What fits into the sockets of both ends comes on top.
        assert 1_900_000 <= sent < 20_000_000
    assert ClosingInOrder._dropping_now == set()


async def test_a_refused_client_that_falls_silent_loses_its_connection(
    stage: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "SILENT_S_MAX", 0.2)
    async with over_http(stage, http=HTTP) as address, connected(address) as (reader, writer):
        writer.write(head(b"Content-Length: 60000\r\n", path=b"/v1/nothing"))
        assert (await answer_of(reader))[0] == 404
        assert await asyncio.wait_for(reader.read(), 5) == b""


async def test_only_so_many_connections_are_read_to_their_end_at_once(
    stage: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "DROPPING_MAX", 2)
    async with over_http(stage, http=HTTP) as address, AsyncExitStack() as clients:
        for number in range(4):
            reader, writer = await clients.enter_async_context(connected(address))
            writer.write(with_length(LARGE) + b" ")
            assert (await answer_of(reader))[0] == 413
            assert len(ClosingInOrder._dropping_now) == min(number + 1, 2)
