"""Leaderboards of the citizens who consented, under masked names.

The sums come from Redis, where jobs/community/leaderboards.py puts them. Names and consents are read from PostgreSQL
at every request, so a withdrawn consent holds at once, whatever Redis still has.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from backend.domain.community.community import MEMBERS_SHOWN_MIN, shown_name
from backend.domain.community.consent_uses import BOARDS_SHOWN, RANK_TOLD, ConsentUse
from backend.domain.community.periods import PERIOD_NAMES, Period, PeriodName, period_of
from backend.domain.days import day_of
from backend.domain.minors.ages import MINOR_UNTIL, born_before
from backend.errors import InvalidQuery
from backend.errors.community.community import (
    BoardNotFound,
    DistrictMissing,
    DistrictUnknown,
    TeamMembersOnly,
    TeamNotFound,
    TeamTooSmall,
)
from backend.messages.community.community import (
    Leaderboard,
    MyStanding,
    Standing,
    TeamBrief,
    TeamLeaderboard,
    TeamStanding,
)
from backend.messages.cursors import read_number, write_cursor
from backend.messages.shape import Bilingual, view_of
from backend.models import Citizen, Profile, Team, TeamMember
from backend.models.keys import read_id
from backend.services.community.community import Community
from backend.services.community.consents import is_given
from backend.storage.database import Database
from backend.storage.redis_leaderboards import CITY, TEAMS, BoardPage, OwnRank, district_board, team_board
from backend.storage.statements import read

DEPTH_MAX = 1000
"""Citizens look no further down; only a copier of the whole board would."""


class BoardQuery(msgspec.Struct, frozen=True):
    """The parameters of a request for a leaderboard."""

    period: str | None
    cursor: str | None
    limit: int
    district: str | None = None
    team: str | None = None


class Rank(msgspec.Struct, frozen=True):
    """A citizen's rank among `ranked` people; `percentile` of them have less."""

    rank: int
    ranked: int
    percentile: int
    reduction_g: int


async def leaderboard(
    database: Database, community: Community, citizen_id: UUID, board: str, query: BoardQuery, at: datetime
) -> Leaderboard:
    """A page of a leaderboard of citizens.

    Raises BoardNotFound, DistrictMissing, DistrictUnknown, TeamNotFound, TeamMembersOnly, TeamTooSmall.
    """
    name = _period_name(query.period)
    period, start = period_of(name, day_of(at)), _start(query.cursor)
    if board == "city":
        key, team_id = CITY, None
    elif board == "district":
        key, team_id = await _district_key(community, citizen_id, query.district), None
    elif board == "team":
        key, team_id = await _team_key(citizen_id, query.team)
    else:
        raise BoardNotFound
    is_mine = await _is_ranked(database, community, citizen_id, BOARDS_SHOWN, at)
    page = await community.boards.page(period, key, start, _room(start, query.limit), citizen_id)
    return Leaderboard(
        board=board,  # type: ignore[arg-type]  # one of the three
        period=name,
        first_day=period.first,
        last_day=period.last,
        as_of=page.as_of if page else None,
        ranked=page.entries if page else 0,
        items=await _standings(database, community, page, citizen_id, team_id, at) if page else [],
        next_cursor=_next_cursor(page, start),
        me=_my_standing(page) if page and is_mine else None,
    )


async def team_leaderboard(community: Community, query: BoardQuery, at: datetime) -> TeamLeaderboard:
    """A page of the leaderboard of teams: open ones, large enough that a sum says nothing about one member."""
    name = _period_name(query.period)
    period, start = period_of(name, day_of(at)), _start(query.cursor)
    page = await community.boards.page(period, TEAMS, start, _room(start, query.limit))
    ids = [item.id for item in page.items] if page else []
    found = await Team.filter(id__in=ids, is_open=True, members__gte=MEMBERS_SHOWN_MIN) if ids else []
    teams = {team.id: team for team in found}
    return TeamLeaderboard(
        period=name,
        first_day=period.first,
        last_day=period.last,
        as_of=page.as_of if page else None,
        ranked=page.entries if page else 0,
        items=[
            TeamStanding(rank=item.rank, team=team_brief(community, teams[item.id]), reduction_g=item.grams)
            for item in (page.items if page else [])
            if item.id in teams
        ],
        next_cursor=_next_cursor(page, start),
    )


