"""Pictures are drawn off the event loop, few at a time, each once for as long as it is remembered."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from backend.errors import Busy
from backend.render.pictures.renderer import AT_ONCE_MAX, KEPT_MAX, WAITING_MAX, Pictures


class Brush:
    """Draws slowly and counts: how often, and how many at once."""

    def __init__(self, seconds: float = 0.02) -> None:
        self.seconds = seconds
        self.drawn = self.at_once = self.at_once_max = 0
        self._lock = threading.Lock()

    def __call__(self) -> bytes:
        with self._lock:
            self.drawn += 1
            self.at_once += 1
            self.at_once_max = max(self.at_once_max, self.at_once)
        time.sleep(self.seconds)
        with self._lock:
            self.at_once -= 1
        return b"picture"


async def test_those_who_ask_for_one_picture_get_one_drawing() -> None:
    pictures, brush = Pictures(), Brush()
    got = await asyncio.gather(*(pictures.get(b"one", brush) for _ in range(20)))
    assert (set(got), brush.drawn) == ({b"picture"}, 1)
    await pictures.get(b"one", brush)
    assert brush.drawn == 1


async def test_few_are_drawn_at_once() -> None:
    pictures, brush = Pictures(), Brush()
    await asyncio.gather(*(pictures.get(bytes([number]), brush) for number in range(12)))
    assert (brush.drawn, brush.at_once_max) == (12, AT_ONCE_MAX)


async def test_too_many_who_wait_are_told_to_come_back() -> None:
    pictures, brush = Pictures(), Brush(0.005)
    waiting = [
        asyncio.ensure_future(pictures.get(number.to_bytes(2, "big"), brush)) for number in range(WAITING_MAX)
    ]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await pictures.get(b"one more", brush)
    await asyncio.gather(*waiting)
    assert await pictures.get(b"one more", brush) == b"picture"


async def test_the_oldest_picture_is_forgotten_first() -> None:
    pictures, brush = Pictures(), Brush(0)
    for number in range(KEPT_MAX + 1):
        await pictures.get(number.to_bytes(2, "big"), brush)
    await pictures.get((1).to_bytes(2, "big"), brush)
    assert brush.drawn == KEPT_MAX + 1
    await pictures.get((0).to_bytes(2, "big"), brush)
    assert brush.drawn == KEPT_MAX + 2


async def test_who_hangs_up_leaves_the_picture_to_the_others() -> None:
    pictures, brush = Pictures(), Brush(0.05)
    impatient = asyncio.ensure_future(pictures.get(b"one", brush))
    patient = asyncio.ensure_future(pictures.get(b"one", brush))
    await asyncio.sleep(0.01)
    impatient.cancel()
    assert await patient == b"picture"
    assert brush.drawn == 1


async def test_a_drawing_that_fails_is_tried_again() -> None:
    pictures, brush = Pictures(), Brush(0)

    def fail() -> bytes:
        raise ValueError("no ink")

    with pytest.raises(ValueError, match="no ink"):
        await pictures.get(b"one", fail)
    assert await pictures.get(b"one", brush) == b"picture"
