"""Lost and double scans are found by comparing what was acknowledged with what was written."""

from __future__ import annotations

from uuid import UUID

import pytest

from loadtests.runs import Run
from loadtests.verify import Acknowledged, compare

PEOPLE = [UUID(int=number) for number in range(4)]
WRITTEN = [(PEOPLE[0], "TF-0"), (PEOPLE[1], "TF-1")]
TABLES = ("attendances", "badges", "allocations", "transfers", "paid")


def given(acknowledged: dict[int, str], unanswered: list[int] | None = None) -> Acknowledged:
    found = Acknowledged(PEOPLE)
    found.add(Run(acknowledged=acknowledged, unanswered=unanswered or []))
    return found


def counts(count: int, **changes: int) -> dict[str, int]:
    return dict.fromkeys(TABLES, count) | changes


def test_what_was_acknowledged_and_is_there_is_clean() -> None:
    assert compare(WRITTEN, counts(2), given({0: "TF-0", 1: "TF-1"})).is_clean


def test_a_certificate_that_is_not_in_the_database_is_lost() -> None:
    assert compare(WRITTEN[:1], counts(1), given({0: "TF-0", 1: "TF-1"})).lost > 0


def test_another_certificate_than_the_acknowledged_one_is_a_loss() -> None:
    assert compare(WRITTEN, counts(2), given({0: "TF-0", 1: "TF-9"})).lost == 1


@pytest.mark.parametrize("table", TABLES)
def test_a_row_missing_in_any_table_is_a_loss(table: str) -> None:
    assert compare(WRITTEN, counts(2, **{table: 1}), given({0: "TF-0", 1: "TF-1"})).lost == 1


@pytest.mark.parametrize("table", TABLES)
def test_a_row_too_many_in_any_table_is_double(table: str) -> None:
    assert compare(WRITTEN, counts(2, **{table: 3}), given({0: "TF-0", 1: "TF-1"})).double == 1


def test_one_certificate_for_two_people_is_double() -> None:
    assert compare([(PEOPLE[0], "TF-0"), (PEOPLE[1], "TF-0")], counts(2), given({0: "TF-0"})).double == 1


def test_a_person_acknowledged_in_two_runs_is_double() -> None:
    twice = given({0: "TF-0", 1: "TF-1"})
    twice.add(Run(acknowledged={1: "TF-1"}))
    assert compare(WRITTEN, counts(2), twice).double == 1


def test_a_request_without_an_answer_may_have_been_written_or_not() -> None:
    assert compare(WRITTEN, counts(2), given({0: "TF-0"}, unanswered=[1])).is_clean
    assert compare(WRITTEN[:1], counts(1), given({0: "TF-0"}, unanswered=[1])).is_clean


def test_a_row_that_nobody_asked_for_is_unexplained() -> None:
    assert compare(WRITTEN, counts(2), given({0: "TF-0"})).unexplained == 1
