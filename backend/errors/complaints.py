"""Refusals about complaints."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class ComplaintNotFound(NotFound):
    code = "complaint_not_found"


class ComplaintSubjectUnknown(NotFound):
    """No such claim is public, or no such decision about this citizen stands to be objected to."""

    code = "complaint_subject_unknown"


class ComplaintRepeated(Refusal):
    status, code = 409, "complaint_repeated"


class ComplaintAnswered(Refusal):
    status, code = 409, "complaint_answered"


class ComplaintNotTaken(Refusal):
    status, code = 409, "complaint_not_taken"


class ComplaintOfOwnDecision(Refusal):
    status, code = 403, "complaint_of_own_decision"


class TooManyComplaints(Refusal):
    status, code = 429, "too_many_complaints"
    retry_after_s = 600.0
