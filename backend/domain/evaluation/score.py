"""Points, score and stars from facts: the same facts and criteria give the same result at any time."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal

import msgspec

from backend.domain.evaluation.criteria import CriteriaSet, Criterion

CENT = Decimal("0.01")
FACTS = (
    "events_ended",
    "events_held",
    "events_due",
    "events_retired_late",
    "events_verified",
    "events_with_measures",
    "lines",
    "lines_measured",
    "disclosures_late",
    "complaints_upheld",
    "false_data",
    "licences_valid",
    "black_entries",
    "negative_entries",
)
"""What is counted of an organisation, as of a day."""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """What one criterion gave: the facts that it looked at, and its points of its weight."""

    criterion: str
    fact: str
    value: int
    of: int | None
    points: Decimal
    weight: int


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Score 0–100 with two decimals, stars 1–5; None where there is too little to rate."""

    score: Decimal | None
    stars: int | None
    points: tuple[Point, ...] = ()


def rate(criteria: CriteriaSet, facts: Mapping[str, int]) -> Score:
    """The score of facts by criteria. Points are rounded down to a hundredth, so a score is never overstated."""
    if facts[criteria.needs] == 0:
        return Score(score=None, stars=None)
    points = tuple(_point(each, facts) for each in criteria.criterion)
    score = sum((each.points for each in points), Decimal(0))
    stars = 1 + sum(score >= least for least in criteria.stars_from)
    caps = [each.stars_max for each in criteria.cap if facts[each.fact] > 0]
    return Score(score=score, stars=min([stars, *caps]), points=points)


def corrected(
    criteria: CriteriaSet, facts: Mapping[str, int], corrections: Mapping[str, int]
) -> dict[str, int]:
    """Facts after upheld objections: fewer of what takes points off, more of what gives some."""
    against = {each.fact for each in criteria.criterion if each.rule == "deduct"}
    found = dict(facts)
    for fact, by in corrections.items():
        found[fact] = max(0, found[fact] - by) if fact in against else found[fact] + by
    return found


def correction_max(criterion: Criterion, facts: Mapping[str, int]) -> int:
    """By how much a criterion's fact can be corrected in the organisation's favour at most.

    What an organisation has or has not, like a licence, is entered where it stands and not by an objection: corrected,
    it would be had for good.
    """
    counted = facts[criterion.fact]
    if criterion.rule == "deduct":
        return counted
    return 0 if criterion.of is None else max(0, facts[criterion.of] - counted)


def _point(criterion: Criterion, facts: Mapping[str, int]) -> Point:
    value = facts[criterion.fact]
    of = None if criterion.of is None else facts[criterion.of]
    if criterion.rule == "deduct":
        points = max(Decimal(0), criterion.weight - criterion.each * value)
    elif criterion.rule == "has":
        points = Decimal(criterion.weight if value > 0 else 0)
    else:
        points = Decimal(criterion.weight) * min(value, of) / of if of else Decimal(0)
    return Point(
        criterion=criterion.id,
        fact=criterion.fact,
        value=value,
        of=of,
        points=points.quantize(CENT, rounding=ROUND_DOWN),
        weight=criterion.weight,
    )
