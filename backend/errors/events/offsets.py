"""Refusals of revised journeys and of offsets paid with points."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class AttendanceNotFound(NotFound):
    code = "attendance_not_found"


class HeldOffsetNotFound(NotFound):
    code = "held_offset_not_found"


class JourneyClosed(Refusal):
    status, code = 409, "journey_closed"


class RevisionLimit(Refusal):
    status, code = 409, "journey_revision_limit"


class BudgetNotFound(NotFound):
    code = "budget_not_found"


class BudgetExhausted(Refusal):
    status, code = 409, "budget_exhausted"


class BudgetBelowSpent(Refusal):
    status, code = 409, "budget_below_spent"
