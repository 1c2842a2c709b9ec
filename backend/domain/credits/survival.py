"""What of a planting or of a repaired wetland is still there, and what a project may still expect to remove.

A plant that no report has found alive counts as gone from the first report on: a report on the species that thrives
alone would raise the rate otherwise. Below the threshold what is planned is lowered in proportion; at or above it, it
stands. Grams are credited by neither: they come with the registry's issuance.

Source: GB/T 15776 造林技术规程 (a planting has succeeded with 85 % alive; its 70 % for places with less than 400 mm of
rain a year is not used here).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import msgspec

SURVIVAL_MIN_PCT = 85


class Told(msgspec.Struct, frozen=True):
    """What was told of a project on a day: planted or repaired, or found there later. Areas in hectares."""

    kind: str
    day: date
    species: str
    plants: int
    area_ha: Decimal | None


class Survival(msgspec.Struct, frozen=True):
    """Of all that was planted (plants) or repaired (hundredths of a hectare), what the newest reports found."""

    planted: int
    alive: int
    repaired_m2: int
    standing_m2: int
    as_of: date

    @property
    def rate_tenths(self) -> int:
        """Per mille that is there, cut off; where both were done the smaller one."""
        rates = [
            min(1000, 1000 * found // whole)
            for found, whole in ((self.alive, self.planted), (self.standing_m2, self.repaired_m2))
            if whole
        ]
        return min(rates, default=0)

    @property
    def is_sufficient(self) -> bool:
        return self.rate_tenths >= 10 * SURVIVAL_MIN_PCT

    def expected_t(self, planned_t: int) -> int:
        """Tonnes that the project may still name as planned."""
        return planned_t if self.is_sufficient else planned_t * self.rate_tenths // 1000


def survival_of(told: Iterable[Told]) -> Survival | None:
    """What survived; None before the first report, and where nothing was planted or repaired."""
    rows = list(told)
    reports = [each for each in rows if each.kind == "surviving"]
    if not reports:
        return None
    newest: dict[str, Told] = {}
    for each in sorted(reports, key=lambda each: each.day):
        newest[each.species] = each
    planted = sum(each.plants for each in rows if each.kind == "planted")
    repaired = sum(_m2(each) for each in rows if each.kind == "repaired")
    if not planted and not repaired:
        return None
    repaired_species = {each.species for each in rows if each.kind == "repaired"}
    return Survival(
        planted=planted,
        alive=sum(each.plants for each in newest.values() if each.species not in repaired_species),
        repaired_m2=repaired,
        standing_m2=sum(_m2(each) for each in newest.values() if each.species in repaired_species),
        as_of=max(each.day for each in reports),
    )


def found_at_most(told: Iterable[Told], species: str, day: date) -> tuple[int, int]:
    """Plants and square metres of a species that were there to be found on a day."""
    rows = [each for each in told if each.species == species and each.day <= day and each.kind != "surviving"]
    return sum(each.plants for each in rows), sum(_m2(each) for each in rows if each.kind == "repaired")


def _m2(each: Told) -> int:
    return int((each.area_ha or 0) * 10_000)
