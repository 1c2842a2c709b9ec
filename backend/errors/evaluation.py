"""Refusals about credit scores of organisations and about demonstrations."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class CriteriaNotFound(NotFound):
    code = "criteria_not_found"


class CreditObjectionNotFound(NotFound):
    code = "credit_objection_not_found"


class CreditPointUnknown(Refusal):
    """The newest score has no such point: an objection is to a point of the score that holds."""

    status, code = 422, "credit_point_unknown"


class CreditObjectionLate(Refusal):
    """The term for objections to this score is over."""

    status, code = 409, "credit_objection_late"


class CreditObjectionRepeated(Refusal):
    status, code = 409, "credit_objection_repeated"


class CreditObjectionDecided(Refusal):
    status, code = 409, "credit_objection_decided"


class CreditObjectionOwn(Refusal):
    """Who filed an objection, or is a member of the organisation, decides nothing about it."""

    status, code = 403, "credit_objection_own"


class CreditCorrectionTooLarge(Refusal):
    """More is to be taken off a fact than was counted of it, or nothing although the objection is upheld."""

    status, code = 422, "credit_correction_too_large"


class DemonstrationRankUnfit(Refusal):
    """The province selects among events of national or international rank."""

    status, code = 409, "demonstration_rank_unfit"


class DemonstrationNotNominated(Refusal):
    status, code = 409, "demonstration_not_nominated"


class DemonstrationStateUnfit(Refusal):
    """An event is selected after it was accepted and before it is closed."""

    status, code = 409, "demonstration_state_unfit"


class DemonstrationStands(Refusal):
    """The event has what is proposed already: it is selected, or it is not."""

    status, code = 409, "demonstration_stands"


class DemonstrationProposed(Refusal):
    """A proposal about this event waits for its decision."""

    status, code = 409, "demonstration_proposed"


class DemonstrationProposalNotFound(NotFound):
    code = "demonstration_proposal_not_found"


class DemonstrationProposalDecided(Refusal):
    status, code = 409, "demonstration_proposal_decided"
