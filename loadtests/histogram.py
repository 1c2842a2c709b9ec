"""Latencies in buckets whose width grows with the value, as HdrHistogram has them.

A value is known to within 0.8 % and the memory does not depend on how many were recorded, so every single
latency of a run is kept and no percentile comes from a sample.
"""

from __future__ import annotations

import math

SUB_BITS = 7
_SUB = 1 << SUB_BITS
VALUE_US_MAX = 600_000_000
"""Ten minutes; whatever took longer is counted there, and `max_us` still tells it."""


class Histogram:
    """Counts of values in whole microseconds."""

    __slots__ = ("_counts", "count", "max_us", "total_us")

    def __init__(self) -> None:
        self._counts = [0] * (slot_of(VALUE_US_MAX) + 1)
        self.count = self.max_us = self.total_us = 0

    def record(self, us: int) -> None:
        us = max(us, 0)
        self._counts[slot_of(min(us, VALUE_US_MAX))] += 1
        self.count += 1
        self.total_us += us
        if us > self.max_us:
            self.max_us = us

    def add(self, other: Histogram) -> None:
        """Take over another histogram's values."""
        for slot, count in enumerate(other._counts):
            self._counts[slot] += count
        self.count += other.count
        self.total_us += other.total_us
        self.max_us = max(self.max_us, other.max_us)

    def percentile_us(self, percent: float) -> int:
        """The value that `percent` of all values do not exceed; 0 when nothing was recorded.

        It is the upper edge of its bucket, so it may be overstated by 0.8 % and is never understated.
        """
        wanted = max(1, math.ceil(self.count * percent / 100))
        seen = 0
        for slot, count in enumerate(self._counts):
            seen += count
            if seen >= wanted:
                return min(top_of(slot), self.max_us)
        return self.max_us

    def percentile_ms(self, percent: float) -> float:
        return self.percentile_us(percent) / 1000


def slot_of(us: int) -> int:
    """The bucket of a value: one microsecond wide up to 255 µs, then 128 buckets per doubling."""
    shift = us.bit_length() - SUB_BITS - 1
    return us if shift <= 0 else (shift << SUB_BITS) + (us >> shift)


def top_of(slot: int) -> int:
    """The largest value of a bucket."""
    if slot < 2 * _SUB:
        return slot
    shift = (slot >> SUB_BITS) - 1
    return ((slot - (shift << SUB_BITS) + 1) << shift) - 1
