"""Refusals of consents, profiles, teams and leaderboards."""

from __future__ import annotations

from backend.errors import NotFound, Refusal

WHERE = "/v1/me/consents"
"""Where a consent is given that a `consent_needed` names."""


class ConsentScopeUnknown(Refusal):
    status, code = 422, "consent_scope_unknown"


class ConsentNeeded(Refusal):
    """Kept under no Idempotency-Key: once the consent is given, the same request is done."""

    status, code = 409, "consent_needed"
    facts_besides = ("where",)


class BindingNeeded(Refusal):
    status, code = 409, "binding_needed"


class PolicyOutdated(Refusal):
    status, code = 409, "policy_outdated"


class PolicyNotInForce(Refusal):
    status, code = 409, "policy_not_in_force"


class PolicyNotFound(NotFound):
    code = "policy_not_found"


class DistrictUnknown(Refusal):
    status, code = 422, "district_unknown"


class DistrictMissing(Refusal):
    status, code = 409, "district_missing"


class BoardNotFound(NotFound):
    code = "board_not_found"


class TeamNotFound(NotFound):
    code = "team_not_found"


class TeamTooSmall(Refusal):
    status, code = 409, "team_too_small"


class TeamMembersOnly(Refusal):
    status, code = 403, "team_members_only"


class TeamOwnerOnly(Refusal):
    status, code = 403, "team_owner_only"


class TeamClosed(Refusal):
    status, code = 409, "team_closed"


class TeamFull(Refusal):
    status, code = 409, "team_full"


class TeamOfThisKind(Refusal):
    status, code = 409, "team_of_this_kind"


class TeamsOwnedLimit(Refusal):
    status, code = 409, "teams_owned_limit"


class JoiningCodeUnknown(NotFound):
    code = "joining_code_unknown"


class TooManyJoinings(Refusal):
    status, code = 429, "too_many_joinings"


class ReasonRequired(Refusal):
    status, code = 422, "reason_required"
