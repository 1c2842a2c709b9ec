"""English words that fit their numbers."""

from __future__ import annotations

import pytest

from backend.texts import CATALOGUE, say
from backend.texts.plurals import agreeing, counted


@pytest.mark.parametrize(("number", "shown"), [(0, "0 actions"), (1, "1 action"), (2, "2 actions")])
def test_one_is_one_and_everything_else_is_many(number: int, shown: str) -> None:
    assert agreeing("{count:action|actions}", {"count": number}) == shown.split()[1]
    assert agreeing("{count:action|actions}", {"count": str(number)}) == shown.split()[1]
    assert counted(number, "action", "actions") == shown


def test_a_number_with_thousands_is_many_and_what_is_no_choice_stays() -> None:
    assert agreeing("{n} {n:is|are} {other}", {"n": "1,001"}) == "{n} are {other}"
    assert counted(1001, "entry", "entries") == "1,001 entries"


def test_texts_of_pages_agree_with_their_numbers() -> None:
    assert say("en", "account.points.chip", points="1") == "1 point"
    assert say("en", "account.points.chip", points="2") == "2 points"
    assert say("zh-CN", "account.points.chip", points="1") == "1 积分"
    for texts in CATALOGUE["zh-CN"].values():
        for key, text in texts.items():
            assert "|" not in text or "{" not in text, key


@pytest.mark.parametrize("key", ["active_days", "actions", "points"])
def test_a_picture_says_one_of_one(key: str) -> None:
    shown = say("en", f"report_picture.{key}", count=1)
    assert "1" in shown
    assert not any(word in shown.split() for word in ("actions", "days", "points"))


def test_a_conclusion_counts_one_person() -> None:
    assert say("en", "event_report.whose.attendees", people="1") == "of 1 person who scanned"
