"""Which opinion a review bears, and which findings stand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backend.domain.verification.opinion import (
    AccountItem,
    Finding,
    check_opinion,
    is_material,
    progress_of,
    standing_findings,
)
from backend.errors.verification import VerificationEmpty, VerificationOpen, VerificationOpinionTooGood

LARGE, SMALL = AccountItem("line:1", "line", 900, b"a"), AccountItem("line:2", "line", 100, b"b")
FIVE = Decimal(5)


def test_the_newest_finding_of_an_item_as_it_is_now_stands() -> None:
    findings = [
        Finding("line:1", b"a", "confirmed"),
        Finding("line:2", b"old", "confirmed"),
        Finding("line:1", b"a", "refused", 10),
        Finding("line:gone", b"c", "confirmed"),
    ]
    assert standing_findings([LARGE, SMALL], findings) == {"line:1": findings[2]}


def test_coverage_is_of_grams_and_is_cut_off() -> None:
    standing = {"line:1": Finding("line:1", b"a", "confirmed")}
    progress = progress_of([LARGE, SMALL], standing)
    assert (progress.open, progress.confirmed_g, progress.covered_tenths) == (1, 900, 900)


@pytest.mark.parametrize(("wrong_g", "is_so"), [(0, False), (49, False), (50, True), (51, True)])
def test_what_reaches_the_threshold_is_material(wrong_g: int, is_so: bool) -> None:
    assert is_material(wrong_g, 1000, FIVE) is is_so


def test_an_opinion_waits_for_every_item_and_says_what_is_wrong() -> None:
    with pytest.raises(VerificationEmpty):
        check_opinion("adverse", progress_of([], {}), 0, FIVE)
    confirmed = {"line:1": Finding("line:1", b"a", "confirmed")}
    with pytest.raises(VerificationOpen):
        check_opinion("adverse", progress_of([LARGE, SMALL], confirmed), 1000, FIVE)
    refused = confirmed | {"line:2": Finding("line:2", b"b", "refused", 50)}
    progress = progress_of([LARGE, SMALL], refused)
    with pytest.raises(VerificationOpinionTooGood):
        check_opinion("unqualified", progress, 1000, FIVE)
    check_opinion("qualified", progress, 1000, FIVE)
    check_opinion("adverse", progress, 1000, FIVE)
