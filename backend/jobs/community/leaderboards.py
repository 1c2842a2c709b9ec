"""Counts the leaderboards from PostgreSQL into Redis, a chunk at a time, once a minute.

Nothing on the hot path knows of leaderboards. Every run counts a week or a month afresh, so that a run may be
interrupted, repeated, or find Redis empty. Measured on two shared cores (loadtests/boards.py: a million citizens,
100,000 of them ranked, 100,000 in teams, two million actions this week): this week's boards take 3.5 s of processor
time, 5 s by the clock of a machine that is busy otherwise; the teams' days another 1.5 s.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
import structlog

from backend.domain.community.community import MEMBERS_SHOWN_MIN
from backend.domain.community.consent_uses import BOARDS_OF_MONTHS, BOARDS_OF_WEEKS
from backend.domain.community.periods import Period, PeriodName, period_of, week_of
from backend.domain.days import SHANGHAI, day_of
from backend.domain.minors.ages import MINOR_UNTIL, born_before
from backend.services.community.community import Community
from backend.storage.database import Database
from backend.storage.redis_leaderboards import CITY, TEAMS, BoardDraft, Entry, district_board, team_board
from backend.storage.statements import read, write

log = structlog.get_logger(__name__)

CITIZENS_PER_CHUNK = 1000
MEMBERSHIPS_PER_CHUNK = 2000
"""Larger chunks are no faster, and PostgreSQL would compile each of them (jit_above_cost)."""
TEAMS_PER_CHUNK = 2000
DAYS_PER_CHUNK = 7
LATE_DAYS = 35
"""How far back late evidence reaches: 31 days of steps, and a review's time."""
FRESH: dict[PeriodName, timedelta] = {
    "week": timedelta(0),
    "month": timedelta(minutes=5),
    # What is over changes only by late evidence and by what is taken back.
    "last_week": timedelta(hours=1),
    "last_month": timedelta(hours=1),
}
"""How long a count stays fresh."""
FIRST = UUID(int=0)


class Rebuilt(msgspec.Struct):
    """What a run did: the periods whose boards it counted, and people ranked in the city this week."""

    periods: list[str] = []
    ranked: int = 0
    is_whole: bool = True


async def rebuild_boards(
    database: Database, community: Community, at: datetime, *, everything: bool = False
) -> Rebuilt:
    """Count the boards that are missing or no longer fresh, and with the month's the teams' days of this week.

    Raises what PostgreSQL and Redis raise; boards that are in place by then stay.
    """
    today = day_of(at)
    names = [name for name in FRESH if everything or await _is_due(community, name, at)]
    if "month" in names:
        # Yesterday's last minutes belong to the week before when today is Monday.
        first = min(week_of(today).first, today - timedelta(days=1))
        await count_team_days(database, first, today + timedelta(days=1))
    done = Rebuilt()
    for name in names:
        period = period_of(name, today)
        ranked, is_whole = await rebuild_period(database, community, period, at)
        done.periods.append(period.key)
        done.is_whole = done.is_whole and is_whole
        if name == "week":
            done.ranked = ranked
    if not done.is_whole:
        log.warning("boards_lost_meanwhile", periods=done.periods)
    return done


async def _is_due(community: Community, name: PeriodName, at: datetime) -> bool:
    counted = await community.boards.as_of(period_of(name, day_of(at)), CITY)
    return counted is None or at - counted >= FRESH[name]


async def rebuild_period(
    database: Database, community: Community, period: Period, at: datetime
) -> tuple[int, bool]:
    """Count one period's boards; returns people ranked, and whether Redis kept everything until the end."""
    draft = community.boards.draft(period)
    draft.expect([CITY, TEAMS, *map(district_board, community.rules.districts)])
    ranked = await _count_citizens(database, community, draft, period, at)
    await _count_teams(database, draft, period)
    return ranked, await draft.publish(at)


async def _count_citizens(
    database: Database, community: Community, draft: BoardDraft, period: Period, at: datetime
) -> int:
    by_week = period.kind == "week"
    statement = "read_grams_by_week" if by_week else "read_grams_by_month"
    _, versions = community.policies.terms(BOARDS_OF_WEEKS if by_week else BOARDS_OF_MONTHS, at)
    after, ranked = FIRST, 0
    while True:
        rows = await read(
            database,
            statement,
            *(after, CITIZENS_PER_CHUNK, period.first, period.after, period.starts_at, MEMBERS_SHOWN_MIN),
            versions,
            born_before(day_of(at), MINOR_UNTIL),
        )
        if not rows:
            return ranked
        after = rows[-1]["citizen_id"]
        entries: list[Entry] = []
        seen = None
        for row in rows:
            whose, grams = row["citizen_id"], row["grams"]
            if grams > 0 and whose != seen:
                entries.append((CITY, whose, grams))
                ranked += 1
                if row["district"] is not None:
                    entries.append((district_board(row["district"]), whose, grams))
            if row["team_id"] is not None and row["team_grams"] > 0:
                entries.append((team_board(row["team_id"]), whose, row["team_grams"]))
            seen = whose
        await draft.add(entries)


async def _count_teams(database: Database, draft: BoardDraft, period: Period) -> None:
    after = FIRST
    while True:
        rows = await read(
            database,
            "read_team_grams",
            *(after, TEAMS_PER_CHUNK, period.first, period.after, MEMBERS_SHOWN_MIN),
        )
        if not rows:
            return
        after = rows[-1]["team_id"]
        await draft.add((TEAMS, row["team_id"], row["grams"]) for row in rows if row["grams"] > 0)


async def recount_teams(database: Database, at: datetime, days: int = LATE_DAYS) -> int:
    """Count the teams' last days again, for late evidence and reversals; once a night is enough.

    Over all the days there are, it makes the table from nothing. Returns the days counted.
    """
    today = day_of(at)
    await count_team_days(database, today - timedelta(days=days), today + timedelta(days=1))
    return days + 1


async def count_team_days(database: Database, first: date, after: date) -> None:
    """Sum up the teams' days from `first` up to, and without, `after`."""
    async for teams in _team_chunks(database):
        begin = first
        while begin < after:
            end = min(begin + timedelta(days=DAYS_PER_CHUNK), after)
            starts_at = datetime.combine(begin, datetime.min.time(), SHANGHAI)
            await write("count_team_days", teams, begin, end, starts_at)
            begin = end


async def _team_chunks(database: Database) -> AsyncIterator[list[UUID]]:
    """Ids of all teams, in chunks of teams with some thousand members together."""
    after, chunk, size = FIRST, list[UUID](), 0
    while rows := await read(database, "read_team_sizes", after, TEAMS_PER_CHUNK):
        after = rows[-1]["id"]
        for row in rows:
            if chunk and size + row["memberships"] > MEMBERSHIPS_PER_CHUNK:
                yield chunk
                chunk, size = [], 0
            chunk.append(row["id"])
            size += row["memberships"]
    if chunk:
        yield chunk
