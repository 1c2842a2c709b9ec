"""Teams of companies, schools and communities: citizens join with a code, and their actions count for the team."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F

from backend.auth import Principal
from backend.domain.community.community import (
    JOINING_CODE_ALPHABET,
    JOINING_CODE_CHARS,
    MEMBERS_MAX,
    MEMBERS_SHOWN_MIN,
    TEAMS_OWNED_MAX,
    read_joining_code,
)
from backend.errors import InvalidBody
from backend.errors.community.community import (
    JoiningCodeUnknown,
    ReasonRequired,
    TeamClosed,
    TeamFull,
    TeamMembersOnly,
    TeamOfThisKind,
    TeamOwnerOnly,
    TeamsOwnedLimit,
)
from backend.messages.community.community import TeamRequest, TeamSums, TeamView, TeamWeek
from backend.messages.shape import Page, view_of
from backend.models import Organisation, Team, TeamMember
from backend.services.community.community import Community
from backend.services.community.leaderboards import find_team, team_brief
from backend.services.community.profiles import check_district
from backend.services.identity.erased import hold_citizen
from backend.services.identity.staff_accounts import record
from backend.services.organisations.provisional import organisation_of_new
from backend.services.security.names import NameCheck
from backend.storage.database import Database, constraint_of
from backend.storage.redis_leaderboards import TEAMS, team_board
from backend.storage.statements import read

WEEKS_SHOWN_MAX = 12
NAME_CHARS_MIN = 2
CLOSED_NAME = "——"
"""In the place of the name of a team that closes with its last member."""


async def create_team(
    database: Database,
    community: Community,
    names: NameCheck,
    citizen_id: UUID,
    request: TeamRequest,
    at: datetime,
) -> TeamView:
    """Create a team with its owner as the first member.

    A company's team belongs to the company, or to an organisation that waits for an operator's review.
    Raises TeamsOwnedLimit, TeamOfThisKind, DistrictUnknown, InvalidBody, NameRefused, OrganisationNotFound,
    OrganisationNotActive.
    """
    name = request.name.strip()
    if len(name) < NAME_CHARS_MIN:
        raise InvalidBody.at("/name", "too_short", chars_min=NAME_CHARS_MIN)
    before = await Team.filter(owner_id=citizen_id).values_list("id", flat=True)
    await names.check(citizen_id, name, bearers=[str(each) for each in before])
    district = check_district(community, request.district)
    async with database.transaction():
        await hold_citizen(citizen_id)
        if await Team.filter(owner_id=citizen_id, is_open=True).count() >= TEAMS_OWNED_MAX:
            raise TeamsOwnedLimit(teams_max=TEAMS_OWNED_MAX)
        company = None
        if request.kind == "company":
            company = await organisation_of_new(
                request.organisation, "enterprise", name, name, state="applied"
            )
        team = await Team.create(
            code=_new_code(),
            kind=request.kind,
            name=name,
            district=district,
            owner_id=citizen_id,
            organisation_id=company,
        )
        await _enter(team, citizen_id, at)
    return await team_view(database, community, citizen_id, str(team.id))


async def join(
    database: Database, community: Community, citizen_id: UUID, code: str, at: datetime
) -> tuple[TeamView, bool]:
    """Join the team of a code; the second value is whether the citizen is new there.

    Raises JoiningCodeUnknown, TooManyJoinings, TeamClosed, TeamFull, TeamOfThisKind.
    """
    await community.throttle.count(citizen_id)
    found = await Team.get_or_none(code=read_joining_code(code))
    if found is None:
        raise JoiningCodeUnknown
    await community.throttle.take_back(citizen_id)
    async with database.transaction():
        # Always the citizen's row before the team's, or two transactions would wait for each other.
        await hold_citizen(citizen_id)
        team = await Team.select_for_update().get(id=found.id)
        if team.code != found.code:
            raise JoiningCodeUnknown
        if not team.is_open:
            raise TeamClosed
        is_new = await _enter(team, citizen_id, at)
    return await team_view(database, community, citizen_id, str(team.id)), is_new


async def _enter(team: Team, citizen_id: UUID, at: datetime) -> bool:
    present = await TeamMember.get_or_none(citizen_id=citizen_id, kind=team.kind, left_at=None)
    if present is not None:
        if present.team_id == team.id:
            return False
        raise TeamOfThisKind
    if team.members >= MEMBERS_MAX:
        raise TeamFull(members_max=MEMBERS_MAX)
    try:
        await TeamMember.create(citizen_id=citizen_id, team_id=team.id, joined_at=at, kind=team.kind)
    except IntegrityError as error:
        if constraint_of(error) == "team_members_one_of_a_kind":
            raise TeamOfThisKind from None
        raise
    await Team.filter(id=team.id).update(members=F("members") + 1)
    return True


async def leave(
    database: Database, community: Community, citizen_id: UUID, team_id: str, at: datetime
) -> None:
    """Leave a team; what the citizen did as a member stays counted. Raises TeamNotFound, TeamMembersOnly."""
    team = await find_team(team_id)
    async with database.transaction():
        await hold_citizen(citizen_id)
        if not await _quit(team.id, citizen_id, at):
            raise TeamMembersOnly
    await community.boards.remove(community.periods(at), [team_board(team.id)], citizen_id)


async def leave_all(citizen_id: UUID, at: datetime) -> None:
    """Leave every team and hand over owned ones; call it inside a transaction that has locked the citizen."""
    members = await TeamMember.filter(citizen_id=citizen_id, left_at=None)
    owned = await Team.filter(owner_id=citizen_id)
    # In the order of their ids, or two citizens who leave the same teams would wait for each other.
    for team_id in sorted({member.team_id for member in members} | {team.id for team in owned}):
        if not await _quit(team_id, citizen_id, at):
            await _hand_over(await Team.select_for_update().get(id=team_id))


async def _quit(team_id: UUID, citizen_id: UUID, at: datetime) -> bool:
    team = await Team.select_for_update().get(id=team_id)
    ended = await TeamMember.filter(citizen_id=citizen_id, team_id=team_id, left_at=None).update(left_at=at)
    if not ended:
        return False
    await Team.filter(id=team_id).update(members=F("members") - ended)
    if team.owner_id == citizen_id:
        await _hand_over(team)
    return True


async def _hand_over(team: Team) -> None:
    """Make the longest-standing member the owner; a team without members closes."""
    eldest = (
        await TeamMember.filter(team_id=team.id, left_at=None).order_by("joined_at", "citizen_id").first()
    )
    if eldest is None:
        # Whoever named it has left, and it may be a person's name.
        await Team.filter(id=team.id).update(is_open=False, name=CLOSED_NAME)
        await Organisation.filter(id=team.organisation_id, state="applied").update(
            name_zh=CLOSED_NAME, name_en=CLOSED_NAME, state="closed"
        )
    elif eldest.citizen_id != team.owner_id:
        await Team.filter(id=team.id).update(owner_id=eldest.citizen_id)


async def rotate_code(database: Database, community: Community, citizen_id: UUID, team_id: str) -> TeamView:
    """Replace a team's joining code. Raises TeamNotFound, TeamOwnerOnly, TeamClosed."""
    found = await find_team(team_id)
    async with database.transaction():
        team = await Team.select_for_update().get(id=found.id)
        if team.owner_id != citizen_id:
            raise TeamOwnerOnly
        if not team.is_open:
            raise TeamClosed
        await Team.filter(id=team.id).update(code=_new_code())
    return await team_view(database, community, citizen_id, team_id)


