"""How many persons review an action, and what their opinions come to. Pure."""

from __future__ import annotations

from typing import Literal

import msgspec

from backend.domain.actions.plausibility import Guards

Opinion = Literal["approve", "reject"]


def reviewers_needed(guards: Guards, reduction_g: int, points: int) -> int:
    """Two from a value of grams or of points on, else one."""
    limits = ((guards.second_reviewer_grams, reduction_g), (guards.second_reviewer_points, points))
    return 2 if any(limit is not None and value >= limit for limit, value in limits) else 1


class Panel(msgspec.Struct, frozen=True):
    """Opinions of different persons on one action, oldest first, of whom so many are needed."""

    needed: int
    opinions: tuple[Opinion, ...] = ()

    @property
    def verdict(self) -> Opinion | None:
        """What those who are needed all say; where they differ, what the next one says. None while it is open."""
        if len(self.opinions) < self.needed:
            return None
        if len(set(self.opinions[: self.needed])) == 1:
            return self.opinions[0]
        return self.opinions[self.needed] if len(self.opinions) > self.needed else None

    @property
    def is_disputed(self) -> bool:
        """Whether those who are needed differ and nobody has settled it yet."""
        return len(self.opinions) >= self.needed and self.verdict is None
