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


class RegulatorNotFound(NotFound):
    """No open account of the role `regulator`."""

    code = "regulator_not_found"


class RemitNotFound(NotFound):
    """Not this regulator's, or ended already."""

    code = "remit_not_found"


class RemitHeld(Refusal):
    status, code = 409, "remit_held"


class RemitOfTheProvince(Refusal):
    """Without a remit a regulator watches the whole province: the last one does not end by the way."""

    status, code = 409, "remit_of_the_province"


class RemitTooNarrow(Refusal):
    """What is told of the whole platform is read by who watches the whole province."""

    status, code = 403, "remit_too_narrow"
