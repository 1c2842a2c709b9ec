"""Who moves an event from which state to which, what must be there first, and when it may be called neutral."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import get_args

import msgspec
import pytest

from backend.domain.events.lifecycle import (
    DEMO_STEPS,
    DEMONSTRATION_DOCUMENTS,
    STEPS,
    Account,
    Facts,
    Need,
    Scope,
    State,
    check_step,
    find_step,
    steps_of,
)
from backend.errors import TransitionIllegal
from backend.errors.events.lifecycle import StepNotReady

STATES = get_args(State)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
ACCOUNT = Account(
    scope="attendees",
    target_pct=100,
    emission_g=1000,
    organiser_emission_g=None,
    pool_g=1000,
    allocated_g=400,
)
READY = Facts(
    agency="sport",
    plan="plan",
    note="note",
    ends_at=NOW,
    now=NOW,
    account=ACCOUNT,
    statement="we declare",
    is_demonstration=True,
    documents=frozenset(DEMONSTRATION_DOCUMENTS),
)


def test_the_way_through_life_is_one_and_ends_where_it_ends() -> None:
    ways = {(step.from_state, step.to_state) for step in STEPS}
    assert len(ways) == len(STEPS)
    straight = ("draft", "submitted", "accepted", "running", "accounting", "offset", "evaluated", "closed")
    assert ways == {
        *pairwise(straight),
        ("submitted", "rejected"),
        ("accepted", "rejected"),
        ("rejected", "draft"),
    }


@pytest.mark.parametrize("is_demo", [False, True])
def test_every_other_jump_is_illegal(is_demo: bool) -> None:
    steps = (*STEPS, *(DEMO_STEPS if is_demo else ()))
    legal = {(step.from_state, step.to_state) for step in steps}
    for before in STATES:
        for after in STATES:
            if (before, after) in legal:
                assert find_step(before, after, is_demo=is_demo).to_state == after
            else:
                with pytest.raises(TransitionIllegal):
                    find_step(before, after, is_demo=is_demo)


def test_only_who_decides_accepts_and_rejects() -> None:
    for step in STEPS:
        decides = step.to_state in ("accepted", "rejected")
        assert "regulator" not in step.by
        assert ("organiser" in step.by) != decides
        assert "operator" in step.by


def test_a_filing_is_accepted_and_evaluated_by_a_second_person_but_in_demo_mode() -> None:
    for is_demo in (False, True):
        asked = {step.to_state for step in steps_of(is_demo=is_demo) if "second_person" in step.needs}
        assert asked == (set() if is_demo else {"accepted", "evaluated"})
    filed = msgspec.structs.replace(READY, has_filed=True)
    check_step(find_step("submitted", "accepted", is_demo=True), filed)


@pytest.mark.parametrize("step", [*STEPS, *DEMO_STEPS], ids=lambda step: f"{step.from_state}-{step.to_state}")
def test_a_step_with_all_it_needs_is_taken(step: msgspec.Struct) -> None:
    check_step(step, READY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("need", "changes", "code"),
    [
        ("agency", {"agency": None}, "event_agency_missing"),
        ("plan", {"plan": None}, "event_plan_missing"),
        ("plan", {"plan": " \n"}, "event_plan_missing"),
        ("second_person", {"has_filed": True}, "event_second_person_missing"),
        ("note", {"note": None}, "event_note_missing"),
        ("note", {"note": " "}, "event_note_missing"),
        ("factor_set", {"is_factor_set_known": False}, "event_factor_set_missing"),
        ("end", {"now": NOW - timedelta(seconds=1)}, "event_not_ended"),
        (
            "account",
            {"account": msgspec.structs.replace(ACCOUNT, pool_g=999)},
            "event_retired_grams_missing",
        ),
        (
            "account",
            {"account": msgspec.structs.replace(ACCOUNT, scope="all")},
            "event_organiser_emission_missing",
        ),
        (
            "account",
            {"account": msgspec.structs.replace(ACCOUNT, scope="organiser"), "is_partial": True},
            "event_organiser_emission_missing",
        ),
        (
            "account",
            {"account": msgspec.structs.replace(ACCOUNT, scope="all", has_lines=True, gaps=("energy",))},
            "event_boundary_incomplete",
        ),
        ("evaluation", {"statement": None}, "event_evaluation_missing"),
        ("evaluation", {"statement": " "}, "event_evaluation_missing"),
        *(
            ("documents", {"documents": READY.documents - {kind}}, "event_documents_missing")
            for kind in DEMONSTRATION_DOCUMENTS
        ),
    ],
)
def test_what_is_missing_is_named(need: Need, changes: dict[str, object], code: str) -> None:
    facts = msgspec.structs.replace(READY, **changes)
    for step in (*STEPS, *DEMO_STEPS):
        if need in step.needs:
            with pytest.raises(StepNotReady) as caught:
                check_step(step, facts)
            assert caught.value.code == code
            assert "{" not in caught.value.detail("en") + caught.value.detail("zh-CN")
        else:
            check_step(step, facts)


def test_less_than_all_is_offset_when_it_is_said_to_be_part() -> None:
    short = msgspec.structs.replace(ACCOUNT, pool_g=999)
    step = find_step("accounting", "offset", is_demo=False)
    check_step(step, msgspec.structs.replace(READY, account=short, is_partial=True))
    assert not short.is_complete


def test_an_event_that_is_no_demonstration_closes_without_documents() -> None:
    facts = msgspec.structs.replace(READY, is_demonstration=False, documents=frozenset())
    check_step(find_step("evaluated", "closed", is_demo=False), facts)


def test_a_verifiers_report_stands_for_the_declaration() -> None:
    facts = msgspec.structs.replace(READY, statement=None, documents=frozenset({"verifier_report"}))
    check_step(find_step("offset", "evaluated", is_demo=False), facts)


@pytest.mark.parametrize(
    ("scope", "own_g", "pool_g", "boundary_g", "retired_g", "is_complete"),
    [
        ("attendees", None, 1000, 1000, 1000, True),
        ("attendees", 500, 999, 1000, 999, False),
        ("all", 500, 1500, 1500, 1500, True),
        ("all", 500, 1499, 1500, 1499, False),
        # What people were given is theirs: the organiser's claim rests on the rest of the pool.
        ("organiser", 600, 1000, 600, 600, True),
        ("organiser", 601, 1000, 601, 600, False),
        # Nothing emitted is nothing to boast of.
        ("organiser", 0, 1000, 0, 600, False),
    ],
)
def test_complete_is_what_covers_the_declared_scope_and_nothing_less(
    scope: Scope, own_g: int | None, pool_g: int, boundary_g: int, retired_g: int, is_complete: bool
) -> None:
    account = msgspec.structs.replace(ACCOUNT, scope=scope, organiser_emission_g=own_g, pool_g=pool_g)
    assert (account.boundary_g, account.retired_g) == (boundary_g, retired_g)
    assert account.is_complete is is_complete


def test_a_target_is_reached_to_the_gram() -> None:
    for target_pct, pool_g, reached in ((80, 800, True), (80, 799, False), (1, 10, True), (1, 9, False)):
        account = msgspec.structs.replace(ACCOUNT, target_pct=target_pct, pool_g=pool_g)
        assert account.has_reached_target is reached


def test_of_the_whole_event_the_larger_of_what_was_told_and_accounted_for_counts() -> None:
    for own_g, whole_g, boundary_g in ((0, 1500, 1500), (600, 1500, 1600), (None, 1500, 1500)):
        account = msgspec.structs.replace(
            ACCOUNT, scope="all", organiser_emission_g=own_g, whole_g=whole_g, has_lines=True
        )
        assert account.boundary_g == boundary_g


def test_a_whole_event_with_a_gap_is_never_complete_whatever_is_retired() -> None:
    whole = msgspec.structs.replace(ACCOUNT, scope="all", whole_g=1000, has_lines=True, pool_g=10**9)
    assert whole.is_complete
    assert not msgspec.structs.replace(whole, gaps=("waste",)).is_complete
    # The step is open to who says that it is a part.
    step = find_step("accounting", "offset", is_demo=False)
    partial = msgspec.structs.replace(whole, gaps=("waste",))
    check_step(step, msgspec.structs.replace(READY, account=partial, is_partial=True))
