"""Consents, profile, medals, leaderboards, teams."""

from __future__ import annotations

from backend.domain.community.periods import PERIOD_NAMES
from backend.errors.badges import IdentityNeeded
from backend.errors.community.community import (
    BindingNeeded,
    BoardNotFound,
    ConsentScopeUnknown,
    DistrictMissing,
    DistrictUnknown,
    JoiningCodeUnknown,
    PolicyNotFound,
    PolicyNotInForce,
    PolicyOutdated,
    ReasonRequired,
    TeamClosed,
    TeamFull,
    TeamMembersOnly,
    TeamNotFound,
    TeamOfThisKind,
    TeamOwnerOnly,
    TeamsOwnedLimit,
    TeamTooSmall,
    TooManyJoinings,
)
from backend.errors.minors import AgeNeeded, GuardianNeeded, LeaderboardForAdults
from backend.errors.organisations import OrganisationNotActive, OrganisationNotFound
from backend.errors.security import NameRefused
from backend.messages.community import community as m
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import ATTENDEE, CITIZEN, PAGING, Endpoint, Query, in_section
from backend.routes.http.reply import Reply
from backend.services.account import consent_decisions
from backend.services.community import leaderboards, medals, privacy_policy, profiles, teams


async def list_consents(call: Call) -> Page[m.ConsentView]:
    return await consent_decisions.consents(
        call.components.catalogue.policies,
        call.principal.id,
        call.now,
        is_guest=call.principal.role == "guest",
    )


async def decide(call: Call) -> m.ConsentView:
    components, body = call.components, call.body
    return await consent_decisions.decide(
        components.database,
        components.community,
        components.ledger.footprints,
        call.principal.id,
        body,
        call.now,
        is_guest=call.principal.role == "guest",
    )


async def list_policies(call: Call) -> Page[m.PolicyBrief]:
    return Page(privacy_policy.list_policies(call.components.catalogue.policies, call.now))


async def show_policy(call: Call) -> m.PolicyView:
    return privacy_policy.show_policy(call.components.catalogue.policies, call.params["version"], call.now)


async def show_profile(call: Call) -> m.ProfileView:
    return await profiles.profile(call.components.community, call.principal.id)


async def change_profile(call: Call) -> m.ProfileView:
    components = call.components
    return await profiles.change(
        components.database, components.community, components.names, call.principal.id, call.body, call.now
    )


async def show_medals(call: Call) -> m.Medals:
    components = call.components
    return await medals.medals(components.database, components.community, call.principal.id, call.now)


async def show_board(call: Call) -> m.Leaderboard:
    components = call.components
    query = leaderboards.BoardQuery(
        call.query("period"), call.cursor, call.limit, call.query("district"), call.query("team")
    )
    return await leaderboards.leaderboard(
        components.database, components.community, call.principal.id, call.params["board"], query, call.now
    )


async def show_team_board(call: Call) -> m.TeamLeaderboard:
    query = leaderboards.BoardQuery(call.query("period"), call.cursor, call.limit)
    return await leaderboards.team_leaderboard(call.components.community, query, call.now)


async def create_team(call: Call) -> m.TeamView:
    components = call.components
    return await teams.create_team(
        components.database, components.community, components.names, call.principal.id, call.body, call.now
    )


async def join_team(call: Call) -> Reply:
    components = call.components
    view, is_new = await teams.join(
        components.database, components.community, call.principal.id, call.body.code, call.now
    )
    return Reply(view, status=201 if is_new else 200)


async def show_team(call: Call) -> m.TeamView:
    components = call.components
    return await teams.team_view(
        components.database, components.community, call.principal.id, call.params["id"]
    )


async def list_my_teams(call: Call) -> Page[m.TeamView]:
    components = call.components
    return await teams.my_teams(components.database, components.community, call.principal.id)


async def leave_team(call: Call) -> Reply:
    components = call.components
    await teams.leave(
        components.database, components.community, call.principal.id, call.params["id"], call.now
    )
    return Reply(status=204)


async def rotate_code(call: Call) -> m.TeamView:
    components = call.components
    return await teams.rotate_code(
        components.database, components.community, call.principal.id, call.params["id"]
    )


async def close_team(call: Call) -> m.TeamView:
    components = call.components
    return await teams.close(
        components.database,
        components.community,
        call.principal,
        call.params["id"],
        call.body.reason,
        call.now,
    )


_PERIOD = Query(
    "period", {"type": "string", "enum": list(PERIOD_NAMES)}, "`week` (Monday to Sunday) when left out"
)

