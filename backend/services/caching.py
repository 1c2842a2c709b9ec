"""Answers of the database that a process keeps for a while: read once however many ask, never more than a bound.

Three rules hold for every cache of the house. An answer is as old as its question, not as its arrival: what changed
while it was read is not kept longer than anything else. After `forget` a read that began before is not kept at all.
Errors are not kept, so the next caller asks again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from prometheus_client import Counter, Gauge

from backend.tenant import current_tenant

HITS = Counter("tianfu_cache_hits_total", "Answers that were still kept; counted in steps", ["cache"])
MISSES = Counter("tianfu_cache_misses_total", "Answers that were read, or waited for", ["cache"])
ENTRIES = Gauge("tianfu_cache_entries", "Answers kept now", ["cache", "city"], multiprocess_mode="livesum")

HITS_STEP = 64
"""A metric costs a lock, and a cache on the way of every scan is hit thousands of times a second."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def keep_all(value: object) -> bool:
    return True


class ExpiringCache(Generic[Key, Value]):
    """Values by their key, each read with `read` when it is not kept.

    `kept_s` None keeps a value for good, until the bound pushes it out, oldest first. `keeps` says of a value that was
    read whether it may be kept. Ask outside of transactions: a read is a task of its own, and would share theirs.
    """

    def __init__(
        self,
        name: str,
        read: Callable[[Key], Awaitable[Value]],
        *,
        kept_s: float | None,
        entries_max: int,
        keeps: Callable[[Value], bool] = keep_all,
    ) -> None:
        self.kept_s = kept_s
        self._read, self._keeps = read, keeps
        self._entries_max = entries_max
        # In the order in which they were read.
        self._kept: dict[Key, tuple[float, Value]] = {}
        self._reading: dict[Key, asyncio.Task[Value]] = {}
        self._hits = 0
        self._hits_metric, self._misses_metric = HITS.labels(name), MISSES.labels(name)
        self._entries_metric = ENTRIES.labels(name, current_tenant().id)

    async def get(self, key: Key, suits: Callable[[Value], bool] = keep_all) -> Value:
        """The value that is kept, when it `suits`, or else a fresh one. Raises what `read` raises."""
        kept = self._kept.get(key)
        if (
            kept is not None
            and (self.kept_s is None or time.monotonic() - kept[0] < self.kept_s)
            and (suits is keep_all or suits(kept[1]))
        ):
            # Written out, because every scan comes by here.
            self._hits += 1
            if self._hits >= HITS_STEP:
                self._hits_metric.inc(self._hits)
                self._hits = 0
            return kept[1]
        self._misses_metric.inc()
        reading = self._reading.get(key)
        if reading is None:
            began = time.monotonic()
            reading = self._reading[key] = asyncio.ensure_future(self._read(key))
            reading.add_done_callback(lambda task: self._end(key, began, task))
        # A caller who hangs up does not take the answer from the others who wait for it. Not by asyncio.shield: from
        # Python 3.14 on it logs an error that every caller has hung up on.
        await asyncio.wait((reading,))
        return reading.result()

    def change(self, key: Key, by: Callable[[Value], Value]) -> bool:
        """Put what this process has just changed itself into a value that is still kept; whether there was one."""
        kept = self._kept.get(key)
        if kept is None or not self._is_fresh(kept[0]):
            self.forget(key)
            return False
        self._kept[key] = (kept[0], by(kept[1]))
        self._reading.pop(key, None)
        return True

    def forget(self, key: Key) -> None:
        """Have the value of a key read again: this process has just changed it."""
        self._kept.pop(key, None)
        self._reading.pop(key, None)
        self._entries_metric.set(len(self._kept))

    def forget_all(self) -> None:
        self._kept.clear()
        self._reading.clear()
        self._entries_metric.set(0)

    def __len__(self) -> int:
        return len(self._kept)

    def _is_fresh(self, read_at: float) -> bool:
        return self.kept_s is None or time.monotonic() - read_at < self.kept_s

    def _end(self, key: Key, began: float, task: asyncio.Future[Value]) -> None:
        is_wanted = self._reading.get(key) is task
        if is_wanted:
            del self._reading[key]
        # The exception is looked at in any case: everybody who waited for it may have hung up.
        if task.cancelled() or task.exception() is not None or not is_wanted:
            return
        if self._keeps(task.result()):
            self._kept.pop(key, None)
            while len(self._kept) >= self._entries_max:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = (began, task.result())
            self._entries_metric.set(len(self._kept))
