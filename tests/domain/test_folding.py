"""Two spellings that a reader takes for one fold to the same text, and folding twice changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.folding import folded

REFERENCE = "CDCER-2024-00017/B"


@pytest.mark.parametrize(
    "spelled",
    [
        "cdcer-2024-00017/b",
        "ＣＤＣＥＲ－２０２４－０００１７／Ｂ",
        " CDCER - 2024 - 00017 / B\u3000",
        "CDCER\u20132024\u201400017/B",
        "CDCER\u22122024\u201100017/B",
        "CDCER-2024-\u200b00017/B",
        "CDCER-2024-00017\u2060/\ufeffB",
        "CDCER-2024-000\u00ad17/B\ufe0f",
        "CDCER-\u0662\u0660\u0662\u0664-00017/B",
        "CDCER-2024-00017/B\u3164\u0000",
        "\u202eCDCER-2024-00017/B\u202c",
    ],
)
def test_another_spelling_folds_to_the_same(spelled: str) -> None:
    assert folded(spelled) == folded(REFERENCE) == REFERENCE


@pytest.mark.parametrize(
    ("one", "other"),
    [("A-1", "A-2"), ("A-1", "A1"), ("成环函〔2024〕1号", "成环函〔2025〕1号"), ("A.1", "A-1")],
)
def test_what_differs_stays_different(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_a_letter_folds_to_all_of_its_cases() -> None:
    assert folded("Straße") == folded("STRASSE") == folded("strasse")
    assert folded("ΣΙΣΥΦΟΣ") == folded("σισυφος")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert " " not in once
    assert folded(text.lower()) == folded(text.upper())
