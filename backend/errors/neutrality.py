"""Refusals about a period of somebody's life: programmes, inputs, closing, and what is counted at events."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class ProgrammeNotFound(NotFound):
    code = "programme_not_found"


class ProgrammeThere(Refusal):
    """The city has a programme for this period already."""

    status, code = 409, "programme_there"


class ProgrammePeriodUnfit(Refusal):
    """Not a month, a quarter or a year of the calendar, or too long ago or ahead."""

    status, code = 422, "programme_period_unfit"


class PeriodNotFound(NotFound):
    code = "period_not_found"


class PeriodOverlaps(Refusal):
    """The citizen has a period in one of these months already: what was emitted then would count twice."""

    status, code = 409, "period_overlaps"


class PeriodClosed(Refusal):
    """A period closes once and never changes afterwards."""

    status, code = 409, "period_closed"


class PeriodNotEnded(Refusal):
    status, code = 409, "period_not_ended"


class PeriodNotClosed(Refusal):
    """Without a footprint that is fixed there is nothing to offset."""

    status, code = 422, "period_not_closed"


class PeriodEmpty(Refusal):
    """Nothing was told, so there is no footprint."""

    status, code = 422, "period_empty"


class PeriodQuantityImplausible(Refusal):
    """More than a household uses, or than anybody travels, in so many days; `errors` points at it."""

    status, code = 422, "period_quantity_implausible"


class PeriodJourneyWithin(Refusal):
    """A journey from a city to itself: it belongs to everyday travel. `row` counts from 1."""

    status, code = 422, "period_journey_within"


class PeriodJourneyOutside(Refusal):
    """A journey on a day outside of the period."""

    status, code = 422, "period_journey_outside"


class PeriodModeTwice(Refusal):
    """One vehicle stands twice in everyday travel."""

    status, code = 422, "period_mode_twice"


class PeriodCountedAtEvent(Refusal):
    """A journey to or from an event that the citizen attended: it is counted there. `row` counts from 1."""

    status, code = 409, "period_counted_at_event"


class PeriodEventsUnconfirmed(Refusal):
    """The citizen attended events in the period and has not said that their journeys and nights are left out."""

    status, code = 409, "period_events_unconfirmed"


PERIOD_INPUTS = (
    PeriodQuantityImplausible,
    PeriodJourneyWithin,
    PeriodJourneyOutside,
    PeriodModeTwice,
    PeriodCountedAtEvent,
)
