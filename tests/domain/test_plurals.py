"""English words that fit their numbers."""

from __future__ import annotations

import pytest

from backend.domain.plurals import agreeing, counted
from backend.render.pages.html import say, texts
from backend.render.pictures import report
from backend.render.texts import event_report


@pytest.mark.parametrize(("number", "told"), [(0, "0 actions"), (1, "1 action"), (2, "2 actions")])
def test_one_is_one_and_everything_else_is_many(number: int, told: str) -> None:
    assert agreeing("{count:action|actions}", {"count": number}) == told.split()[1]
    assert agreeing("{count:action|actions}", {"count": str(number)}) == told.split()[1]
    assert counted(number, "action", "actions") == told


def test_a_number_with_thousands_is_many_and_what_is_no_choice_stays() -> None:
    assert agreeing("{n} {n:is|are} {other}", {"n": "1,001"}) == "{n} are {other}"
    assert counted(1001, "entry", "entries") == "1,001 entries"


def test_texts_of_pages_agree_with_their_numbers() -> None:
    assert say("en", "account.points.chip", points="1") == "1 point"
    assert say("en", "account.points.chip", points="2") == "2 points"
    assert say("zh-CN", "account.points.chip", points="1") == "1 积分"
    for key in texts():
        assert "|" not in texts()[key]["zh-CN"] or "{" not in texts()[key]["zh-CN"], key


@pytest.mark.parametrize("key", ["active_days", "actions", "points"])
def test_a_picture_says_one_of_one(key: str) -> None:
    told = agreeing(report.TEXTS[key][1], {"count": 1}).format(count=1)
    assert "1" in told
    assert not any(word in told.split() for word in ("actions", "days", "points"))


def test_a_conclusion_counts_one_person() -> None:
    told = agreeing(event_report.WHOSE["attendees"][1], {"people": "1"})
    assert told == "of {people} person who scanned"
