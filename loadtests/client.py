"""A stadium over HTTP: requests by the clock whatever the server does, or as many as it can take.

Open loop: arrivals come on schedule, and a latency counts from the scheduled moment. A server that stalls
for a second shows a second of late answers; a client that waited for it before asking again would show one.
Closed loop ("saturation"): every connection always has one request on its way; this finds the capacity.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from loadtests.http11 import Answer, Connection, loopback
from loadtests.runs import Run, Supply, arrivals

CONNECTIONS_MAX = 4096
SECONDS_MAX = 3600.0
DRAIN_S_MAX = 10.0
"""After the last request, how long to wait for answers; what is then missing is reported as unanswered."""
RECONNECT_S = 0.05
TICK_S = 0.001
"""Timers of the event loop count whole milliseconds: arrivals that are due together are sent together."""

CERTIFICATE = b'"certificate":{"number":"'


class _Load:
    """What both kinds of load share: connections, and keeping account of answers."""

    def __init__(self, host: str, port: int, supply: Supply) -> None:
        self._host, self._port = loopback(host), port
        self._supply = supply
        self._connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_over = False
        self._done = asyncio.Event()
        self._on_their_way = 0
        self._from = 0.0
        self._until = float("inf")
        self._last = 0.0
        self.run = Run()

    async def connect(self, count: int) -> None:
        assert 1 <= count <= CONNECTIONS_MAX
        for _ in range(count):
            await self._open()

    async def _open(self) -> Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: Connection(self), self._host, self._port)
        self._connections.add(connection)
        return connection

    def _send(self, connection: Connection, number: int, since: float) -> None:
        self._on_their_way += 1
        connection.send(number, self._supply.requests[number], since)

    def answered(self, connection: Connection, answer: Answer) -> None:
        now = time.monotonic()
        run, number = self.run, connection.asked
        connection.asked = -1
        self._on_their_way -= 1
        run.statuses[answer.status] = run.statuses.get(answer.status, 0) + 1
        if answer.status == 201:
            at = answer.body.find(CERTIFICATE)
            if at >= 0:
                at += len(CERTIFICATE)
                run.acknowledged[number] = answer.body[at : answer.body.index(b'"', at)].decode("ascii")
        elif answer.retry_after_s > run.retry_after_s_max:
            run.retry_after_s_max = answer.retry_after_s
        if self._from <= now <= self._until:
            run.counted += 1
            self._last = now
            run.histogram.record(int((now - connection.since) * 1_000_000))
        self._free(connection, now)
        self._look_whether_done()

    def lost(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if connection.asked >= 0:
            self._give_up(connection)
        if not self._is_over:
            task = asyncio.get_running_loop().create_task(self._replace())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._look_whether_done()

    def _give_up(self, connection: Connection) -> None:
        self.run.unanswered.append(connection.asked)
        # Somebody waited for this in vain: leaving it out would make a failing server look quick.
        self.run.histogram.record(int((time.monotonic() - connection.since) * 1_000_000))
        connection.asked = -1
        self._on_their_way -= 1

    async def _replace(self) -> None:
        while not self._is_over:
            await asyncio.sleep(RECONNECT_S)
            try:
                connection = await self._open()
            except OSError:
                continue
            self._free(connection, time.monotonic())
            return

    def _free(self, connection: Connection, now: float) -> None:
        raise NotImplementedError

    def _is_finished(self) -> bool:
        raise NotImplementedError

    def _look_whether_done(self) -> None:
        if self._on_their_way == 0 and self._is_finished():
            self._done.set()

    async def _finish(self, seconds_max: float) -> None:
        """Wait for the end and the last answers, then hang up."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._done.wait(), min(seconds_max, SECONDS_MAX) + DRAIN_S_MAX)
        self._is_over = True
        for task in list(self._tasks):
            task.cancel()
        for connection in list(self._connections):
            if connection.asked >= 0:
                self._give_up(connection)
            connection.close()
        await asyncio.sleep(0)


