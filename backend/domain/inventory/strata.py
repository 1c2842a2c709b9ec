"""People of an event by stratum (category × day): who scanned counts as they said, who did not is filled in.

A stratum with enough scans fills in its own mean. One with too few borrows the mean of its category, known no better
than if STRATUM_SCANS_MIN people had told it, which makes its interval wider. A category of which hardly anybody told
anything has the factor set's default profile for it, whose uncertainty is added at full width; people of no category,
of whom no profile is known, have the mean of the event as if a single person had told it. The interval of the sum over
all strata has 95 %. Who scanned and declared nothing has told nothing: grams that rest on the default profile, theirs
and those filled in from theirs, carry its uncertainty at full width too.

Sources: Cochran, Sampling Techniques, 3rd ed., §5.3–5.4 (stratified means, finite population correction,
Satterthwaite's degrees of freedom); Net Zero Carbon Events measurement methodology (2023-12) on extrapolating
to who did not answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_UP, Decimal, localcontext
from typing import Literal

import msgspec

Method = Literal["counted", "own", "category", "event", "default"]
HeadcountSource = Literal["list", "gates", "badges", "expected", "scans"]

STRATUM_SCANS_MIN = 10
"""Footprints are skewed: with fewer, the interval of a mean misses what it promises."""
EXPECTED_SHARE_MIN_PCT = 50
"""Badges or gates that count fewer than this part of the people expected are not believed to be a head count; nor is
a list that has fewer than this part of the people at the gates."""
CATEGORY_SCANS_MIN = 2
"""Of so few the spread is known at all; Student's t makes up for how badly."""
NO_CATEGORY = "none"
UNKNOWN = (NO_CATEGORY, "expected")
"""Categories of people of whom no default profile knows where they came from."""

# Student's t, 97.5 %, by degrees of freedom; between two rows the smaller number of degrees, which is wider.
_T = {
    1: "12.706",
    2: "4.303",
    3: "3.182",
    4: "2.776",
    5: "2.571",
    6: "2.447",
    7: "2.365",
    8: "2.306",
    9: "2.262",
    10: "2.228",
    11: "2.201",
    12: "2.179",
    13: "2.160",
    14: "2.145",
    15: "2.131",
    16: "2.120",
    17: "2.110",
    18: "2.101",
    19: "2.093",
    20: "2.086",
    21: "2.080",
    22: "2.074",
    23: "2.069",
    24: "2.064",
    25: "2.060",
    26: "2.056",
    27: "2.052",
    28: "2.048",
    29: "2.045",
    30: "2.042",
    40: "2.021",
    60: "2.000",
    120: "1.980",
    1000: "1.962",
}
_ZERO = Decimal(0)
_PRECISION = 60
_MILLIONTH = Decimal("0.000001")


class Headcount(msgspec.Struct, frozen=True):
    """How many people of a category one source counts, on a day or (None) in all."""

    source: str
    category: str
    day: date | None
    people: int


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """Attendees of a category who joined on a day, with the sums over their footprints as they are now.

    `square_g2` is the sum of the squares of their totals; `by_source` the grams of each source.
    """

    category: str
    day: date | None
    people: int
    sum_g: int
    square_g2: int
    by_source: dict[str, int]
    default_g: int = 0
    partial_g: int = 0

    @property
    def variance(self) -> Decimal:
        """Of the persons' totals, g²; zero for a single person."""
        if self.people < 2:
            return _ZERO
        between = Decimal(self.square_g2) - Decimal(self.sum_g) ** 2 / self.people
        return max(between, _ZERO) / (self.people - 1)


class Stratum(msgspec.Struct, frozen=True, kw_only=True):
    """One stratum: its people, who of them scanned, and the grams of both."""

    category: str
    day: date | None
    headcount: str
    """The source that its number of people rests on."""
    listed: int
    """What that source says; fewer than the scans are counted as the scans."""
    people: int
    scanned: int
    scanned_g: int
    filled_in: int
    filled_g: int
    filled_by_source: dict[str, int]
    method: Method
    half_width_g: int
    default_g: int = 0
    partial_g: int = 0

    @property
    def total_g(self) -> int:
        return self.scanned_g + self.filled_g

    @property
    def told_g(self) -> int:
        """Of people who declared something."""
        return self.scanned_g - self.default_g

    @property
    def low_g(self) -> int:
        return max(self.told_g, self.total_g - self.half_width_g)

    @property
    def high_g(self) -> int:
        return self.total_g + self.half_width_g


