"""Refusals of the regulator's desk: alerts, samples of certificates, inspections."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class AlertNotFound(NotFound):
    """Nothing is late or unusual there now, or it lies outside of the caller's remits."""

    code = "alert_not_found"


class SampleNotFound(NotFound):
    """No such draw, or it lies outside of the caller's remits."""

    code = "sample_not_found"


class SampleTooLarge(Refusal):
    """More certificates asked for than there are."""

    status, code = 409, "sample_too_large"


class HolderCopyForeign(Refusal):
    """The record is of another certificate than the drawn one, or has no lines."""

    status, code = 422, "holder_copy_foreign"


class HolderCopyForged(Refusal):
    """The record does not hold: something of it is not what was signed."""

    status, code = 409, "holder_copy_forged"


class InspectionNotFound(NotFound):
    """No such inspection, or it lies outside of the caller's remits."""

    code = "inspection_not_found"


class InspectionClosed(Refusal):
    """A closed inspection stays as it is; what comes up later is a further one."""

    status, code = 409, "inspection_closed"


class InspectionChanged(Refusal):
    """Somebody else added to it at the same moment."""

    status, code = 409, "inspection_changed"


class EvidenceNotFound(Refusal):
    """No document of the inspected event, or no sample within the caller's remits, has this id."""

    status, code = 422, "evidence_not_found"
