"""Grams as people read them."""

from __future__ import annotations

import pytest

from backend.domain.mass import kilograms, mass, mass_parts


@pytest.mark.parametrize(
    ("grams", "shown"),
    [
        (0, "0 g"),
        (999, "999 g"),
        (1000, "1.00 kg"),
        (1005, "1.01 kg"),
        (2675, "2.68 kg"),
        (-1005, "-1.01 kg"),
        (1_234_567, "1,234.57 kg"),
        (9_999_999, "10,000.00 kg"),
        (10_000_000, "10.00 t"),
        (10_005_000, "10.01 t"),
        (1_234_567_890, "1,234.57 t"),
    ],
)
def test_a_mass_is_rounded_half_up_and_has_the_unit_of_its_size(grams: int, shown: str) -> None:
    assert mass(grams) == shown
    assert " ".join(mass_parts(grams)) == shown


def test_what_a_certificate_says_is_exact() -> None:
    assert kilograms(1_234_567) == "1234.567"
    assert kilograms(1_234_567, ",") == "1,234.567"
    assert kilograms(5) == "0.005"