async def _is_ranked(
    database: Database, community: Community, citizen_id: UUID, use: ConsentUse, at: datetime
) -> bool:
    """Whether a citizen agreed to a use of ranks, and is an adult: minors are on no public ranking."""
    adults = born_before(day_of(at), MINOR_UNTIL)
    is_adult = await Citizen.exists(id=citizen_id, born_month__lte=adults)
    return is_adult and await is_given(database, community.policies, citizen_id, use, at)


async def rank_of(
    database: Database, community: Community, citizen_id: UUID, period: Period, at: datetime
) -> Rank | None:
    """A citizen's rank in the city for a week or month.

    None without their consent, for minors, before their first gram, and for a period that has no board (any more).
    """
    if not await _is_ranked(database, community, citizen_id, RANK_TOLD, at):
        return None
    page = await community.boards.page(period, CITY, 0, 1, citizen_id)
    if page is None or page.own is None:
        return None
    own = page.own
    return Rank(own.rank, page.entries, _percentile(own, page.entries), own.grams)


def team_brief(community: Community, team: Team) -> TeamBrief:
    """A team as leaderboards show it."""
    return view_of(TeamBrief, team, id=str(team.id), district=community.district(team.district))


async def find_team(text: str | None) -> Team:
    """The team with an id. Raises TeamNotFound."""
    team = await Team.get_or_none(id=read_id(text or "", TeamNotFound))
    if team is None:
        raise TeamNotFound
    return team


async def _district_key(community: Community, citizen_id: UUID, asked: str | None) -> str:
    if asked is None:
        profile = await Profile.get_or_none(citizen_id=citizen_id)
        if profile is None or profile.district is None:
            raise DistrictMissing
        asked = profile.district
    if asked not in community.rules.districts:
        raise DistrictUnknown(district=asked)
    return district_board(asked)


async def _team_key(citizen_id: UUID, asked: str | None) -> tuple[str, UUID]:
    team = await find_team(asked)
    if not await TeamMember.exists(citizen_id=citizen_id, team_id=team.id, left_at=None):
        raise TeamMembersOnly
    if team.members < MEMBERS_SHOWN_MIN:
        raise TeamTooSmall(members_min=MEMBERS_SHOWN_MIN)
    return team_board(team.id), team.id


async def _standings(
    database: Database,
    community: Community,
    page: BoardPage,
    citizen_id: UUID,
    team_id: UUID | None,
    at: datetime,
) -> list[Standing]:
    ids = [item.id for item in page.items]
    _, versions = community.policies.terms(BOARDS_SHOWN, at)
    adults = born_before(day_of(at), MINOR_UNTIL)
    found = await read(database, "read_ranked_citizens", ids, team_id, versions, adults)
    rows = {row["id"]: row for row in found}
    return [
        Standing(
            rank=item.rank,
            name=Bilingual(
                *shown_name(item.id, rows[item.id]["nickname"], shows_name=rows[item.id]["shows_name"])
            ),
            reduction_g=item.grams,
            is_me=item.id == citizen_id,
        )
        for item in page.items
        if item.id in rows
    ]


def _my_standing(page: BoardPage) -> MyStanding:
    if page.own is None:
        return MyStanding(rank=None, reduction_g=0, percentile=None)
    return MyStanding(
        rank=page.own.rank, reduction_g=page.own.grams, percentile=_percentile(page.own, page.entries)
    )


def _percentile(own: OwnRank, entries: int) -> int:
    """How many in a hundred of the others have less, rounded down; 100 when there are no others."""
    return 100 * own.below // (entries - 1) if entries > 1 else 100


def _period_name(text: str | None) -> PeriodName:
    for name in PERIOD_NAMES:
        if text == name:
            return name
    if text is None:
        return "week"
    raise InvalidQuery.of("period", "not_one_of", allowed=list(PERIOD_NAMES))


def _start(cursor: str | None) -> int:
    """The index a cursor stands for; an id would reveal who stands there."""
    return read_number(cursor, DEPTH_MAX - 1) or 0


def _room(start: int, limit: int) -> int:
    return min(limit, DEPTH_MAX - start)


def _next_cursor(page: BoardPage | None, start: int) -> str | None:
    if page is None or not page.items:
        return None
    end = start + len(page.items)
    return write_cursor(end) if end < min(page.entries, DEPTH_MAX) else None
