"""What may be said of an event after it: 碳中和, or a part with its percentage and the response rate.

The word is earned by the whole event, or the whole year of a venue or an organisation, alone: as much retired as the
upper estimate of everything within the declared
boundary, every mandatory group there, and an evaluation by somebody other than who filed it. A self-declaration never
earns it, and neither does the scope of the attendees. English says what was paid for (EU 2024/825).
"""

from __future__ import annotations

import msgspec

from backend.domain.inventory.account import WholeAccount, percent_of
from backend.domain.mass import kilograms
from backend.texts import say

INDEPENDENT = ("verifier", "second_person")
"""Bases of an evaluation by somebody else."""


class Evaluated(msgspec.Struct, frozen=True):
    """Who evaluated an event: on which basis, and whether they had no part in filing it."""

    basis: str | None = None
    is_by_another: bool = False


def boundary_gaps(account: WholeAccount, scope: str) -> tuple[str, ...]:
    """What keeps an event from being accounted for as a whole; evaluation and credits apart."""
    return (*(() if scope == "all" else ("scope",)), *account.missing)


def claim_gaps(account: WholeAccount, scope: str, evaluated: Evaluated) -> tuple[str, ...]:
    """Everything that keeps the word from an event, as codes with a text under `inventory.missing`."""
    gaps = [*boundary_gaps(account, scope)]
    if not account.is_covered:
        gaps.append("retired")
    if evaluated.basis not in INDEPENDENT:
        gaps.append("evaluation")
    if not evaluated.is_by_another:
        gaps.append("second_person")
    return tuple(gaps)


def claim_sentence(language: str, event: str, account: WholeAccount, gaps: tuple[str, ...]) -> str:
    """The sentence about the whole event, with the percentage and the response rate in it."""
    people = account.people
    kind = "" if account.boundary.has_people else ".year"
    sums = say(
        language,
        f"inventory.claim{kind}.sums",
        first=account.days[0].isoformat(),
        last=account.days[1].isoformat(),
        event=event,
        estimate=kilograms(account.estimate_g, ","),
        high=kilograms(account.high_g, ","),
        retired=kilograms(account.retired_g, ","),
        people=f"{people.people:,}",
        scanned=f"{people.scanned:,}",
        rate=f"{percent_of(account.response_tenths):.1f}",
    )
    judgement = "part" if gaps else "whole"
    return sums + say(
        language, f"inventory.claim{kind}.{judgement}", covered=f"{percent_of(account.covered_tenths):.1f}"
    )


def claim_of(name_zh: str, name_en: str, account: WholeAccount, gaps: tuple[str, ...]) -> dict[str, object]:
    """The fields of a claim as answers carry and evaluations keep it."""
    return {
        "zh-CN": claim_sentence("zh-CN", name_zh, account, gaps),
        "en": claim_sentence("en", name_en, account, gaps),
        "standard": account.boundary.standard,
        "covered_pct": str(percent_of(account.covered_tenths)),
        "response_rate_pct": str(percent_of(account.response_tenths)),
        "missing": list(gaps),
    }
