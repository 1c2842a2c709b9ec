"""The whole event's account: what was recorded by source, what people emitted, what is retired, and what is missing.

What an attendee's footprint shares out (a venue's energy, materials, waste, meals) and the organiser may have measured
is counted once: the larger of the two. Where every line of energy, materials or waste is measured or invoiced and has
its evidence, the lines stand for both even if they are smaller, and whoever evaluates the event sees that they do.

Sources: MEE announcement 2019 No. 19 (what is counted, and that as much is cancelled as was emitted); Net Zero Carbon
Events measurement methodology (2023-12) (groups, tiers of data).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

import msgspec

from backend.domain.inventory.groups import (
    ASKED_OF_PEOPLE,
    EVENT,
    MEASURABLE,
    PEOPLE_SOURCES,
    PER_HEAD,
    BoundarySet,
)
from backend.domain.inventory.strata import People

State = Literal["counted", "none", "missing"]
Counted = Literal["lines", "people", "both", "nothing"]

MEASURED_TIER_MAX = 2
SHARE_MIN_PCT = 50
"""Lines without evidence that come to less than this part of what is assumed of everybody do not fill a group."""
ENERGY_DAYS = "energy_days"
"""What is missing where the meters' periods leave out a day of the event."""
ASSUMED_TIER, PARTLY_TOLD_TIER, TOLD_TIER = 4, 3, 2
"""Tiers of what people said: all of their journey, a part, nothing. Filled-in people are assumed."""


class IncludedYear(msgspec.Struct, frozen=True, kw_only=True):
    """A venue's year within an enterprise's or institution's: its lines and what is retired for it count there once."""

    slug: str
    name_zh: str
    name_en: str
    state: str
    lines_g: int
    retired_g: int
    """At most what it emitted: a surplus there covers nothing elsewhere."""

    @property
    def is_evaluated(self) -> bool:
        return self.state in ("evaluated", "closed")


class GroupAccount(msgspec.Struct, frozen=True, kw_only=True):
    """One of the groups, in gCO2e; of `lines_g` and `people_g` counts what `counted` says."""

    group: str
    state: State
    reason: str | None
    lines: int
    lines_g: int
    scanned_g: int
    filled_g: int
    counted: Counted
    total_g: int


