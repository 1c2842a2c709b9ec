"""Levels and medals: what a citizen has reached, and how far the next step is. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

Measure = Literal["actions", "reduction_g", "quantity", "streak_days", "attendances", "offsets"]
OF_METHODS: tuple[Measure, ...] = ("actions", "reduction_g", "quantity")
"""Measures that may be taken of some methods alone."""


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name for a total of verified grams, from `from_g` on."""

    code: str
    from_g: int
    name: dict[str, str]


class Medal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`steps` are the measures at which its levels 1, 2, … are earned."""

    code: str
    name: dict[str, str]
    about: dict[str, str]
    measure: Measure
    unit: dict[str, str]
    steps: tuple[int, ...]
    methods: tuple[str, ...] = ()
    verified: bool = True


class MethodTotals(msgspec.Struct, frozen=True):
    """A citizen's actions of one method. `quantity` sums verified actions with a declared quantity."""

    actions: int = 0
    verified_actions: int = 0
    reduction_g: int = 0
    verified_g: int = 0
    quantity: Decimal = Decimal(0)


class Totals(msgspec.Struct, frozen=True):
    """A citizen's totals that medals are measured by."""

    by_method: Mapping[str, MethodTotals] = {}
    streak_days: int = 0
    attendances: int = 0
    offsets: int = 0

    @property
    def verified_g(self) -> int:
        return sum(each.verified_g for each in self.by_method.values())


class Progress(msgspec.Struct, frozen=True):
    """A citizen's progress to a medal: `level` is 0 before the first one, `next_at` None after the last one."""

    medal: Medal
    value: int
    level: int
    next_at: int | None


def measure(medal: Medal, totals: Totals) -> int:
    """The value that a medal counts, in whole units: nearly a kilometre is none."""
    if medal.measure == "streak_days":
        return totals.streak_days
    if medal.measure == "attendances":
        return totals.attendances
    if medal.measure == "offsets":
        return totals.offsets
    counted = [
        each for method, each in totals.by_method.items() if not medal.methods or method in medal.methods
    ]
    if medal.measure == "quantity":
        return int(sum((each.quantity for each in counted), Decimal(0)))
    if medal.measure == "reduction_g":
        return sum(each.verified_g if medal.verified else each.reduction_g for each in counted)
    return sum(each.verified_actions if medal.verified else each.actions for each in counted)


def progress(medal: Medal, totals: Totals) -> Progress:
    """A citizen's progress to a medal."""
    value = measure(medal, totals)
    level = sum(value >= step for step in medal.steps)
    return Progress(medal, value, level, medal.steps[level] if level < len(medal.steps) else None)


def earned(medals: Sequence[Medal], totals: Totals) -> list[tuple[str, int]]:
    """Every (medal, level) reached: a citizen at the third level has the first two as well."""
    return [(medal.code, level) for medal in medals for level in range(1, progress(medal, totals).level + 1)]


def level_of(levels: Sequence[Level], verified_g: int) -> tuple[Level, Level | None]:
    """The level of a total, and the next one; levels come in rising order, the first from 0."""
    reached = [level for level in levels if level.from_g <= verified_g]
    following = levels[len(reached)] if len(reached) < len(levels) else None
    return reached[-1], following
