"""Offset or contribution: what goes beyond what the organiser leaves open offsets nothing."""

from __future__ import annotations

import pytest

from backend.domain.contribution import contribution_g


@pytest.mark.parametrize(
    ("grams", "neutralised_g", "beyond_g"),
    [
        (1000, 0, 0),
        (1000, 300, 300),
        (700, 300, 0),
        (701, 300, 1),
        (500, 1000, 500),
        (0, 1000, 0),
        (1200, 0, 200),
    ],
)
def test_grams_beyond_what_is_left_are_a_contribution(grams: int, neutralised_g: int, beyond_g: int) -> None:
    assert contribution_g(grams, 1000, neutralised_g) == beyond_g
