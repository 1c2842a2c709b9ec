"""Refusals of duties at an event: giving them, and doing what is somebody else's."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class DutyMissing(Refusal):
    """Works at the event, and this is not their duty."""

    status, code = 403, "duty_missing"


class MemberNotFound(NotFound):
    code = "member_not_found"


class VenueStaffNotFound(NotFound):
    """No open account of the role `staff` has this name."""

    code = "venue_staff_not_found"