class People(msgspec.Struct, frozen=True):
    """All people of an event: strata, and the sum with its 95 % interval."""

    strata: tuple[Stratum, ...]
    by_source: dict[str, int]
    scanned_by_source: dict[str, int]
    half_width_g: int

    @property
    def people(self) -> int:
        return sum(each.people for each in self.strata)

    @property
    def scanned(self) -> int:
        return sum(each.scanned for each in self.strata)

    @property
    def scanned_g(self) -> int:
        return sum(each.scanned_g for each in self.strata)

    @property
    def total_g(self) -> int:
        return sum(each.total_g for each in self.strata)

    @property
    def low_g(self) -> int:
        return max(sum(each.told_g for each in self.strata), self.total_g - self.half_width_g)

    @property
    def high_g(self) -> int:
        return self.total_g + self.half_width_g

    @property
    def has_headcount(self) -> bool:
        """Whether somebody counted the people, besides those who scanned."""
        sources = {each.headcount for each in self.strata}
        return bool(sources & {"list", "gates", "badges"}) and "expected" not in sources


def t_quantile(degrees: Decimal | int) -> Decimal:
    """Student's t for a two-sided interval of 95 %."""
    known = [each for each in _T if each <= max(1, int(degrees))]
    return Decimal(_T[known[-1]])


def choose_headcounts(counts: Sequence[Headcount], scanned: int, expected: int | None) -> list[Headcount]:
    """The numbers of people that count: a ticket list, else the gates, else the badges issued.

    A list with fewer than half of those who came in at the gates is not believed either: the gates count.
    Where no list is given and the rest counts fewer than half of the people expected, the difference is put in as
    people of no category, so that a single scan never stands for fifty thousand.
    """
    for source in ("list", "gates", "badges"):
        chosen = [count for count in counts if count.source == source and count.people > 0]
        if chosen:
            break
    at_gates = [count for count in counts if count.source == "gates"]
    came = sum(count.people for count in at_gates)
    if 100 * sum(count.people for count in chosen) < EXPECTED_SHARE_MIN_PCT * came:
        chosen = at_gates
    if chosen and chosen[0].source == "list":
        return chosen
    counted = max(sum(count.people for count in chosen), scanned)
    if expected is not None and 100 * counted < EXPECTED_SHARE_MIN_PCT * expected:
        return [*chosen, Headcount("expected", "expected", None, expected - counted)]
    return chosen


def fill_in(
    headcounts: Sequence[Headcount],
    scanned: Sequence[Scanned],
    defaults: Mapping[str, Mapping[str, int]],
    default_uncertainty_pct: int,
) -> People:
    """Strata with everybody in them.

    `defaults` holds the grams by source of somebody of a category who declares nothing; `default_uncertainty_pct` the
    half-width of such a footprint in percent of it.
    """
    known = _join(scanned, {count.category for count in headcounts if count.day is None})
    counts = {(count.category, count.day): count for count in headcounts}
    categories = {name: _pool(each for each in known.values() if each.category == name) for name, _ in known}
    everybody = _pool(known.values())
    interval = _Interval(default_uncertainty_pct)
    strata: list[Stratum] = []
    for key in sorted({*known, *counts}, key=lambda key: (key[0], key[1] or date.min)):
        own, count = known.get(key), counts.get(key)
        there = 0 if own is None else own.people
        listed = there if count is None else count.people
        people = max(listed, there)
        method, donor = _donor(key[0], own, people - there, categories.get(key[0]), everybody)
        filled = _filled(people - there, donor, defaults.get(key[0], defaults[NO_CATEGORY]), method)
        strata.append(
            Stratum(
                category=key[0],
                day=key[1],
                headcount="scans" if count is None else count.source,
                listed=listed,
                people=people,
                scanned=there,
                scanned_g=0 if own is None else own.sum_g,
                filled_in=people - there,
                filled_g=sum(filled.values()),
                filled_by_source=filled,
                method=method,
                half_width_g=interval.add(key[0], people, own, donor, method, sum(filled.values())),
                default_g=0 if own is None else own.default_g,
                partial_g=0 if own is None else own.partial_g,
            )
        )
    total, told = _sums(each.filled_by_source for each in strata), everybody.by_source
    return People(tuple(strata), _sums((total, told)), told, interval.half_width_g())


def _join(scanned: Iterable[Scanned], undated: set[str]) -> dict[tuple[str, date | None], Scanned]:
    """Attendees by stratum; a category that is counted without days has one stratum."""
    parts: dict[tuple[str, date | None], list[Scanned]] = {}
    for each in scanned:
        day = None if each.category in undated else each.day
        parts.setdefault((each.category, day), []).append(each)
    return {
        key: msgspec.structs.replace(_pool(found), category=key[0], day=key[1])
        for key, found in parts.items()
    }


