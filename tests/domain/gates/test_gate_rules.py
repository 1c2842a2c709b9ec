"""May this badge pass this gate: every refusal, what comes first, and nobody is kept inside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.gates.gate_rules import (
    OK,
    REFUSALS,
    RESULTS,
    BadgeFacts,
    GateRules,
    Post,
    ScanFacts,
    clock_offset,
    corrected,
    decide,
    plausible,
    settle,
)
from backend.texts import LANGUAGES, say

NOW = datetime(2026, 11, 1, 4, tzinfo=UTC)
SOMEBODY, ANOTHER = UUID(int=1), UUID(int=2)
BADGE = BadgeFacts(serial=7, category="local", bound_to=SOMEBODY)
RULES = GateRules(
    gate=1,
    categories=("local",),
    opens_at=NOW - timedelta(hours=1),
    closes_at=NOW + timedelta(hours=1),
)
POST = Post(allowed_gates=frozenset({1}), rules=RULES)
ENTRY = ScanFacts(gate=1, direction="entry", at=NOW, holder=SOMEBODY)
EXIT = ScanFacts(gate=1, direction="exit", at=NOW, holder=SOMEBODY)


def with_rules(**changes: Any) -> Post:
    return msgspec.structs.replace(POST, rules=msgspec.structs.replace(RULES, **changes))


def with_post(**changes: Any) -> Post:
    return msgspec.structs.replace(POST, **changes)


def badge(**changes: Any) -> BadgeFacts:
    return msgspec.structs.replace(BADGE, **changes)


def asked(of: ScanFacts = ENTRY, **changes: Any) -> ScanFacts:
    return msgspec.structs.replace(of, **changes)


CASES: tuple[tuple[str, ScanFacts, Post, BadgeFacts | None], ...] = (
    (OK, ENTRY, POST, BADGE),
    (OK, asked(holder=None), POST, BADGE),
    (OK, ENTRY, POST, badge(bound_to=None)),
    (OK, EXIT, POST, badge(is_inside=True)),
    ("malformed", asked(trouble="malformed"), POST, None),
    ("forged", asked(trouble="forged"), POST, None),
    ("expired", asked(trouble="expired"), POST, None),
    ("wrong_event", asked(trouble="wrong_event"), POST, None),
    ("unknown", ENTRY, POST, None),
    ("not_joined", asked(missing="not_joined"), POST, None),
    ("no_badge", asked(missing="no_badge"), POST, None),
    ("replaced", ENTRY, POST, badge(is_replaced=True, is_revoked=True)),
    ("replaced", EXIT, POST, badge(is_replaced=True, is_revoked=True)),
    (OK, EXIT, POST, badge(is_replaced=True, is_revoked=True, is_inside=True)),
    ("revoked", ENTRY, POST, badge(is_revoked=True)),
    ("blocked", ENTRY, POST, badge(is_blocked=True)),
    ("bound_to_another", asked(holder=ANOTHER), POST, BADGE),
    ("wrong_gate", asked(gate=2), POST, BADGE),
    ("wrong_gate", ENTRY, with_post(rules=None), BADGE),
    ("wrong_gate", ENTRY, with_rules(direction="exit"), BADGE),
    ("wrong_gate", EXIT, with_rules(direction="entry"), badge(is_inside=True)),
    ("wrong_category", ENTRY, POST, badge(category="national")),
    ("wrong_category", ENTRY, POST, badge(category=None)),
    ("outside_window", asked(at=NOW - timedelta(hours=1, microseconds=1)), POST, BADGE),
    ("outside_window", asked(at=NOW + timedelta(hours=1)), POST, BADGE),
    ("not_running", ENTRY, with_post(is_running=False), BADGE),
    ("already_inside", ENTRY, POST, badge(is_inside=True)),
    ("not_inside", EXIT, POST, BADGE),
    (OK, EXIT, with_rules(is_entry_required=False), BADGE),
    ("device_revoked", ENTRY, with_post(is_revoked=True), BADGE),
)


@pytest.mark.parametrize(
    ("code", "scan", "post", "facts"), CASES, ids=[f"{n}-{c[0]}" for n, c in enumerate(CASES)]
)
def test_a_scan_comes_to(code: str, scan: ScanFacts, post: Post, facts: BadgeFacts | None) -> None:
    assert decide(scan, post, facts) == code


def test_the_table_has_every_refusal_and_each_has_its_sentences() -> None:
    # A bundle knows nobody's pass, the server does; what staff let pass is no decision.
    assert {case[0] for case in CASES} == set(RESULTS) - {"pass_offline", "overridden"}
    for language in LANGUAGES:
        assert len({say(language, f"gate.{code}") for code in RESULTS}) == len(RESULTS)


def test_nobody_is_kept_inside() -> None:
    """A badge that was revoked and blocked, of another category, after hours, when the event is over: it may leave."""
    facts = badge(is_inside=True, is_revoked=True, is_blocked=True, category=None)
    late = asked(EXIT, at=NOW + timedelta(days=1))
    assert decide(late, with_post(is_running=False), facts) == OK
    assert decide(asked(ENTRY, at=NOW + timedelta(days=1)), with_post(is_running=False), facts) != OK


@pytest.mark.parametrize("code", REFUSALS)
def test_who_was_turned_away_offline_stays_turned_away_and_who_was_let_in_is_in(code: str) -> None:
    told = settle(code, OK)
    assert (told.result, told.is_admitted, told.is_conflict) == (code, False, False)
    after = settle(OK, code)
    assert (after.result, after.is_admitted, after.is_conflict) == (code, True, True)


def test_a_clock_that_is_wrong_by_an_hour_is_put_right_and_the_networks_noise_is_left_alone() -> None:
    hour = timedelta(hours=1)
    assert clock_offset(NOW + hour, NOW) == -hour
    assert clock_offset(NOW - hour, NOW) == hour
    assert clock_offset(NOW - timedelta(seconds=2), NOW) == timedelta()
    assert corrected([NOW + hour], -hour, NOW - hour, NOW) == [NOW]


moments = st.lists(st.datetimes(timezones=st.just(UTC)), max_size=30).map(sorted)


@given(moments, st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_corrected_times_keep_their_order_between_letting_in_and_now(
    times: list[datetime], offset: timedelta
) -> None:
    earliest = NOW - timedelta(days=2)
    found = corrected([plausible(each) for each in times], offset, earliest, NOW)
    assert len(found) == len(times)
    assert all(first < second for first, second in pairwise(found))
    assert all(earliest <= each <= NOW for each in found)
