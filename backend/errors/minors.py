"""Refusals about ages, guardians and their consents."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class AgeNeeded(Refusal):
    """Points are earned by who has told the month of birth."""

    status, code = 409, "age_needed"
    is_kept = False


class GuardianNeeded(Refusal):
    """A child under 14, and no guardian's consent."""

    status, code = 409, "guardian_needed"
    is_kept = False


class AgeImplausible(Refusal):
    status, code = 422, "age_implausible"


class AgeTold(Refusal):
    """Who told a month does not become older by telling another one."""

    status, code = 409, "age_told"


class LeaderboardForAdults(Refusal):
    status, code = 409, "leaderboard_for_adults"


class GuardianNotNeeded(Refusal):
    status, code = 409, "guardian_not_needed"


class GuardianNotAdult(Refusal):
    status, code = 409, "guardian_not_adult"


class GuardianCodeUnknown(NotFound):
    """Unknown, used, replaced or run out: which of them is said to nobody."""

    code = "guardian_code_unknown"


class TooManyGuardianCodes(Refusal):
    status, code = 429, "too_many_guardian_codes"


class GuardiansEnough(Refusal):
    status, code = 409, "guardians_enough"


class ChildrenEnough(Refusal):
    status, code = 409, "children_enough"


class ChildNotFound(NotFound):
    code = "child_not_found"


class GuardianNotFound(NotFound):
    """None whose consent holds for the child who asks."""

    code = "guardian_not_found"


class OtherGuardianConsents(Refusal):
    """One of two guardians does not erase what the other consented to keep."""

    status, code = 409, "other_guardian_consents"
