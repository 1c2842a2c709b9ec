"""Refusals of merging two accounts, and of keeping what a guest did."""

from __future__ import annotations

from backend.errors import Refusal


class OtherAccountInvalid(Refusal):
    """No account, and no guest, is open with the other token, so nobody can say that it is theirs."""

    status, code = 422, "other_account_invalid"


class SameAccount(Refusal):
    status, code = 409, "same_account"


class GuestIsKept(Refusal):
    """A guest's attendance is kept, not merged."""

    status, code = 409, "guest_is_kept"


class KeptElsewhere(Refusal):
    status, code = 409, "kept_elsewhere"


class EventJoinedBefore(Refusal):
    """The account that a guest's attendance should move to joined the event itself."""

    status, code = 409, "event_joined_before"


class MergeOfChild(Refusal):
    status, code = 409, "merge_of_child"


class MergeOfGuardian(Refusal):
    status, code = 409, "merge_of_guardian"


class MergeOverlaps(Refusal):
    """Both accounts did more of one thing than one may, and what would have to be reversed was given away."""

    status, code = 409, "merge_overlaps"


class MergesEnough(Refusal):
    status, code = 409, "merges_enough"


class TooManyMoves(Refusal):
    """A citizen asks for moves again and again: each takes the ledger for itself."""

    status, code = 429, "too_many_moves"
