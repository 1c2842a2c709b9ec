"""An outcome's answer is a message until it is sent or stored, and then always the same bytes."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from backend.errors import BadgeBound
from backend.ledger.command import Outcome, RefusalFacts, refused, replay
from backend.messages.encoding import encode


class Answer(msgspec.Struct):
    id: str
    grams: int
    quantity: Decimal
    lines: list[int] = []


class Named(msgspec.Struct):
    """The part of an answer that somebody needs."""

    id: str
    quantity: Decimal


ANSWER = Answer("a", 5, Decimal("1.50"), [1, 2])


def test_first_caller_and_repeat_get_the_same_bytes() -> None:
    first = Outcome(201, ANSWER)
    again = replay(201, first.body)
    assert first.body == again.body == b'{"id":"a","grams":5,"quantity":1.50,"lines":[1,2]}'
    assert (first.is_replay, again.is_replay) == (False, True)


def test_bytes_are_made_once() -> None:
    outcome = Outcome(201, ANSWER)
    assert outcome.body is outcome.body


@pytest.mark.parametrize("outcome", [Outcome(201, ANSWER), replay(201, encode(ANSWER))])
def test_an_answer_is_read_as_itself_or_as_its_fields(outcome: Outcome) -> None:
    assert outcome.answer_as(Answer) == ANSWER
    assert outcome.answer_as(Named) == Named("a", Decimal("1.50"))


def test_a_message_that_is_there_is_not_decoded() -> None:
    assert Outcome(201, ANSWER).answer_as(Answer) is ANSWER


def test_a_refusal_keeps_its_code_and_its_facts() -> None:
    first = refused(BadgeBound(serial=7))
    facts = RefusalFacts("badge_bound", {"serial": 7})
    assert first.answer_as(RefusalFacts) == facts
    assert replay(first.status, first.body).answer_as(RefusalFacts) == facts
    assert first.body == b'{"code":"badge_bound","facts":{"serial":7}}'
