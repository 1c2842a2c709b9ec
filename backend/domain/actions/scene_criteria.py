"""A published set of criteria, and the score that follows from the points of each."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal

import msgspec

from backend.errors.actions.certifications import CriteriaMismatch

POINTS_MAX = 100


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    weight: int
    name: dict[str, str]
    source: str


class CriteriaSet(msgspec.Struct, frozen=True):
    """`pass_score` is the least score with which a scene is certified."""

    version: str
    pass_score: int
    name: dict[str, str]
    criteria: tuple[Criterion, ...]

    def score(self, points: Mapping[str, int]) -> Decimal:
        """Mean of the points by weight, two decimals, cut off. Raises CriteriaMismatch unless each has its points."""
        wanted = {each.code for each in self.criteria}
        if points.keys() != wanted:
            raise CriteriaMismatch(criteria=sorted(wanted))
        whole = sum(each.weight * points[each.code] for each in self.criteria)
        return (Decimal(whole) / 100).quantize(Decimal("0.01"), ROUND_DOWN)
