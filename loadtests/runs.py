"""What a load run is given and what it reports: rendered requests, a schedule, an account of the answers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from loadtests.histogram import Histogram


class Supply:
    """Requests rendered ahead, each used once unless `is_endless`; a later run goes on where this one ended."""

    def __init__(self, requests: Sequence[bytes], *, is_endless: bool = False) -> None:
        assert requests
        self.requests = requests
        self.is_endless = is_endless
        self.until = len(requests)
        """Where the present run ends at the latest; what lies behind is left to a later one."""
        self._next = 0

    @property
    def left(self) -> int:
        return self.until - self._next

    def take(self) -> int:
        """The number of the next request; -1 when there is none."""
        number = self._next
        if number >= self.until:
            if not self.is_endless:
                return -1
            number = 0
        self._next = number + 1
        return number


@dataclass
class Run:
    """What happened."""

    histogram: Histogram = field(default_factory=Histogram)
    statuses: dict[int, int] = field(default_factory=dict)
    acknowledged: dict[int, str] = field(default_factory=dict)
    """Request number → certificate number, for every 201 that carried one, warm-up and drain included."""
    unanswered: list[int] = field(default_factory=list)
    """Requests that were sent and got no answer: what became of them is for the database to tell."""
    counted: int = 0
    """Answers within the window that was measured."""
    window_s: float = 0.0
    unsent: int = 0
    """Arrivals that never found a free connection before the run was given up."""
    retry_after_s_max: int = 0
    waiting_max: int = 0
    """Arrivals that were due while every connection was taken."""

    @property
    def rate(self) -> float:
        return self.counted / self.window_s if self.window_s else 0.0

    @property
    def unusual(self) -> int:
        """Requests that were not answered with 201."""
        return sum(count for status, count in self.statuses.items() if status != 201) + len(self.unanswered)


def arrivals(rate: float, count: int, *, is_poisson: bool, seed: int = 1) -> Iterator[float]:
    """Seconds from the start at which `count` people arrive: evenly, or as independent people do."""
    if not is_poisson:
        for number in range(count):
            yield number / rate
        return
    dice = random.Random(seed)
    at = 0.0
    for _ in range(count):
        at += dice.expovariate(rate)
        yield at