class _Saturation(_Load):
    def start(self, warm_up_s: float, seconds: float) -> None:
        now = time.monotonic()
        self._from, self._until = now + warm_up_s, now + warm_up_s + seconds
        self._ended_at = 0.0
        for connection in list(self._connections):
            self._free(connection, now)
        self._look_whether_done()

    def _free(self, connection: Connection, now: float) -> None:
        number = -1 if now >= self._until else self._supply.take()
        if number < 0:
            self._ended_at = self._ended_at or min(now, self._until)
            return
        self._send(connection, number, now)

    def _is_finished(self) -> bool:
        return self._ended_at > 0

    def close_window(self) -> None:
        # A supply that ran out ends the window early, with its last answer.
        is_short = self._ended_at < self._until
        self.run.window_s = max(0.0, (self._last if is_short else self._until) - self._from)


class _OpenLoop(_Load):
    def start(self, schedule: Iterator[float]) -> None:
        self._began = time.monotonic()
        self._from = self._began
        self._schedule = schedule
        self._due = next(schedule, None)
        self._waiting: deque[float] = deque()
        self._idle = deque(self._connections)
        self._tick()

    def _tick(self) -> None:
        now = time.monotonic()
        while self._due is not None and self._began + self._due <= now:
            self._arrive(self._began + self._due)
            self._due = next(self._schedule, None)
        if self._due is None or self._is_over:
            self._look_whether_done()
            return
        delay_s = max(TICK_S, self._began + self._due - now)
        asyncio.get_running_loop().call_later(delay_s, self._tick)

    def _arrive(self, at: float) -> None:
        while self._idle:
            connection = self._idle.popleft()
            if connection in self._connections:
                self._ask(connection, at)
                return
        self._waiting.append(at)
        self.run.waiting_max = max(self.run.waiting_max, len(self._waiting))

    def _ask(self, connection: Connection, at: float) -> None:
        number = self._supply.take()
        assert number >= 0, "fewer requests were rendered than people arrive"
        self._send(connection, number, at)

    def _free(self, connection: Connection, now: float) -> None:
        if self._waiting:
            self._ask(connection, self._waiting.popleft())
        else:
            self._idle.append(connection)

    def _is_finished(self) -> bool:
        return self._due is None and not self._waiting

    def close_window(self) -> None:
        now = time.monotonic()
        self.run.window_s = now - self._began
        self.run.unsent = len(self._waiting)
        for at in self._waiting:
            self.run.histogram.record(int((now - at) * 1_000_000))


async def saturate(
    host: str, port: int, supply: Supply, *, connections: int, seconds: float, warm_up_s: float = 1.0
) -> Run:
    """Closed loop for `seconds` after a warm-up that does not count. Raises NotLoopback."""
    load = _Saturation(host, port, supply)
    await load.connect(connections)
    with _undisturbed():
        load.start(warm_up_s, seconds)
        await load._finish(warm_up_s + seconds)
    load.close_window()
    return load.run


async def open_loop(
    host: str,
    port: int,
    supply: Supply,
    *,
    rate: float,
    count: int,
    connections: int,
    is_poisson: bool = True,
    progress: Callable[[int], None] | None = None,
) -> Run:
    """`count` people, `rate` a second, on schedule. Raises NotLoopback."""
    load = _OpenLoop(host, port, supply)
    await load.connect(connections)
    with _undisturbed():
        load.start(arrivals(rate, count, is_poisson=is_poisson))
        telling = asyncio.create_task(_tell(load.run, progress)) if progress else None
        await load._finish(count / rate)
    if telling is not None:
        telling.cancel()
    load.close_window()
    return load.run


async def _tell(run: Run, progress: Callable[[int], None]) -> None:
    while True:
        await asyncio.sleep(1)
        progress(run.counted)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No garbage collection while it counts: walking through all rendered requests would look like a slow server."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