class WholeAccount(msgspec.Struct, frozen=True, kw_only=True):
    """The account of one phase of one event. `high_g` is what a claim has to cover."""

    phase: str
    groups: tuple[GroupAccount, ...]
    people: People
    lines: int
    lines_g: int
    people_g: int
    half_width_g: int
    quality_hundredths: int | None
    """Mean tier weighted by grams, 100 … 400; None where nothing is counted."""
    retired_g: int
    expected_people: int | None
    factor_set: str
    sources: dict[str, int]
    """Grams of the lines by source of activity data."""
    has_energy_days: bool
    """Whether the periods of electricity, heat and fuel hold every day of the event."""
    boundary: BoundarySet = EVENT
    days: tuple[date, date]
    measures: int = 0
    included: tuple[IncludedYear, ...] = ()

    @property
    def estimate_g(self) -> int:
        return self.lines_g + self.people_g

    @property
    def low_g(self) -> int:
        return max(0, self.estimate_g - self.half_width_g)

    @property
    def high_g(self) -> int:
        return self.estimate_g + self.half_width_g

    @property
    def covered_tenths(self) -> int:
        """Per mille of the upper estimate that is retired, cut off; never over 1000."""
        return min(1000, 1000 * self.retired_g // self.high_g) if self.high_g else 0

    @property
    def response_tenths(self) -> int:
        """Per mille of the people who scanned, cut off."""
        return 1000 * self.people.scanned // self.people.people if self.people.people else 0

    @property
    def missing(self) -> tuple[str, ...]:
        """What the declared boundary lacks, in the order of the groups; empty: it is complete."""
        groups = [each.group for each in self.groups if each.state == "missing"]
        energy_days = () if self.has_energy_days or self.boundary.metered_group in groups else (ENERGY_DAYS,)
        if self.boundary.has_people:
            return (*groups, *energy_days, *(() if self.people.has_headcount else ("people",)))
        # ISO 14068-1:2023 has an organisation reduce first, and credits stand against what is left.
        measures = () if self.measures else ("measures",)
        included = () if all(each.is_evaluated for each in self.included) else ("included",)
        return (*groups, *energy_days, *measures, *included)

    @property
    def is_covered(self) -> bool:
        return self.retired_g >= self.high_g > 0


def replaced_sources(lines: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Sources of people's footprints for which measured lines with evidence stand."""
    return frozenset(
        source
        for group, source in PER_HEAD.items()
        if group in MEASURABLE and (own := _of_group(lines, group)) and _is_evident(own)
    )


def smaller_sources(lines: Sequence[Mapping[str, Any]], people: People) -> frozenset[str]:
    """Sources of people's footprints for which lines stand: measured ones, or such as are at least as large."""
    larger = {
        source
        for group, source in PER_HEAD.items()
        if (own := _of_group(lines, group))
        and sum(line["emission_g"] for line in own) >= people.by_source.get(source, 0)
    }
    return replaced_sources(lines) | larger


def make_account(
    *,
    phase: str,
    lines: Sequence[Mapping[str, Any]],
    absences: Mapping[str, str],
    people: People,
    left_out: frozenset[str],
    retired_g: int,
    expected_people: int | None,
    factor_set: str,
    boundary_sources: frozenset[str],
    shares: Mapping[str, int],
    days: tuple[date, date],
    boundary: BoundarySet = EVENT,
    measures: int = 0,
    included: tuple[IncludedYear, ...] = (),
) -> WholeAccount:
    """The account from an event's current lines and its people.

    `people` is filled in without the sources `left_out`, for which lines stand; `absences` are the groups declared as
    none, with the reason; `boundary_sources` those that footprints of this event count; `shares` grams that are assumed
    of a person for sources that they do not count; `days` the first and the last of the event. `lines` hold those of
    the years that are `included` as well.
    """
    counted_lines = [
        line for line in lines if (per_head := PER_HEAD.get(line["grouping"])) is None or per_head in left_out
    ]
    groups = tuple(
        _group(boundary, group, lines, counted_lines, absences, people, boundary_sources, shares)
        for group in boundary.groups
    )
    sources: dict[str, int] = {}
    for line in counted_lines:
        sources[line["source"]] = sources.get(line["source"], 0) + line["emission_g"]
    lines_g = sum(line["emission_g"] for line in counted_lines)
    return WholeAccount(
        phase=phase,
        groups=groups,
        people=people,
        lines=len(lines),
        lines_g=lines_g,
        people_g=people.total_g,
        half_width_g=people.half_width_g,
        quality_hundredths=_quality(counted_lines, people),
        retired_g=retired_g + sum(each.retired_g for each in included),
        expected_people=expected_people,
        factor_set=factor_set,
        sources=sources,
        has_energy_days=_hold_all_days(
            [line for line in lines if line["source"] in boundary.day_sources], days
        ),
        boundary=boundary,
        days=days,
        measures=measures,
        included=included,
    )


def _is_evident(lines: Sequence[Mapping[str, Any]]) -> bool:
    """Whether all of these lines are measured or invoiced and have their evidence."""
    return all(line["quality"] <= MEASURED_TIER_MAX and line["document_id"] is not None for line in lines)


def _hold_all_days(lines: Sequence[Mapping[str, Any]], days: tuple[date, date]) -> bool:
    """Whether the periods of lines that count anything hold every day from the first to the last."""
    day, last = days
    for line in sorted(lines, key=lambda line: line["starts_on"]):
        if line["quantity"] > 0 and line["starts_on"] <= day <= line["ends_on"]:
            day = line["ends_on"] + timedelta(days=1)
    return day > last


def _of_group(lines: Sequence[Mapping[str, Any]], group: str) -> list[Mapping[str, Any]]:
    return [line for line in lines if line["grouping"] == group and line["quantity"] > 0]


def _group(
    boundary: BoundarySet,
    group: str,
    lines: Sequence[Mapping[str, Any]],
    counted_lines: Sequence[Mapping[str, Any]],
    absences: Mapping[str, str],
    people: People,
    boundary_sources: frozenset[str],
    shares: Mapping[str, int],
) -> GroupAccount:
    own = _of_group(lines, group)
    own_g = sum(line["emission_g"] for line in own)
    counted_g = sum(line["emission_g"] for line in _of_group(counted_lines, group))
    sources = [source for source, belongs in PEOPLE_SOURCES.items() if belongs == group]
    scanned_g = sum(people.scanned_by_source.get(source, 0) for source in sources)
    people_g = sum(people.by_source.get(source, 0) for source in sources)
    has_people = group in ASKED_OF_PEOPLE and people.people > 0 and not boundary_sources.isdisjoint(sources)
    is_metered = group == boundary.metered_group
    has_lines = any(line["source"] in boundary.day_sources for line in own) if is_metered else bool(own)
    if has_lines and group in boundary.mandatory and not _is_evident(own):
        assumed_g = people.people * shares.get(PER_HEAD.get(group, ""), 0)
        has_lines = boundary.has_people and 100 * own_g >= SHARE_MIN_PCT * assumed_g
    is_none = group in absences and group not in boundary.mandatory and not own
    there = has_people or has_lines
    counted: Counted = (
        ("both" if people_g else "lines") if counted_g else ("people" if people_g else "nothing")
    )
    return GroupAccount(
        group=group,
        state="counted" if there or (is_none and people_g) else "none" if is_none else "missing",
        reason=absences.get(group) if is_none else None,
        lines=len(own),
        lines_g=own_g,
        scanned_g=scanned_g,
        filled_g=people_g - scanned_g,
        counted=counted,
        total_g=counted_g + people_g,
    )


def _quality(lines: Sequence[Mapping[str, Any]], people: People) -> int | None:
    """Hundredths of the mean tier, rounded up: a worse score where in doubt."""
    weighted = sum(line["emission_g"] * line["quality"] for line in lines)
    whole = sum(line["emission_g"] for line in lines)
    for each in people.strata:
        told_g = each.scanned_g - each.default_g - each.partial_g
        assumed_g = each.default_g + each.filled_g
        weighted += TOLD_TIER * told_g + PARTLY_TOLD_TIER * each.partial_g + ASSUMED_TIER * assumed_g
        whole += each.total_g
    return -(-100 * weighted // whole) if whole else None


def percent_of(tenths: int) -> Decimal:
    """Per mille as a percentage with one decimal."""
    return Decimal(tenths) / 10
