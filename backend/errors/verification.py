"""Refusals about verifiers at events: attaching one, reviewing, signing, and evaluating on what was signed."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class VerifierNotLicensed(Refusal):
    """No verifier, without a confirmed licence for verification that counts today, suspended, closed or blacklisted."""

    status, code = 409, "verifier_not_licensed"


class VerifierLicenceEnded(Refusal):
    """The licence ended in the middle of the work: nothing is lost, and nothing more is found or signed."""

    status, code = 409, "verifier_licence_ended"


class VerifierNotIndependent(Refusal):
    """It runs the event, develops its credits, or shares a person with who runs it."""

    status, code = 409, "verifier_not_independent"


class VerifierAttached(Refusal):
    """One verifier at a time."""

    status, code = 409, "verifier_attached"


class VerifierNotAttached(NotFound):
    code = "verifier_not_attached"


class VerificationNotFound(NotFound):
    code = "verification_not_found"


class VerificationEnded(Refusal):
    """The verifier was detached: what it found stays, and it finds nothing more."""

    status, code = 409, "verification_ended"


class VerificationNotDue(Refusal):
    """The event has not begun, or is not accounted for yet, or is evaluated."""

    status, code = 409, "verification_not_due"


class VerificationPersonPartial(Refusal):
    """Who filed the event, entered its data or belongs to who runs it verifies nothing of it, with any account."""

    status, code = 409, "verification_person_partial"


class VerificationItemUnknown(Refusal):
    """Not an item of the account as it is now."""

    status, code = 409, "verification_item_unknown"


class VerificationReasonMissing(Refusal):
    """A refused item says why, and by how many grams it is wrong."""

    status, code = 422, "verification_reason_missing"


class VerificationQuestionNotFound(NotFound):
    code = "verification_question_not_found"


class VerificationQuestionAnswered(Refusal):
    status, code = 409, "verification_question_answered"


class VerificationLimit(Refusal):
    """So many questions that something is wrong."""

    status, code = 409, "verification_limit"


class VerificationEmpty(Refusal):
    """An account of nothing."""

    status, code = 409, "verification_empty"


class VerificationOpen(Refusal):
    """Items are neither confirmed nor refused."""

    status, code = 409, "verification_open"


class VerificationOpinionTooGood(Refusal):
    """What was refused is material: the opinion says so, or is adverse."""

    status, code = 409, "verification_opinion_too_good"


class VerificationThresholdTooHigh(Refusal):
    """Materiality is a percentage up to the catalogue's, in hundredths."""

    status, code = 422, "verification_threshold_too_high"


class VerificationMoved(Refusal):
    """The account or the review changed while the report was being signed: nothing was signed."""

    status, code = 409, "verification_moved"


class VerificationOutdated(Refusal):
    """The account is not the one that the attached verifier signed."""

    status, code = 409, "verification_outdated"


class VerificationAdverse(Refusal):
    """The attached verifier's signed opinion of this very account is adverse: nothing else is declared in its place."""

    status, code = 409, "verification_adverse"


class VerifierSuspended(Refusal):
    """The attached verifier signed, and is suspended, closed or blacklisted meanwhile."""

    status, code = 409, "verifier_suspended"


BASIS_REFUSALS = (VerificationOutdated, VerificationAdverse, VerifierSuspended)
"""What an evaluation may be refused with because of what a verifier signed."""
