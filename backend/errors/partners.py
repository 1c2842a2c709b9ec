"""Refusals about partners: signed requests, their items, bindings, grants, administration."""

from __future__ import annotations

from backend.errors import InvalidInput, NotFound, Refusal

# -- a signed request as a whole -------------------------------------------------------------------


class NotSigned(Refusal):
    """A request that is not signed by a partner."""

    status, code = 401, "partner_not_signed"


class PartnerClock(NotSigned):
    code = "partner_clock"


class SignatureWrong(NotSigned):
    code = "partner_signature"


class PartnerKeyNotValid(NotSigned):
    code = "partner_key_not_valid"


class PartnerClosed(Refusal):
    status, code = 403, "partner_closed"


# -- one item of many ------------------------------------------------------------------------------


class InvalidItem(InvalidInput):
    status, code = 422, "invalid_item"


class MethodNotAgreed(Refusal):
    status, code = 403, "method_not_agreed"


class TripEndsWrong(Refusal):
    status, code = 422, "trip_ends_wrong"


class GrantWithdrawn(Refusal):
    status, code = 409, "grant_withdrawn"


# -- bindings and grants ---------------------------------------------------------------------------


class BindingRepeated(Refusal):
    status, code = 409, "binding_repeated"


class BindingCodeInvalid(Refusal):
    status, code = 422, "binding_code_invalid"


class ConsentOutdated(Refusal):
    status, code = 409, "consent_outdated"


class SubjectBound(Refusal):
    status, code = 409, "subject_bound"


class SourceGranted(Refusal):
    status, code = 409, "source_granted"


class SourceClosed(Refusal):
    status, code = 409, "source_closed"


class GrantNotFound(NotFound):
    code = "grant_not_found"


# -- administration --------------------------------------------------------------------------------


class PartnerNotFound(NotFound):
    code = "partner_not_found"


class PartnerKeyNotFound(NotFound):
    code = "partner_key_not_found"


class PartnerCodeTaken(Refusal):
    status, code = 409, "partner_code_taken"


class PartnerMethodUnknown(Refusal):
    status, code = 422, "partner_method_unknown"


class PartnerKeyLimit(Refusal):
    status, code = 409, "partner_key_limit"


class PartnerKeyEnded(Refusal):
    status, code = 409, "partner_key_ended"
