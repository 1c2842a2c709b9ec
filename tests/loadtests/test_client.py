"""The load generator against small servers of our own that stall, hang up or answer too late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from loadtests.client import open_loop, saturate
from loadtests.http11 import NotLoopback, render_post
from loadtests.runs import Supply, arrivals

HOST = "127.0.0.1"
Respond = Callable[[int, asyncio.StreamWriter], Awaitable[None]]


def answer(number: int, status: str = "201 Created", extra: str = "") -> bytes:
    body = f'{{"certificate":{{"number":"TF-{number}"}}}}'
    return f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n{extra}\r\n{body}".encode()


async def at_once(number: int, writer: asyncio.StreamWriter) -> None:
    writer.write(answer(number))


def supply(count: int) -> Supply:
    return Supply([render_post("/", HOST, {}, str(number).encode()) for number in range(count)])


@asynccontextmanager
async def server(respond: Respond) -> AsyncIterator[int]:
    """A server that calls `respond` with the number that a request carries; its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.rpartition(b"content-length: ")[2])
                await respond(int(await reader.readexactly(length)), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    running = await asyncio.start_server(serve, HOST, 0)
    try:
        yield running.sockets[0].getsockname()[1]
    finally:
        running.close()


async def test_a_stall_shows_in_the_latencies_of_all_who_came_meanwhile() -> None:
    stall_s, rate = 0.3, 200

    async def respond(number: int, writer: asyncio.StreamWriter) -> None:
        if number == 0:
            await asyncio.sleep(stall_s)
        writer.write(answer(number))

    async with server(respond) as port:
        run = await open_loop(HOST, port, supply(80), rate=rate, count=80, connections=1, is_poisson=False)
    # Whoever was due in the first two thirds of the stall waited at least its last third, though the
    # server itself answered all but one of them at once.
    due_early = int(rate * stall_s * 2 / 3)
    assert run.histogram.percentile_us(100 * (80 - due_early + 1) / 80) >= stall_s / 3 * 1e6
    assert run.histogram.max_us >= stall_s * 1e6
    assert run.histogram.count == run.statuses[201] == 80


async def test_arrivals_do_not_wait_for_answers() -> None:
    asked: list[int] = []
    everybody_asked = asyncio.Event()

    async def respond(number: int, writer: asyncio.StreamWriter) -> None:
        asked.append(number)
        if len(asked) == 20:
            everybody_asked.set()
        await everybody_asked.wait()  # nobody is answered before the last one has asked
        writer.write(answer(number))

    async with server(respond) as port:
        run = await open_loop(HOST, port, supply(20), rate=500, count=20, connections=20)
    assert sorted(asked) == list(range(20))
    assert run.statuses == {201: 20}


async def test_what_was_acknowledged_is_kept_by_request() -> None:
    async with server(at_once) as port:
        people = supply(50)
        run = await saturate(HOST, port, people, connections=4, seconds=5, warm_up_s=0)
    assert run.acknowledged == {number: f"TF-{number}" for number in range(50)}
    assert people.left == 0
    assert run.rate > 0


async def test_a_request_without_an_answer_is_reported_and_not_sent_again() -> None:
    async def respond(number: int, writer: asyncio.StreamWriter) -> None:
        if number == 3:
            raise ConnectionError
        writer.write(answer(number))

    async with server(respond) as port:
        run = await saturate(HOST, port, supply(10), connections=1, seconds=5, warm_up_s=0)
    assert run.unanswered == [3]
    assert sorted(run.acknowledged) == [0, 1, 2, 4, 5, 6, 7, 8, 9]


async def test_refusals_are_counted_and_acknowledge_nothing() -> None:
    async def respond(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(number, "503 Service Unavailable", "retry-after: 4\r\n"))

    async with server(respond) as port:
        run = await saturate(HOST, port, supply(6), connections=2, seconds=5, warm_up_s=0)
    assert (run.statuses, run.acknowledged, run.retry_after_s_max) == ({503: 6}, {}, 4)


async def test_a_later_run_goes_on_where_the_first_ended() -> None:
    async with server(at_once) as port:
        people = supply(30)
        first = await open_loop(HOST, port, people, rate=1000, count=10, connections=4)
        second = await open_loop(HOST, port, people, rate=1000, count=20, connections=4)
    assert sorted(first.acknowledged) == list(range(10))
    assert sorted(second.acknowledged) == list(range(10, 30))


async def test_load_never_leaves_this_machine() -> None:
    with pytest.raises(NotLoopback):
        await saturate("192.0.2.1", 80, supply(1), connections=1, seconds=1)
    with pytest.raises(NotLoopback):
        await open_loop("example.com", 80, supply(1), rate=1, count=1, connections=1)


@pytest.mark.parametrize("is_poisson", [False, True])
def test_arrivals_come_at_the_rate_that_was_asked_for(is_poisson: bool) -> None:
    moments = list(arrivals(1000, 20_000, is_poisson=is_poisson))
    assert moments == sorted(moments)
    assert moments == list(arrivals(1000, 20_000, is_poisson=is_poisson))
    assert 19 < moments[-1] < 21
