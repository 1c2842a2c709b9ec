"""How many persons review an action, and what they come to."""

from __future__ import annotations

import pytest

from backend.domain.actions.opinions import Panel, reviewers_needed
from tests.shipped import shipped_catalogue

YES, NO = "approve", "reject"


@pytest.mark.parametrize(
    ("needed", "opinions", "verdict", "is_disputed"),
    [
        (1, (), None, False),
        (1, (YES,), YES, False),
        (1, (NO,), NO, False),
        (2, (), None, False),
        (2, (YES,), None, False),
        (2, (NO,), None, False),
        (2, (YES, YES), YES, False),
        (2, (NO, NO), NO, False),
        (2, (YES, NO), None, True),
        (2, (NO, YES), None, True),
        (2, (YES, NO, NO), NO, False),
        (2, (NO, YES, YES), YES, False),
    ],
)
def test_what_opinions_come_to(
    needed: int, opinions: tuple[str, ...], verdict: str | None, is_disputed: bool
) -> None:
    panel = Panel(needed, opinions)  # type: ignore[arg-type]
    assert (panel.verdict, panel.is_disputed) == (verdict, is_disputed)


@pytest.mark.parametrize(
    ("grams", "points", "needed"), [(1999, 199, 1), (2000, 0, 2), (0, 200, 2), (0, 0, 1), (10**9, 10**9, 2)]
)
def test_two_persons_are_needed_from_a_value_on(grams: int, points: int, needed: int) -> None:
    catalogue = shipped_catalogue()
    assert reviewers_needed(catalogue.guards["guards-2026.3"], grams, points) == needed
    assert reviewers_needed(catalogue.guards["guards-2026.1"], grams, points) == 1