def _pool(parts: Iterable[Scanned]) -> Scanned:
    found = list(parts)
    return Scanned(
        category=NO_CATEGORY,
        day=None,
        people=sum(each.people for each in found),
        sum_g=sum(each.sum_g for each in found),
        square_g2=sum(each.square_g2 for each in found),
        by_source=_sums(each.by_source for each in found),
        default_g=sum(each.default_g for each in found),
        partial_g=sum(each.partial_g for each in found),
    )


def _sums(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for part in parts:
        for name, grams in part.items():
            sums[name] = sums.get(name, 0) + grams
    return sums


def _donor(
    name: str, own: Scanned | None, missing: int, category: Scanned | None, everybody: Scanned
) -> tuple[Method, Scanned | None]:
    """Whose mean stands for the people who did not scan."""
    if missing <= 0:
        return "counted", None
    if own is not None and own.people >= STRATUM_SCANS_MIN:
        return "own", own
    if category is not None and category.people >= CATEGORY_SCANS_MIN:
        return "category", category
    if name in UNKNOWN and everybody.people >= STRATUM_SCANS_MIN:
        return "event", everybody
    return "default", None


def _filled(
    missing: int, donor: Scanned | None, default: Mapping[str, int], method: Method
) -> dict[str, int]:
    """Grams by source of the people who did not scan, each source rounded up."""
    if method == "counted":
        return {}
    if donor is None:
        return {name: missing * grams for name, grams in default.items()}
    return {name: -(-missing * grams // donor.people) for name, grams in donor.by_source.items()}


class _Interval:
    """Collects what each stratum adds to the uncertainty of the sum."""

    def __init__(self, default_uncertainty_pct: int) -> None:
        self._pct = default_uncertainty_pct
        self._apart: list[tuple[Decimal, int]] = []
        """Variances of strata that err independently, with their degrees of freedom."""
        self._borrowed: dict[tuple[str, str], tuple[Scanned, int, int]] = {}
        """People of a category who were filled in with a borrowed mean: they share its error, which adds up."""
        self._default_g = 0

    def add(
        self,
        category: str,
        people: int,
        own: Scanned | None,
        donor: Scanned | None,
        method: Method,
        filled_g: int,
    ) -> int:
        """Takes a stratum in. Returns the half-width of its own interval, in grams."""
        assumed_g = _assumed_g(own, donor, method, filled_g)
        half_g = _up(Decimal(assumed_g) * self._pct / 100)
        self._default_g += half_g
        if donor is None:
            return half_g
        missing = people - (0 if own is None else own.people)
        with localcontext() as context:
            context.prec = _PRECISION
            if method == "own":
                variance = Decimal(people) * missing * donor.variance / donor.people
                self._apart.append((variance, donor.people - 1))
            else:
                told_by = STRATUM_SCANS_MIN if method == "category" else 1
                key = (category, method)
                _, others, _ = self._borrowed.get(key, (donor, 0, told_by))
                self._borrowed[key] = (donor, others + missing, told_by)
                variance = _borrowed_variance(donor, missing, told_by)
            return half_g + _up(t_quantile(donor.people - 1) * variance.sqrt())

    def half_width_g(self) -> int:
        """Of the sum over all strata, in grams."""
        with localcontext() as context:
            context.prec = _PRECISION
            parts = list(self._apart)
            for donor, missing, told_by in self._borrowed.values():
                parts.append((_borrowed_variance(donor, missing, told_by), donor.people - 1))
            total = sum((variance for variance, _ in parts), _ZERO)
            if not total:
                return self._default_g
            satterthwaite = total**2 / sum(variance**2 / degrees for variance, degrees in parts)
            # One stratum alone has its own degrees of freedom, and not a billionth less.
            degrees = satterthwaite.quantize(_MILLIONTH)
            return self._default_g + _up(t_quantile(degrees) * total.sqrt())


def _assumed_g(own: Scanned | None, donor: Scanned | None, method: Method, filled_g: int) -> int:
    """Grams of a stratum that rest on the default profile."""
    assumed_g = 0 if own is None else own.default_g
    if method == "default":
        return assumed_g + filled_g
    if donor is not None and donor.sum_g:
        assumed_g += -(-filled_g * donor.default_g // donor.sum_g)
    return assumed_g


def _borrowed_variance(donor: Scanned, missing: int, told_by: int) -> Decimal:
    """Of the sum of `missing` people who have the donor's mean, known as well as if `told_by` had told it."""
    of_mean = donor.variance / donor.people + donor.variance / min(told_by, missing)
    return Decimal(missing) ** 2 * of_mean


def _up(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_UP))
