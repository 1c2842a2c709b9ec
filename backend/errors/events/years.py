"""Refusals about the years of venues, enterprises and institutions."""

from __future__ import annotations

from backend.errors import Refusal


class YearPeriodUnfit(Refusal):
    """Not twelve whole calendar months."""

    status, code = 422, "year_period_unfit"


class YearOrganisationUnfit(Refusal):
    """An enterprise's year is an enterprise's, an institution's an institution's."""

    status, code = 422, "year_organisation_unfit"


class YearOverlaps(Refusal):
    """The same venue or organisation has another year in one of these months."""

    status, code = 409, "year_overlaps"


class YearSceneForeign(Refusal):
    """The scene is another organisation's, or nobody has said whose it is."""

    status, code = 409, "year_scene_foreign"


class YearNotIncludable(Refusal):
    """No year of a venue for the same twelve months that nothing else counts."""

    status, code = 409, "year_not_includable"


class YearWholeFixed(Refusal):
    """The enterprise's or institution's year that would have to count this one is evaluated already."""

    status, code = 409, "year_whole_fixed"


class YearMetersTwice(Refusal):
    """A meter's period stands in both accounts: it would count twice."""

    status, code = 409, "year_meters_twice"


YEAR_REFUSALS = (
    YearPeriodUnfit,
    YearOrganisationUnfit,
    YearOverlaps,
    YearSceneForeign,
    YearNotIncludable,
    YearWholeFixed,
    YearMetersTwice,
)
