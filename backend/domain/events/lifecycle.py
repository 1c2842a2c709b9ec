"""The lifecycle of an event: its states, the steps between them, and who may take a step when.

The states are those of an application for neutrality: filed, accepted, held, accounted for, offset, evaluated,
closed. The table in docs/events.md is held against `STEPS` by a test.

Sources: MEE announcement 2019 No. 19 (what is needed to call an event neutral); the four documents of a
demonstration project after 中国环境报 of 2021-04-09, page 2, on Sichuan's rules for the neutrality of events.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

import msgspec

from backend.errors import Refusal, TransitionIllegal
from backend.errors.events.lifecycle import (
    AgencyMissing,
    DocumentsMissing,
    EvaluationMissing,
    EventBoundaryIncomplete,
    EventNotEnded,
    FactorSetMissing,
    NoteMissing,
    OrganiserEmissionMissing,
    PlanMissing,
    RetiredGramsMissing,
    SecondPersonMissing,
)

State = Literal[
    "draft", "submitted", "accepted", "rejected", "running", "accounting", "offset", "evaluated", "closed"
]
Rank = Literal["none", "provincial", "national", "international"]
Scope = Literal["attendees", "organiser", "all"]
Need = Literal[
    "agency", "plan", "note", "second_person", "factor_set", "end", "account", "evaluation", "documents"
]

UNPUBLISHED = ("draft", "submitted", "rejected")
"""States in which only its organiser, operators and regulators see an event."""
BEGUN = ("running", "accounting", "offset", "evaluated", "closed")
"""States that no step leaves towards an unpublished one: such an event stays public."""
CHANGEABLE = ("draft", "submitted")
"""States in which the organiser may still change the application."""

HOST = ("organiser", "operator")
DECIDES = ("operator",)
# The regulator watches and takes no step: 监管辅助, 中国环境报 2021-04-09, page 2.
DEMONSTRATION_DOCUMENTS = ("plan", "reduction_actions", "neutralisation", "evaluation")
NOMINATED_RANKS = ("national", "international")
"""Ranks of events that an organiser may nominate as a demonstration."""
ANNUAL_MEETING_PEOPLE_MAX = 400


class Step(msgspec.Struct, frozen=True):
    from_state: State
    to_state: State
    by: tuple[str, ...]
    needs: tuple[Need, ...] = ()


STEPS: tuple[Step, ...] = (
    Step("draft", "submitted", HOST, ("agency", "plan")),
    Step("submitted", "accepted", DECIDES, ("second_person", "note")),
    Step("submitted", "rejected", DECIDES, ("note",)),
    Step("accepted", "rejected", DECIDES, ("note",)),
    Step("rejected", "draft", HOST),
    Step("accepted", "running", HOST, ("factor_set",)),
    Step("running", "accounting", HOST, ("end",)),
    Step("accounting", "offset", HOST, ("account",)),
    Step("offset", "evaluated", HOST, ("second_person", "account", "evaluation")),
    Step("evaluated", "closed", HOST, ("documents",)),
)

DEMO_STEPS: tuple[Step, ...] = (
    Step("draft", "accepted", HOST),
    Step("draft", "running", HOST, ("factor_set",)),
    Step("submitted", "running", HOST, ("factor_set",)),
    Step("running", "accounting", HOST),
    Step("running", "closed", HOST, ("documents",)),
    Step("accounting", "closed", HOST, ("documents",)),
    Step("offset", "closed", HOST, ("documents",)),
)
"""Short cuts of demo mode, where an event is tried out within minutes: nobody to accept it, no waiting for its end."""


class Account(msgspec.Struct, frozen=True):
    """An event's emissions against what is retired for it; all in gCO2e.

    `emission_g` is the sum of the attendees' footprints. Of grams that are retired for the event, those given to
    people are theirs: they count for a claim about attendees, and not for the organiser's alone. With the scope `all`
    the event's inventory counts: `whole_g` is its upper estimate, `gaps` what it lacks.
    """

    scope: Scope
    target_pct: int
    emission_g: int
    organiser_emission_g: int | None
    pool_g: int
    allocated_g: int
    whole_g: int = 0
    has_lines: bool = False
    included_g: int = 0
    """Retired for the venues' years that are counted within this one."""
    gaps: tuple[str, ...] = ()

    @property
    def boundary_g(self) -> int:
        """Emissions within the declared scope; of `all`, the larger of what was told and what was accounted for."""
        own = self.organiser_emission_g or 0
        whole = max(self.emission_g + own, self.whole_g)
        return {"attendees": self.emission_g, "organiser": own, "all": whole}[self.scope]

    @property
    def is_declared(self) -> bool:
        """Whether the organiser's own emissions are known, where the scope includes them."""
        has_own = self.organiser_emission_g is not None
        return {"attendees": True, "organiser": has_own, "all": has_own or self.has_lines}[self.scope]

    @property
    def retired_g(self) -> int:
        return self.included_g + (
            self.pool_g - self.allocated_g if self.scope == "organiser" else self.pool_g
        )

    @property
    def is_covered(self) -> bool:
        return self.retired_g >= self.boundary_g

    @property
    def has_reached_target(self) -> bool:
        return 100 * self.retired_g >= self.target_pct * self.boundary_g

    @property
    def is_complete(self) -> bool:
        """Whether nothing that belongs to the declared scope is left out, and anything was emitted at all."""
        return self.is_covered and self.boundary_g > 0 and not (self.scope == "all" and self.gaps)


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """The facts about an event that its next step depends on."""

    agency: str | None = None
    plan: str | None = None
    note: str | None = None
    factor_set: str = ""
    is_factor_set_known: bool = True
    ends_at: datetime | None = None
    now: datetime | None = None
    account: Account | None = None
    is_partial: bool = False
    statement: str | None = None
    has_filed: bool = False
    """Whether the member of staff who takes the step created, changed or submitted the application."""
    is_demonstration: bool = False
    documents: frozenset[str] = frozenset()
    has_own_evaluation: bool = False
    """Whether the member of staff who takes the step wrote an evaluation, and did not file the event."""


