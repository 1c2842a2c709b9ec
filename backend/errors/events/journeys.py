"""Journeys that cannot have been made as they are told: the attendee corrects them, nothing is recorded."""

from __future__ import annotations

from backend.errors import Refusal
from backend.errors.facts import spoken
from backend.texts import say


class JourneyRefusal(Refusal):
    """A journey that the rules of the event's factor set do not take."""

    status = 422
    code = "journey_refused"


class JourneyFieldsUnused(JourneyRefusal):
    """Inputs that the event's factor set does not know: leaving them out silently would record another journey."""

    code = "journey_fields_unused"


class JourneyContradictory(JourneyRefusal):
    code = "journey_contradictory"


class DaysBeyondEvent(JourneyRefusal):
    code = "days_beyond_event"


class DistanceImplausible(JourneyRefusal):
    """A distance that is not one between the two cities, with the range that is."""

    code = "distance_implausible"


class ModeImplausible(JourneyRefusal):
    """A vehicle that does not go there, why it does not, and those that do: `mode`, `possible`, `reason` are codes."""

    code = "mode_implausible"
    facts_besides = ("km_max", "km_min", "reason")

    def detail(self, language: str) -> str:
        reason = self.facts.get("reason")
        if not reason:
            return super().detail(language)  # kept for repeats before there were reasons
        facts = spoken(language, self.facts)
        because = say(language, f"refusal.{self.code}.because.{reason}", **facts)
        return say(language, f"refusal.{self.code}.explained", **(facts | {"because": because}))


class LocalDistanceImplausible(JourneyRefusal):
    """More kilometres a day than anybody makes in a city with this vehicle; `mode` is a code."""

    code = "local_distance_implausible"


class NightsBeyondEvent(JourneyRefusal):
    """More nights than the event has days and a week around them."""

    code = "nights_beyond_event"


JOURNEY_REFUSALS = (
    JourneyFieldsUnused,
    JourneyContradictory,
    DaysBeyondEvent,
    DistanceImplausible,
    ModeImplausible,
    LocalDistanceImplausible,
    NightsBeyondEvent,
)
