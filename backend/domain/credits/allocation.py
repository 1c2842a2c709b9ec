"""Allocates grams of retired credits to attendees: pure arithmetic on serials, which count grams."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec


class PoolRange(msgspec.Struct):
    """The unused serials of one batch in an event's pool: next_serial … serial_to, both inclusive."""

    position: int
    batch_id: UUID
    next_serial: int
    serial_to: int

    @property
    def grams_left(self) -> int:
        return self.serial_to - self.next_serial + 1


class SerialRange(msgspec.Struct, frozen=True):
    """Serials of one batch allocated together; their number is the grams."""

    batch_id: UUID
    serial_from: int
    serial_to: int

    @property
    def grams(self) -> int:
        return self.serial_to - self.serial_from + 1


def offset_grams(footprint_g: int, *, share_pct: int | None, grams: int | None) -> int:
    """Grams that an attendee asks for: a share of the footprint rounded up, or so many grams, never more than all.

    A share is rounded up so that 1 % of anything emitted is at least one gram.
    """
    if grams is not None:
        return min(grams, footprint_g)
    share_pct = 100 if share_pct is None else share_pct
    return -(-footprint_g * share_pct // 100)


def allocate(pool: list[PoolRange], grams: int) -> list[SerialRange] | None:
    """Take `grams` from the front of the pool, or nothing at all when it holds fewer.

    The ranges of `pool` are moved on in place. Grams that cross a batch's end come as two ranges. All or
    nothing, because a certificate says how much was asked for and met; an attendee who asked for more than is
    left learns so and can ask for less.
    """
    assert grams > 0
    if sum(left.grams_left for left in pool) < grams:
        return None
    taken: list[SerialRange] = []
    for serials in pool:
        if serials.grams_left == 0:
            continue
        last = min(serials.serial_to, serials.next_serial + grams - 1)
        taken.append(SerialRange(serials.batch_id, serials.next_serial, last))
        grams -= last - serials.next_serial + 1
        serials.next_serial = last + 1
        if grams == 0:
            break
    return taken


def held(given: Sequence[SerialRange], released: Sequence[SerialRange]) -> list[SerialRange]:
    """The serials that an offset still holds, in the order in which it got them, after releases."""
    left: list[SerialRange] = []
    for serials in given:
        # A release takes the last serials, so what is left of a range is its front.
        last = min(
            (
                each.serial_from - 1
                for each in released
                if each.batch_id == serials.batch_id
                and serials.serial_from <= each.serial_from <= serials.serial_to
            ),
            default=serials.serial_to,
        )
        if last >= serials.serial_from:
            left.append(SerialRange(serials.batch_id, serials.serial_from, last))
    return left


def release(held_ranges: Sequence[SerialRange], grams: int) -> list[SerialRange]:
    """Release the last `grams` serials that an offset holds; no other offset ever gets them."""
    assert 0 < grams <= sum(serials.grams for serials in held_ranges)
    released: list[SerialRange] = []
    for serials in reversed(held_ranges):
        first = max(serials.serial_from, serials.serial_to - grams + 1)
        released.append(SerialRange(serials.batch_id, first, serials.serial_to))
        grams -= serials.serial_to - first + 1
        if grams == 0:
            break
    return released


def points_for(grams: int, points_per_kg: int) -> int:
    """The price of an offset in points, rounded up to a whole point."""
    return -(-grams * points_per_kg // 1000)