def steps_of(*, is_demo: bool) -> tuple[Step, ...]:
    """All steps; in demo mode short cuts come first, and one person may take every step alone."""
    return (*DEMO_STEPS, *_ALONE) if is_demo else STEPS


_ALONE = tuple(
    msgspec.structs.replace(step, needs=tuple(need for need in step.needs if need != "second_person"))
    for step in STEPS
)


def find_step(from_state: str, to_state: str, *, is_demo: bool) -> Step:
    """The step from one state to another. Raises TransitionIllegal."""
    for step in steps_of(is_demo=is_demo):
        if (step.from_state, step.to_state) == (from_state, to_state):
            return step
    raise TransitionIllegal(from_state=from_state, to_state=to_state)


def check_step(step: Step, facts: Facts) -> None:
    """Raises the StepNotReady that names what is missing first."""
    for need in step.needs:
        refusal = _CHECKS[need](facts)
        if refusal is not None:
            raise refusal


def _agency(facts: Facts) -> Refusal | None:
    return None if facts.agency else AgencyMissing()


def _plan(facts: Facts) -> Refusal | None:
    return None if (facts.plan or "").strip() else PlanMissing()


def _note(facts: Facts) -> Refusal | None:
    return None if (facts.note or "").strip() else NoteMissing()


def _second_person(facts: Facts) -> Refusal | None:
    return SecondPersonMissing() if facts.has_filed else None


def _factor_set(facts: Facts) -> Refusal | None:
    return None if facts.is_factor_set_known else FactorSetMissing(factor_set=facts.factor_set)


def _end(facts: Facts) -> Refusal | None:
    assert facts.ends_at is not None
    assert facts.now is not None
    return None if facts.now >= facts.ends_at else EventNotEnded(ends_at=facts.ends_at.isoformat())


def _account(facts: Facts) -> Refusal | None:
    account = facts.account
    assert account is not None
    if not account.is_declared:
        return OrganiserEmissionMissing(scope=account.scope)
    if account.scope == "all" and account.gaps and not facts.is_partial:
        return EventBoundaryIncomplete.of(account.gaps)
    if not account.is_covered and not facts.is_partial:
        return RetiredGramsMissing(emission_g=account.boundary_g, retired_g=account.retired_g)
    return None


def _evaluation(facts: Facts) -> Refusal | None:
    has_report = "verifier_report" in facts.documents or facts.has_own_evaluation
    has_basis = has_report or bool((facts.statement or "").strip())
    return None if has_basis else EvaluationMissing()


def _documents(facts: Facts) -> Refusal | None:
    missing = [kind for kind in DEMONSTRATION_DOCUMENTS if kind not in facts.documents]
    return DocumentsMissing(kinds=", ".join(missing)) if facts.is_demonstration and missing else None


_CHECKS: dict[Need, Callable[[Facts], Refusal | None]] = {
    "agency": _agency,
    "plan": _plan,
    "note": _note,
    "second_person": _second_person,
    "factor_set": _factor_set,
    "end": _end,
    "account": _account,
    "evaluation": _evaluation,
    "documents": _documents,
}
