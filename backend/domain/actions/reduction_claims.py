"""Reduction claims: which actions a citizen's donation takes.

A reduction is `personal` until it is donated, aggregated or cancelled, once and one way. An action is given whole:
half of a bus ride cannot be handed over, and two people must not both speak of the same one.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec

STATES_OUT = ("donated", "aggregated", "cancelled")
"""Where a reduction may go from `personal`; there is no way back, nor from one to another."""


class Reduction(msgspec.Struct, frozen=True):
    """What an action avoided, in gCO2e."""

    action_id: UUID
    grams: int


def choose(reductions: Iterable[Reduction], grams_max: int | None, actions_max: int) -> list[Reduction]:
    """The reductions to take, in the order in which they come: oldest first.

    Whole ones only, `grams_max` in all at most (None: no limit) and no more than `actions_max` of them. One that
    does not fit is left and a later one that fits is taken, so that a single long journey does not stand in the way
    of giving.
    """
    chosen: list[Reduction] = []
    left = grams_max
    for reduction in reductions:
        if len(chosen) == actions_max:
            break
        if left is not None:
            if reduction.grams > left:
                continue
            left -= reduction.grams
        chosen.append(reduction)
    return chosen
