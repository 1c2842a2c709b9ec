"""How fast an event's pool is given away, and whether somebody should look. Pure.

Two things are alarming: a pool that is empty within half an hour at the pace of the last minutes, and offsets that have
suddenly become much larger than those before, which honest journeys do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

import msgspec

WINDOW = timedelta(minutes=5)
MINUTES_LEFT_MIN = 30
TIMES_LARGER = 3
OFFSETS_MIN = 10
"""Fewer offsets in the window say nothing about their size: one family from London is no attack."""


class GivenMinute(msgspec.Struct, frozen=True):
    """What was given in one minute: offsets, and grams."""

    minute: datetime
    offsets: int
    grams: int


class PoolRate(msgspec.Struct, frozen=True):
    """The pace of the last five minutes: grams a minute, grams an offset, and minutes until the pool is empty."""

    grams_per_minute: int
    grams_per_offset: int | None
    usual_grams_per_offset: int | None
    minutes_left: int | None
    alarm: Literal["draining", "larger"] | None


def pool_rate(given: Iterable[GivenMinute], grams_left: int, now: datetime) -> PoolRate:
    """The pool's pace at `now`, from what was given in each minute of the last hours."""
    given = list(given)
    since = now - WINDOW
    recent = [each for each in given if each.minute >= since]
    before = [each for each in given if each.minute < since]
    offsets, grams = sum(each.offsets for each in recent), sum(each.grams for each in recent)
    pace = max(0, grams) // int(WINDOW / timedelta(minutes=1))
    size = _size(recent)
    usual = _size(before)
    minutes_left = grams_left // pace if pace else None
    alarm: Literal["draining", "larger"] | None = None
    if grams_left > 0 and minutes_left is not None and minutes_left < MINUTES_LEFT_MIN:
        alarm = "draining"
    if size is not None and usual and offsets >= OFFSETS_MIN and size >= TIMES_LARGER * usual:
        alarm = "larger"
    return PoolRate(pace, size, usual, minutes_left, alarm)


def _size(given: list[GivenMinute]) -> int | None:
    offsets = sum(each.offsets for each in given)
    return sum(each.grams for each in given) // offsets if offsets > 0 else None
