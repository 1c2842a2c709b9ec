"""Statistics of attendees in which no single one can be found: groups, histograms, steps of time.

A group of fewer than PEOPLE_MIN people is part of `other`. `other` itself is never that small while there is another
group: the total is public, so a single group in it could be computed by subtraction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

PEOPLE_MIN = 5
OTHER = "other"
BINS_MAX = 12
INTERVALS_MAX = 96
STEPS_MINUTES = (10, 60, 24 * 60)


class Group(msgspec.Struct):
    """People of one kind and sums over them; the caller decides which sums."""

    people: int = 0
    grams: int = 0
    others: int = 0

    def add(self, people: int, grams: int = 0, others: int = 0) -> None:
        self.people += people
        self.grams += grams
        self.others += others


def fold(groups: Mapping[str, Group]) -> dict[str, Group]:
    """The groups, largest sums first; those that are too small are put together in `other`, which comes last."""
    rest = Group()
    kept = {key: group for key, group in groups.items() if group.people and key != OTHER}
    if OTHER in groups:
        rest.add(groups[OTHER].people, groups[OTHER].grams, groups[OTHER].others)
    for key in sorted(kept, key=lambda key: (kept[key].people, key)):
        if kept[key].people >= PEOPLE_MIN and not 0 < rest.people < PEOPLE_MIN:
            break
        small = kept.pop(key)
        rest.add(small.people, small.grams, small.others)
    found = dict(sorted(kept.items(), key=lambda item: (-item[1].grams, -item[1].people, item[0])))
    return found | ({OTHER: rest} if rest.people else {})


def histogram(totals: Mapping[int, int]) -> list[tuple[int, int, int]]:
    """(from, to, people) of totals with their numbers of people; neighbours are joined until each has enough.

    Bins have one width of 1, 2 or 5 × 10ⁿ grams before they are joined; the last contains its end.
    """
    if not totals:
        return []
    width = _round_width(max(totals) - min(totals))
    first = min(totals) // width
    counts: dict[int, int] = {}
    for total, people in totals.items():
        counts[total // width - first] = counts.get(total // width - first, 0) + people
    edges = [first * width]
    bins: list[int] = []
    waiting = 0
    for number in range(max(counts) + 1):
        waiting += counts.get(number, 0)
        # An empty stretch between two peaks is shown as empty, not joined to the next peak.
        if waiting >= PEOPLE_MIN or (waiting == 0 and counts.get(number + 1, 0) >= PEOPLE_MIN):
            bins.append(waiting)
            edges.append((first + number + 1) * width)
            waiting = 0
    if waiting:
        # The people left over are too few: they are counted in the last bin that has people.
        while bins and bins[-1] == 0:
            bins.pop()
            edges.pop()
        end = (first + max(counts) + 1) * width
        if bins:
            bins[-1] += waiting
            edges[-1] = end
        else:
            bins, edges = [waiting], [edges[0], end]
    return [(low, high, people) for (low, high), people in zip(pairwise(edges), bins, strict=True)]


def _round_width(span: int) -> int:
    """The smallest of 1, 2, 5, 10, 20 … grams of which BINS_MAX cover the span."""
    step = 1
    while True:
        for times in (1, 2, 5):
            if step * times * BINS_MAX > span:
                return step * times
        step *= 10


def median(totals: Mapping[int, int]) -> int:
    """The total of the person in the middle; the lower one of two."""
    people = sum(totals.values())
    seen = 0
    for total in sorted(totals):
        seen += totals[total]
        if 2 * seen >= people:
            return total
    return 0


class Count(msgspec.Struct):
    """Counts of one step of time."""

    joined: int = 0
    offsets: int = 0
    actions: int = 0


def by_steps(minutes: Sequence[tuple[datetime, int, int, int]]) -> tuple[int, dict[datetime, Count]]:
    """Minutes (at, joined, offsets, actions) in steps of ten minutes, an hour or a day, so that they are few enough.

    Steps begin at whole hours of the city's clock (UTC+8 all year). Empty steps between are there, so that a picture
    shows a break as one; if even days are too many, empty ones are left out.
    """
    if not minutes:
        return STEPS_MINUTES[0], {}
    first, last = min(each[0] for each in minutes), max(each[0] for each in minutes)
    span = (last - first) / timedelta(minutes=1)
    step = next((step for step in STEPS_MINUTES if span / step < INTERVALS_MAX), STEPS_MINUTES[-1])
    found: dict[datetime, Count] = {}
    if span / step < INTERVALS_MAX:
        at = _begin(first, step)
        while at <= last:
            found[at] = Count()
            at += timedelta(minutes=step)
    for at, joined, offsets, actions in minutes:
        count = found.setdefault(_begin(at, step), Count())
        count.joined += joined
        count.offsets += offsets
        count.actions += actions
    return step, dict(sorted(found.items()))


def _begin(at: datetime, step_minutes: int) -> datetime:
    step_s, city_s = step_minutes * 60, 8 * 3600
    stamp = int(at.timestamp()) + city_s
    return datetime.fromtimestamp(stamp - stamp % step_s - city_s, at.tzinfo)


def share_tenths(part: int, whole: int) -> int:
    """Tenths of a percent, half up."""
    return (2000 * part + whole) // (2 * whole) if whole else 0
