"""Journeys that cannot have been made as they are told: the attendee corrects them, nothing is recorded."""

from __future__ import annotations

from backend.errors import Refusal
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
    """A vehicle that does not go there, with those that do: `possible` are codes, which the sentence names."""

    code = "mode_implausible"

    def detail(self, language: str) -> str:
        modes = str(self.facts["possible"]).split(", ")
        names = ("、" if language == "zh-CN" else ", ").join(say(language, f"mode.{mode}") for mode in modes)
        mode = say(language, f"mode.{self.facts['mode']}")
        facts = self.facts | {"mode": mode, "possible": names}
        return say(language, f"refusal.{self.code}.detail", **facts)


JOURNEY_REFUSALS = (
    JourneyFieldsUnused,
    JourneyContradictory,
    DaysBeyondEvent,
    DistanceImplausible,
    ModeImplausible,
)
