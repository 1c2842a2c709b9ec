"""Answers cut out of a byte stream wherever the packets begin and end."""

from __future__ import annotations

import pytest

from loadtests.http11 import Answer, AnswerParser, BadAnswer, NotLoopback, loopback, render_post

CREATED = b'HTTP/1.1 201 Created\r\nContent-Length: 13\r\nserver: x\r\n\r\n{"number":1}\n'
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 3\r\ncontent-length: 0\r\n\r\n"
EMPTY = b"HTTP/1.1 204 No Content\r\nx-request-id: 1\r\n\r\n"
EXPECTED = [Answer(201, 0, b'{"number":1}\n'), Answer(503, 3, b""), Answer(204, 0, b"")]


@pytest.mark.parametrize("size", range(1, 40))
def test_packets_may_end_anywhere(size: int) -> None:
    parser, stream = AnswerParser(), CREATED + BUSY + EMPTY
    found = []
    for start in range(0, len(stream), size):
        found += parser.feed(stream[start : start + size])
    assert found == EXPECTED


def test_several_answers_in_one_packet_come_out_in_order() -> None:
    assert AnswerParser().feed(CREATED + BUSY + EMPTY) == EXPECTED


def test_what_is_left_over_belongs_to_the_next_answer() -> None:
    parser = AnswerParser()
    assert parser.feed(CREATED + BUSY[:10]) == EXPECTED[:1]
    assert parser.feed(BUSY[10:] + EMPTY[:3]) == EXPECTED[1:2]
    assert parser.feed(EMPTY[3:]) == EXPECTED[2:]


@pytest.mark.parametrize(
    "stream",
    [
        b"HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 20_000,
    ],
)
def test_what_this_client_does_not_read_is_refused(stream: bytes) -> None:
    with pytest.raises(BadAnswer):
        AnswerParser().feed(stream)


def test_a_rendered_request_says_the_length_of_its_body() -> None:
    request = render_post("/v1/scans", "127.0.0.1", {"accept": "*/*"}, b"{}")
    head, _, body = request.partition(b"\r\n\r\n")
    assert body == b"{}"
    assert head.split(b"\r\n") == [
        b"POST /v1/scans HTTP/1.1",
        b"host: 127.0.0.1",
        b"accept: */*",
        b"content-type: application/json",
        b"content-length: 2",
    ]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_this_machine_may_be_loaded(host: str) -> None:
    assert loopback(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.5", "0.0.0.0", "8.8.8.8", "::", "example.com", ""])  # noqa: S104
def test_another_machine_is_never_loaded(host: str) -> None:
    with pytest.raises(NotLoopback):
        loopback(host)
