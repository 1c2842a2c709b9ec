"""Criteria sets: what is evaluated, by which stored facts, with which weights and sources."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

Rule = Literal["deduct", "share", "has"]
STARS_MAX = 5
SCORE_MAX = 100


class Criterion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One criterion of a set.

    `deduct` begins with the whole weight and takes `each` off for every one of `fact`; `share` gives the weight times
    `fact` divided by `of`, and nothing where `of` is zero; `has` gives the weight where `fact` is not zero.
    """

    id: str
    fact: str
    rule: Rule
    weight: int
    each: Decimal = Decimal(0)
    of: str | None = None
    name: dict[str, str]
    about: dict[str, str]
    source_id: str


class Cap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No more stars than these while `fact` is not zero, whatever the score."""

    fact: str
    stars_max: int
    name: dict[str, str]
    source_id: str


class CriteriaSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of a set. `stars_from` are the scores from which there are 2, 3, 4 and 5 stars."""

    id: str
    version: str
    effective_from: date
    needs: str
    """The fact without which nothing is rated."""
    name: dict[str, str]
    about: dict[str, str]
    given_by: dict[str, str]
    stars_from: tuple[int, ...]
    green_from_stars: int
    """Stars from which an organisation may be proposed for the green list."""
    criterion: tuple[Criterion, ...]
    cap: tuple[Cap, ...] = ()


def problem_of(found: CriteriaSet, facts: frozenset[str], sources: frozenset[str]) -> str | None:
    """What is wrong with a set, or None: weights that are not 100 in all, facts or sources that nobody knows."""
    ids = [each.id for each in found.criterion]
    named = {found.needs, *(each.fact for each in found.criterion), *(each.fact for each in found.cap)}
    named |= {each.of for each in found.criterion if each.of is not None}
    cited = {each.source_id for each in found.criterion} | {each.source_id for each in found.cap}
    steps = list(found.stars_from)
    checks = (
        (len(ids) != len(set(ids)), "a criterion stands there twice"),
        (sum(each.weight for each in found.criterion) != SCORE_MAX, "the weights are not 100 in all"),
        (any(each.weight <= 0 for each in found.criterion), "a weight is not above zero"),
        (
            any((each.rule == "deduct") != (each.each > 0) for each in found.criterion),
            "`each` is for deduct alone",
        ),
        (
            any((each.rule == "share") != (each.of is not None) for each in found.criterion),
            "`of` is for share alone",
        ),
        (
            len(steps) != STARS_MAX - 1 or steps != sorted(set(steps)) or steps[-1] > SCORE_MAX,
            "stars_from are four rising scores",
        ),
        (any(not 1 <= each.stars_max <= STARS_MAX for each in found.cap), "a cap has one to five stars"),
        (not 1 <= found.green_from_stars <= STARS_MAX, "green_from_stars are one to five"),
        (not named <= facts, f"unknown facts {sorted(named - facts)}"),
        (not cited <= sources, f"unknown sources {sorted(cited - sources)}"),
    )
    return next((sentence for is_wrong, sentence in checks if is_wrong), None)


def set_on(sets: dict[tuple[str, str], CriteriaSet], set_id: str, day: date) -> CriteriaSet:
    """The version of a set in force on a day; before any took effect, the first. Raises KeyError for an unknown id."""
    versions = sorted(
        (each for each in sets.values() if each.id == set_id), key=lambda each: each.effective_from
    )
    if not versions:
        raise KeyError(set_id)
    return next((each for each in reversed(versions) if each.effective_from <= day), versions[0])