ENDPOINTS = in_section(
    "community",
    Endpoint(
        "GET /v1/leaderboards/teams",
        show_team_board,
        feature="leaderboards",
        roles=CITIZEN,
        summary="Teams by what their members saved, of five members or more",
        answers={200: m.TeamLeaderboard},
        query=(_PERIOD, *PAGING),
    ),
    Endpoint(
        "GET /v1/leaderboards/{board}",
        show_board,
        feature="leaderboards",
        roles=CITIZEN,
        summary="Citizens by verified grams (`city`, `district` or `team`), of those who agreed to be ranked",
        answers={200: m.Leaderboard},
        refusals=(
            BoardNotFound,
            DistrictMissing,
            DistrictUnknown,
            TeamNotFound,
            TeamMembersOnly,
            TeamTooSmall,
        ),
        query=(
            _PERIOD,
            Query("district", {"type": "string", "maxLength": 40}, "one's own when left out"),
            Query("team", {"type": "string", "maxLength": 40}, "a team one is in; for the board `team`"),
            *PAGING,
        ),
    ),
    Endpoint(
        "GET /v1/policies",
        list_policies,
        summary="Versions of the privacy policy: in force, announced, and earlier ones",
        answers={200: Page[m.PolicyBrief]},
    ),
    Endpoint(
        "GET /v1/policies/{version}",
        show_policy,
        summary="A version of the privacy policy in both languages",
        answers={200: m.PolicyView},
        refusals=(PolicyNotFound,),
    ),
    Endpoint(
        "GET /v1/me/consents",
        list_consents,
        tag="me",
        roles=ATTENDEE,
        summary="What may be agreed to, and what was",
        answers={200: Page[m.ConsentView]},
    ),
    Endpoint(
        "POST /v1/me/consents",
        decide,
        tag="me",
        roles=ATTENDEE,
        summary="Give a consent or take it back",
        body=m.ConsentRequest,
        answers={200: m.ConsentView},
        refusals=(
            IdentityNeeded,
            BindingNeeded,
            ConsentScopeUnknown,
            PolicyNotInForce,
            PolicyOutdated,
            AgeNeeded,
            GuardianNeeded,
            LeaderboardForAdults,
        ),
    ),
    Endpoint(
        "GET /v1/me/profile",
        show_profile,
        tag="me",
        roles=CITIZEN,
        summary="Nickname, district, and what others would see",
        answers={200: m.ProfileView},
    ),
    Endpoint(
        "POST /v1/me/profile",
        change_profile,
        tag="me",
        roles=CITIZEN,
        summary="Change what is named and leave the rest",
        body=m.ProfileRequest,
        answers={200: m.ProfileView},
        refusals=(DistrictUnknown, NameRefused),
    ),
    Endpoint(
        "GET /v1/me/medals",
        show_medals,
        tag="me",
        roles=CITIZEN,
        summary="Level, medals earned, and how far the next ones are",
        answers={200: m.Medals},
    ),
    Endpoint(
        "GET /v1/me/teams",
        list_my_teams,
        tag="me",
        roles=CITIZEN,
        summary="The teams one is in",
        answers={200: Page[m.TeamView]},
    ),
    Endpoint(
        "DELETE /v1/me/teams/{id}",
        leave_team,
        tag="me",
        roles=CITIZEN,
        summary="Leave a team; an owner hands it to its eldest member",
        answers={204: None},
        refusals=(TeamNotFound, TeamMembersOnly),
    ),
    Endpoint(
        "POST /v1/teams",
        create_team,
        feature="teams",
        roles=CITIZEN,
        summary="Create a team and be its first member",
        body=m.TeamRequest,
        answers={201: m.TeamView},
        refusals=(
            DistrictUnknown,
            NameRefused,
            TeamOfThisKind,
            TeamsOwnedLimit,
            OrganisationNotFound,
            OrganisationNotActive,
        ),
    ),
    Endpoint(
        "POST /v1/team-joinings",
        join_team,
        feature="teams",
        roles=CITIZEN,
        summary="Join the team of a code",
        body=m.JoiningRequest,
        answers={201: m.TeamView, 200: m.TeamView},
        refusals=(JoiningCodeUnknown, TooManyJoinings, TeamClosed, TeamFull, TeamOfThisKind),
    ),
    Endpoint(
        "GET /v1/teams/{id}",
        show_team,
        feature="teams",
        roles=CITIZEN,
        summary="A team with its sums, over its members' time in it",
        answers={200: m.TeamView},
        refusals=(TeamNotFound,),
    ),
    Endpoint(
        "POST /v1/teams/{id}/codes",
        rotate_code,
        feature="teams",
        roles=CITIZEN,
        summary="Replace the joining code (its owner)",
        answers={201: m.TeamView},
        refusals=(TeamNotFound, TeamOwnerOnly, TeamClosed),
    ),
    Endpoint(
        "POST /v1/teams/{id}/closings",
        close_team,
        roles=("citizen", "operator"),
        summary="Close a team: nobody joins any more, no board shows it (its owner; operators with a reason)",
        body=m.ClosingRequest,
        answers={200: m.TeamView},
        refusals=(TeamNotFound, TeamOwnerOnly, ReasonRequired),
    ),
)