async def close(
    database: Database,
    community: Community,
    principal: Principal,
    team_id: str,
    reason: str | None,
    at: datetime,
) -> TeamView:
    """Close a team: nobody joins any more, and leaderboards no longer show it. Staff give a reason.

    Raises TeamNotFound, TeamOwnerOnly, ReasonRequired.
    """
    found = await find_team(team_id)
    async with database.transaction():
        team = await Team.select_for_update().get(id=found.id)
        if principal.role != "citizen":
            if reason is None or not reason.strip():
                raise ReasonRequired
            facts = {"name": team.name, "is_open": team.is_open}
            await record(
                principal,
                "team.close",
                str(team.id),
                reason=reason,
                before=facts,
                after=facts | {"is_open": False},
            )
        elif team.owner_id != principal.id:
            raise TeamOwnerOnly
        await Team.filter(id=team.id).update(is_open=False)
    await community.boards.remove(community.periods(at), [TEAMS], found.id)
    return await team_view(database, community, principal.id, team_id)


async def team_view(database: Database, community: Community, caller_id: UUID, team_id: str) -> TeamView:
    """A team as a caller may see it. Raises TeamNotFound."""
    return await _view(database, community, caller_id, await find_team(team_id))


async def my_teams(database: Database, community: Community, citizen_id: UUID) -> Page[TeamView]:
    """The teams a citizen is in, at most one of each kind."""
    members = await TeamMember.filter(citizen_id=citizen_id, left_at=None).order_by("joined_at")
    teams = {team.id: team for team in await Team.filter(id__in=[member.team_id for member in members])}
    return Page([await _view(database, community, citizen_id, teams[member.team_id]) for member in members])


async def _view(database: Database, community: Community, caller_id: UUID, team: Team) -> TeamView:
    member = await TeamMember.get_or_none(citizen_id=caller_id, team_id=team.id, left_at=None)
    is_owner = team.owner_id == caller_id
    may_see_sums = member is not None or team.members >= MEMBERS_SHOWN_MIN
    brief = team_brief(community, team)
    return view_of(
        TeamView,
        brief,
        is_open=team.is_open,
        is_member=member is not None,
        is_owner=is_owner,
        joined_at=member.joined_at if member else None,
        code=team.code if is_owner else None,
        sums=await _sums(database, team.id) if may_see_sums else None,
    )


async def _sums(database: Database, team_id: UUID) -> TeamSums:
    weeks = await read(database, "read_team_weeks", team_id)
    return TeamSums(
        reduction_g=sum(week["reduction_g"] for week in weeks),
        points=sum(week["points"] for week in weeks),
        actions=sum(week["actions"] for week in weeks),
        weeks=[view_of(TeamWeek, week) for week in weeks[-WEEKS_SHOWN_MAX:]],
    )


def _new_code() -> str:
    """One code in 2^50; teams_code_unique refuses the improbable second one."""
    return "".join(secrets.choice(JOINING_CODE_ALPHABET) for _ in range(JOINING_CODE_CHARS))
