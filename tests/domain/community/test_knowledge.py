"""Which questions a citizen gets, and how a text becomes blocks."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from backend.catalogue import Catalogue
from backend.domain.community.knowledge import (
    ELSEWHERE,
    QUESTIONS_PER_DAY,
    Block,
    Question,
    blocks_of,
    elsewhere,
    questions_of_day,
    quiz_points,
    right_answers,
)

BANK = tuple(f"question-{number}" for number in range(50))
LIN, CHEN = UUID(int=1), UUID(int=2)
DAY = date(2026, 7, 1)


def test_a_day_asks_the_same_whenever_it_is_asked_about() -> None:
    asked = questions_of_day(BANK, LIN, DAY)
    assert len(set(asked)) == QUESTIONS_PER_DAY
    assert set(asked) <= set(BANK)
    assert asked == questions_of_day(BANK, LIN, DAY) == questions_of_day(BANK[::-1], LIN, DAY)


def test_two_citizens_and_two_days_are_asked_different_things() -> None:
    assert questions_of_day(BANK, LIN, DAY) != questions_of_day(BANK, CHEN, DAY)
    assert questions_of_day(BANK, LIN, DAY) != questions_of_day(BANK, LIN, DAY + timedelta(days=1))


def test_the_whole_bank_comes_before_anything_comes_again() -> None:
    days = len(BANK) // QUESTIONS_PER_DAY
    start = next(DAY + timedelta(days=n) for n in range(days) if (DAY.toordinal() + n) % days == 0)
    asked = [
        question for n in range(days) for question in questions_of_day(BANK, LIN, start + timedelta(days=n))
    ]
    assert len(set(asked)) == len(asked) == days * QUESTIONS_PER_DAY
    assert questions_of_day(BANK, LIN, start + timedelta(days=days)) != questions_of_day(BANK, LIN, start)


def test_every_question_is_asked_about_as_often() -> None:
    asked = Counter(question for _ in range(1000) for question in questions_of_day(BANK, uuid4(), DAY))
    assert set(asked) == set(BANK)
    assert max(asked.values()) < 3 * min(asked.values())


@pytest.mark.parametrize("size", [3, 4, 5, 6, 7])
def test_a_small_bank_still_fills_every_day(size: int) -> None:
    for n in range(20):
        asked = questions_of_day(BANK[:size], LIN, DAY + timedelta(days=n))
        assert len(set(asked)) == QUESTIONS_PER_DAY


def test_an_answer_is_right_when_it_is_the_right_one() -> None:
    both = {"zh-CN": "x", "en": "x"}
    bank = {
        name: Question(name, "steps", ("product",), both, (both,) * 4, right, both)
        for name, right in (("one", "a"), ("two", "b"), ("three", "d"))
    }
    assert right_answers(bank, ("one", "two", "three"), ("a", "c", "d")) == (True, False, True)
    assert [quiz_points(right) for right in range(4)] == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="zip"):
        right_answers(bank, ("one", "two"), ("a",))


def test_a_text_becomes_headings_paragraphs_and_lists() -> None:
    text = """
    First.
    - one
    - two

    - three
    ## A heading
    Last.
    - four
    """
    assert blocks_of(text) == (
        Block("paragraph", "First."),
        Block("list", items=("one", "two")),
        Block("list", items=("three",)),
        Block("heading", "A heading"),
        Block("paragraph", "Last."),
        Block("list", items=("four",)),
    )
    assert blocks_of(" \n\n") == ()


def test_every_choice_that_is_earned_elsewhere_is_one_of_the_catalogue(catalogue: Catalogue) -> None:
    for code, name, value in ELSEWHERE:
        parameter = catalogue.methods[code].parameter(name)
        assert parameter is not None
        assert value in {choice.value for choice in parameter.choices}
        # A default is taken where nothing is told, and would slip by.
        assert value != parameter.default
        assert elsewhere(code, {name: value}) is not None
    assert elsewhere("learn", {"kind": "learn"}) is None
    assert elsewhere("learn", {}) is None
