"""Refusals around credit products, projects, batches and their retirement."""

from __future__ import annotations

from backend.errors import InvalidInput, NotFound, Refusal


class SerialsMalformed(InvalidInput):
    status, code = 422, "registry_serials_malformed"


class BatchIncomplete(Refusal):
    status, code = 422, "credit_batch_incomplete"


class ProductNotFound(NotFound):
    code = "product_not_found"


class ProjectNotFound(NotFound):
    code = "project_not_found"


class ProofNotFound(NotFound):
    code = "retirement_proof_not_found"


class EvidenceNotFound(NotFound):
    """No photo or document of this project has this hash."""

    code = "project_evidence_not_found"


class EvidenceMissing(Refusal):
    """A report on what survived comes with a photo or document."""

    status, code = 422, "survival_evidence_missing"


class ActivityTaken(Refusal):
    """The event plants for a project already."""

    status, code = 409, "project_activity_taken"


class ProjectCodeTaken(Refusal):
    status, code = 409, "project_code_taken"


class ProjectRegistered(Refusal):
    status, code = 409, "project_registered"


class RetirementBeforeVintage(Refusal):
    status, code = 422, "retirement_before_vintage"


class SerialsOverlap(Refusal):
    status, code = 409, "registry_serials_overlap"


class BatchNotRetired(Refusal):
    status, code = 409, "batch_not_retired"


class BatchVoid(Refusal):
    status, code = 409, "batch_void"


class NotYetIssued(Refusal):
    status, code = 409, "not_yet_issued"


class BatchRetired(Refusal):
    status, code = 409, "batch_retired"


class BatchAssigned(Refusal):
    status, code = 409, "batch_assigned"


class OwnEntry(Refusal):
    status, code = 409, "own_entry"


class NothingToConfirm(Refusal):
    status, code = 409, "nothing_to_confirm"


class BatchChanged(Refusal):
    status, code = 409, "credit_batch_changed"


class BatchUnproven(Refusal):
    status, code = 409, "credit_batch_unproven"


class BatchUnconfirmed(Refusal):
    status, code = 409, "credit_batch_unconfirmed"


class DetailsWaiting(Refusal):
    status, code = 409, "credit_batch_details_waiting"


class DetailsKept(Refusal):
    status, code = 409, "credit_batch_details_kept"
