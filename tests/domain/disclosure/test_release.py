"""Numbers without a gap, bytes that are the same for everybody, and what a correction changes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

import pytest

from backend.domain.disclosure.release import (
    Correction,
    Draft,
    Link,
    changed_figures,
    number_after,
    plain,
    release_after,
    spelled_number,
)
from backend.domain.disclosure.targets import reached_pct

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
DRAFT = Draft(
    kind="month",
    subject="2026-11",
    period_from=date(2026, 11, 1),
    period_to=date(2026, 11, 30),
    content={"totals": {"people": 3}, "share": Decimal("12.30")},
)


@pytest.mark.parametrize(
    ("last", "at", "number"),
    [
        (None, NOW, "D-2026-000001"),
        ("D-2026-000001", NOW, "D-2026-000002"),
        ("D-2026-000999", datetime(2026, 12, 31, 17, tzinfo=UTC), "D-2027-000001"),
        ("D-2027-000004", NOW, "D-2027-000005"),
    ],
    ids=["the first", "the next", "a new year in Shanghai", "a clock that went back"],
)
def test_numbers_are_counted_within_the_year(last: str | None, at: datetime, number: str) -> None:
    assert number_after(last, at) == number


def test_a_release_contains_the_hash_of_the_one_before() -> None:
    first = release_after(Link(), DRAFT, NOW)
    second = release_after(Link(first.sequence, first.number, first.digest), DRAFT, NOW)
    document = json.loads(second.body)
    assert document["previous_sha256"] == sha256(first.body).hexdigest()
    assert (document["number"], document["sequence"]) == ("D-2026-000002", 2)
    assert document["content"]["share"] == "12.30"
    assert json.loads(first.body)["previous_sha256"] is None
    assert release_after(Link(), DRAFT, NOW) == first


def test_a_correction_names_what_it_corrects() -> None:
    correction = Correction("D-2026-000001", "00" * 32, "why")
    draft = Draft(
        **{name: getattr(DRAFT, name) for name in DRAFT.__struct_fields__} | {"corrects": correction}
    )
    corrects = json.loads(release_after(Link(1, "D-2026-000001", bytes(32)), draft, NOW).body)["corrects"]
    assert corrects == {"number": "D-2026-000001", "sha256": "00" * 32, "reason": "why"}


@pytest.mark.parametrize("typed", ["d-2026-000123", " D-2026-000123 "])
def test_a_number_is_found_however_it_is_typed(typed: str) -> None:
    assert spelled_number(typed) == "D-2026-000123"


@pytest.mark.parametrize("typed", ["", "D-2026-123", "D-2026-0001234", "K-2026-000123", "D-2026-000123\0"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert spelled_number(typed) is None


def test_changes_are_told_by_their_path() -> None:
    before = plain({"a": 1, "b": [{"c": 2}, {"c": 3}], "d": "x", "e": None})
    after = plain({"a": 1, "b": [{"c": 2}], "d": "y", "e": 5})
    assert changed_figures(before, after) == [
        {"figure": "b.0001.c", "before": 3, "after": None},
        {"figure": "d", "before": "x", "after": "y"},
        {"figure": "e", "before": None, "after": 5},
    ]


def test_a_target_is_never_shown_as_reached_before_it_is() -> None:
    assert reached_pct(999_999, 1_000_000) == Decimal("99.9")
    assert reached_pct(1_000_000, 1_000_000) == 100
    assert reached_pct(0, 5) == 0
