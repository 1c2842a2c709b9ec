"""Leaderboards in Redis: a sorted set for each board and period. Made from PostgreSQL, and made again at any time.

Nothing is added to a board as it stands. A whole new one is written beside it and takes its place at once, so a
reader sees either of them, never a half. Entries are ids; names stay in PostgreSQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec
import structlog
from redis import asyncio as aioredis
from redis.commands.core import AsyncScript

from backend.domain.community.periods import Period
from backend.storage.redis import REDIS_ERRORS
from backend.storage.sqlfiles import lua

log = structlog.get_logger(__name__)

ENTRIES_PER_CALL_MAX = 1000
SWAPS_PER_CALL_MAX = 500
BOARD_LIFE_S = 3 * 86_400
"""A board that is no longer counted (of a team that shrank, of a period that is over) leaves Redis by itself."""
DRAFT_LIFE_S = 900

CITY = "city"
TEAMS = "teams"
Entry = tuple[str, UUID, int]
"""Board, whose, grams."""


def district_board(code: str) -> str:
    return f"district:{code}"


def team_board(team_id: UUID) -> str:
    return f"team:{team_id.hex}"


class Ranked(msgspec.Struct, frozen=True):
    rank: int
    id: UUID
    grams: int


class OwnRank(msgspec.Struct, frozen=True):
    """The asking citizen's own rank, and how many entries have less."""

    rank: int
    grams: int
    below: int


class BoardPage(msgspec.Struct, frozen=True):
    as_of: datetime
    entries: int
    items: list[Ranked]
    own: OwnRank | None


class Boards:
    """All boards. Keys of one period share a hash tag, so a cluster keeps them together."""

    def __init__(self, redis: aioredis.Redis) -> None:
        self._redis = redis
        self._read = redis.register_script(lua("read_board"))
        self._swap = redis.register_script(lua("swap_board"))

    def draft(self, period: Period) -> BoardDraft:
        return BoardDraft(self._redis, self._swap, period)

    async def page(
        self, period: Period, board: str, start: int, limit: int, own: UUID | None = None
    ) -> BoardPage | None:
        """Entries from a position (0 is the first) on; None while the board is not there or Redis is away."""
        keys = [_key(period, board), _about(period, board)]
        args: list[int | str] = [start, start + limit - 1, own.hex if own else ""]
        try:
            found = await self._read(keys=keys, args=args)
        except REDIS_ERRORS as error:
            log.warning("board_not_read", error=type(error).__name__)
            return None
        if not found:
            return None
        as_of, entries, above, own_score, above_own, below_own, flat = found
        rank = OwnRank(above_own + 1, _grams(own_score), below_own) if own_score else None
        return BoardPage(_instant(as_of), entries, _ranked(flat, start, above), rank)

    async def as_of(self, period: Period, board: str) -> datetime | None:
        """When a board was counted; None when it is not there. Raises what Redis raises."""
        stored = await self._redis.get(_about(period, board))
        return _instant(str(stored)) if stored else None

    async def remove(self, periods: Iterable[Period], boards: Iterable[str], whose: UUID) -> bool:
        """Take an entry off boards, at once; False when Redis is away, and then the next count does it."""
        names = list(boards)
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for period in periods:
                    for board in names:
                        pipe.zrem(_key(period, board), whose.hex)
                await pipe.execute()
        except REDIS_ERRORS as error:
            log.warning("board_entry_not_removed", error=type(error).__name__)
            return False
        return True


class BoardDraft:
    """Boards of one period while they are being counted. Nobody reads them before `publish`."""

    def __init__(self, redis: aioredis.Redis, swap: AsyncScript, period: Period) -> None:
        self._redis = redis
        self._swap = swap
        self._period = period
        # Two processes that count at the same moment write two drafts.
        self._name = uuid4().hex
        self._entries: dict[str, int] = {}

    def expect(self, boards: Iterable[str]) -> None:
        """Boards that are to be there although nobody may be on them."""
        for board in boards:
            self._entries.setdefault(board, 0)

    async def add(self, entries: Iterable[Entry]) -> None:
        """Nobody may come twice on one board."""
        by_board: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for board, whose, grams in entries:
            by_board[board][whose.hex] = grams
        async with self._redis.pipeline(transaction=False) as pipe:
            for board, scores in by_board.items():
                key = self._draft(board)
                items = list(scores.items())
                for at in range(0, len(items), ENTRIES_PER_CALL_MAX):
                    pipe.zadd(key, dict(items[at : at + ENTRIES_PER_CALL_MAX]))
                pipe.expire(key, DRAFT_LIFE_S)
                self._entries[board] = self._entries.get(board, 0) + len(items)
            await pipe.execute()

    async def publish(self, as_of: datetime) -> bool:
        """Publish every board; False when Redis lost some meanwhile, and those have to be counted again."""
        names = list(self._entries)
        counted_at = str(int(as_of.timestamp() * 1000))  # never later than it was
        is_whole = True
        for at in range(0, len(names), SWAPS_PER_CALL_MAX):
            async with self._redis.pipeline(transaction=False) as pipe:
                for board in names[at : at + SWAPS_PER_CALL_MAX]:
                    keys = [self._draft(board), _key(self._period, board), _about(self._period, board)]
                    await self._swap(
                        keys=keys, args=[self._entries[board], counted_at, BOARD_LIFE_S], client=pipe
                    )
                is_whole = all(await pipe.execute()) and is_whole
        return is_whole

    def _draft(self, board: str) -> str:
        return f"{_key(self._period, board)}:draft:{self._name}"


def _key(period: Period, board: str) -> str:
    return f"tianfu:{{board:{period.key}}}:{board}"


def _about(period: Period, board: str) -> str:
    return f"{_key(period, board)}:as_of"


def _ranked(flat: list[str], start: int, above: int) -> list[Ranked]:
    """Entries and scores, one after the other, with ranks: equal scores share the rank of the first of them."""
    found: list[Ranked] = []
    for at in range(0, len(flat), 2):
        grams = _grams(flat[at + 1])
        if not found:
            rank = above + 1
        elif found[-1].grams == grams:
            rank = found[-1].rank
        else:
            rank = start + at // 2 + 1
        found.append(Ranked(rank, UUID(hex=flat[at]), grams))
    return found


def _grams(score: str) -> int:
    return int(float(score))


def _instant(stored: str) -> datetime:
    return datetime.fromtimestamp(int(stored) / 1000, UTC)
