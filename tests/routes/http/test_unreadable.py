"""What is no HTTP is refused like everything else: as a problem document, on a connection that then ends."""

from __future__ import annotations

import asyncio
import json

import pytest

from backend.launcher import HTTP
from tests.service import Service
from tests.serving import over_http


async def exchange(address: str, sent: bytes) -> bytes:
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(sent)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/scans HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nBad Header: x\r\n\r\n",
    ],
)
async def test_what_is_no_http_gets_a_problem_document(stage: Service, sent: bytes) -> None:
    async with over_http(stage, http=HTTP) as address:
        answer = await exchange(address, sent)
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    assert lines[0].startswith("http/1.1 400")
    assert "content-type: application/problem+json" in lines
    assert "x-content-type-options: nosniff" in lines
    assert "connection: close" in lines
    problem = json.loads(body)
    assert (problem["code"], problem["status"]) == ("request_unreadable", 400)


async def test_a_request_that_is_http_is_answered_as_before(stage: Service) -> None:
    async with over_http(stage, http=HTTP) as address:
        answer = await exchange(address, b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
