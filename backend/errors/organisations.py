"""Refusals about organisations."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class OrganisationNotFound(NotFound):
    code = "organisation_not_found"


class OrganisationCodeInvalid(Refusal):
    """Not eighteen characters of the code's alphabet, or another last character than the first seventeen give."""

    status, code = 422, "organisation_code_invalid"


class OrganisationTaken(Refusal):
    """One organisation is registered once."""

    status, code = 409, "organisation_taken"


class OrganisationNotActive(Refusal):
    """Not accepted yet, suspended, closed or rejected: it begins nothing new."""

    status, code = 409, "organisation_not_active"


class OrganisationDutyMissing(Refusal):
    status, code = 403, "organisation_duty_missing"


class EditOutdated(Refusal):
    """Somebody else changed it meanwhile: the revision of If-Match is not the one that stands."""

    status, code = 412, "edit_outdated"


class EditRevisionMissing(Refusal):
    """Who edits says by If-Match which revision they saw."""

    status, code = 428, "edit_revision_missing"


class OrganisationBlacklisted(Refusal):
    """On the black list: no new events, no allocations, until the entry ends."""

    status, code = 403, "organisation_blacklisted"
