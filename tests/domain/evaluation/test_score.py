"""Points, score and stars of an organisation from facts."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from backend.domain.evaluation.criteria import problem_of, set_on
from backend.domain.evaluation.score import FACTS, corrected, correction_max, rate
from tests.shipped import shipped_catalogue

CATALOGUE = shipped_catalogue()
CRITERIA = CATALOGUE.criteria["organisations", "2026-1"]
KNOWN = frozenset(FACTS), frozenset(CATALOGUE.sources)
NOTHING = dict.fromkeys(FACTS, 0)
BEST = NOTHING | {
    "events_ended": 4,
    "events_held": 4,
    "events_verified": 4,
    "events_with_measures": 4,
    "lines": 7,
    "lines_measured": 7,
    "licences_valid": 1,
}


def test_the_best_facts_give_a_hundred_and_five_stars() -> None:
    found = rate(CRITERIA, BEST)
    assert (found.score, found.stars) == (100, 5)


def test_without_an_event_that_ended_nothing_is_rated() -> None:
    found = rate(CRITERIA, BEST | {"events_held": 0})
    assert (found.score, found.stars, found.points) == (None, None, ())


@pytest.mark.parametrize(
    ("fact", "points"),
    [("events_retired_late", 85), ("disclosures_late", 95), ("complaints_upheld", 95), ("false_data", 85)],
)
def test_each_breach_lowers_the_score_by_its_rule(fact: str, points: int) -> None:
    assert rate(CRITERIA, BEST | {fact: 1}).score == points


def test_points_never_fall_below_nothing() -> None:
    worst = BEST | dict.fromkeys(
        ("events_retired_late", "disclosures_late", "complaints_upheld", "false_data"), 99
    )
    assert rate(CRITERIA, worst).score == 30


def test_a_share_is_rounded_down_to_a_hundredth() -> None:
    found = rate(CRITERIA, BEST | {"lines": 3, "lines_measured": 2})
    (measured,) = (each for each in found.points if each.criterion == "measured_data")
    assert measured.points == Decimal("5.33")


@pytest.mark.parametrize(("fact", "stars"), [("black_entries", 1), ("negative_entries", 2)])
def test_a_list_entry_keeps_the_stars_down_whatever_the_score(fact: str, stars: int) -> None:
    found = rate(CRITERIA, BEST | {fact: 1})
    assert (found.score, found.stars) == (100, stars)


def test_the_sum_is_the_points_that_are_shown() -> None:
    found = rate(CRITERIA, BEST | {"lines_measured": 3, "events_verified": 1, "complaints_upheld": 2})
    assert found.score == sum(each.points for each in found.points)


def test_an_upheld_objection_is_in_the_organisations_favour() -> None:
    facts = BEST | {"complaints_upheld": 2, "events_verified": 3}
    better = corrected(CRITERIA, facts, {"complaints_upheld": 1, "events_verified": 1})
    assert (better["complaints_upheld"], better["events_verified"]) == (1, 4)
    most = {each.fact: correction_max(each, facts) for each in CRITERIA.criterion}
    assert (most["complaints_upheld"], most["events_verified"], most["licences_valid"]) == (2, 1, 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"needs": "wishes"}, "unknown facts ['wishes']"),
        ({"stars_from": (40, 60, 60, 90)}, "stars_from are four rising scores"),
        ({"criterion": CRITERIA.criterion[1:]}, "the weights are not 100 in all"),
        ({"criterion": (*CRITERIA.criterion, CRITERIA.criterion[0])}, "a criterion stands there twice"),
        ({"green_from_stars": 6}, "green_from_stars are one to five"),
    ],
)
def test_a_set_that_does_not_add_up_is_refused(changes: dict[str, object], sentence: str) -> None:
    assert problem_of(CRITERIA, *KNOWN) is None
    assert problem_of(msgspec.structs.replace(CRITERIA, **changes), *KNOWN) == sentence


def test_the_version_in_force_on_a_day_counts() -> None:
    a_year_on = CRITERIA.effective_from.replace(year=2027)
    later = msgspec.structs.replace(CRITERIA, version="2027-1", effective_from=a_year_on)
    sets = CATALOGUE.criteria | {("organisations", "2027-1"): later}
    days = [CRITERIA.effective_from, later.effective_from]
    assert [set_on(sets, "organisations", day).version for day in days] == ["2026-1", "2027-1"]
