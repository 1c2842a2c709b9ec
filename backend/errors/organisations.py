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


class OrganisationListed(Refusal):
    """A list says what an organisation was called, and its city says who watches it: operators alone change them."""

    status, code = 409, "organisation_listed"


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


class OrganisationLastOwner(Refusal):
    """An organisation has an owner always: another one is named before the last one goes."""

    status, code = 409, "organisation_last_owner"


class OrganisationReviewed(Refusal):
    """It was reviewed before, or goes from no such state to the one that is wanted."""

    status, code = 409, "organisation_reviewed"


class OrganisationOwnApplication(Refusal):
    """Who applied, or is a member, reviews nothing of it: that takes a second person."""

    status, code = 409, "organisation_own_application"


class OrganisationCodeStands(Refusal):
    """A unified social credit code is told once."""

    status, code = 409, "organisation_code_stands"


class OrganisationMemberNotFound(NotFound):
    code = "organisation_member_not_found"


class OrganisationInvitationInvalid(Refusal):
    """Unknown, used, withdrawn or too old; all in one answer, so that nobody learns which."""

    status, code = 404, "organisation_invitation_invalid"


class OrganisationReceiptUnknown(NotFound):
    code = "organisation_receipt_unknown"


class OrganisationLimit(Refusal):
    """So many open invitations, licences or members that something is wrong."""

    status, code = 409, "organisation_limit"


class LicenceNotFound(NotFound):
    code = "licence_not_found"


class LicenceRepeated(Refusal):
    status, code = 409, "licence_repeated"


class LicenceOwnEntry(Refusal):
    """Who entered a licence never confirms it."""

    status, code = 409, "licence_own_entry"


class LicenceEnded(Refusal):
    """It was revoked."""

    status, code = 409, "licence_ended"


class TooManyRegistrations(Refusal):
    status, code = 429, "too_many_registrations"
    retry_after_s = 600.0


class EventOrganisationMissing(Refusal):
    """Whose event it is has to be said, by an account that belongs to none or to several organisations."""

    status, code = 409, "event_organisation_missing"


class EventOrganisationTaken(Refusal):
    """It runs the event, or is invited to."""

    status, code = 409, "event_organisation_taken"


class EventOrganisationNotFound(NotFound):
    code = "event_organisation_not_found"


class EventHostStays(Refusal):
    """The host ends its event; it does not leave it."""

    status, code = 409, "event_host_stays"
