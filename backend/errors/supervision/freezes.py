"""Refusals about freezes of events."""

from __future__ import annotations

from backend.errors import Refusal


class EventFrozen(Refusal):
    """The supervising authority has stopped the event: nothing of its pool moves, and it goes no step further."""

    status, code = 409, "event_frozen"


class EventNotFrozen(Refusal):
    status, code = 409, "event_not_frozen"


class EventFrozenByList(Refusal):
    """The event is frozen because an organisation that runs it is on the black list; it ends with that entry."""

    status, code = 409, "event_frozen_by_list"


class OutsideRemit(Refusal):
    """A regulator with a remit acts within it alone."""

    status, code = 403, "outside_remit"


class SamePerson(Refusal):
    """Who proposed never confirms, nor does another account of the same person."""

    status, code = 403, "same_person"
