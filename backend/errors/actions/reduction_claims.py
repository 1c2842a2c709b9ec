"""Refusals of donations, reduction claims and reversals."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class CauseNotFound(NotFound):
    code = "cause_not_found"


class CauseClosed(Refusal):
    status, code = 409, "cause_closed"


class CauseSlugTaken(Refusal):
    status, code = 409, "cause_slug_taken"


class NothingToDonate(Refusal):
    status, code = 409, "nothing_to_donate"


class NothingToClaim(Refusal):
    status, code = 409, "nothing_to_claim"


class ActionNotFound(NotFound):
    code = "action_not_found"


class ActionReversed(Refusal):
    status, code = 409, "action_reversed"


class ActionClaimed(Refusal):
    status, code = 409, "action_claimed"


class PartnerItemNotFound(NotFound):
    code = "partner_item_not_found"
