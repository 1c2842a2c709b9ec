"""What the community's services share: its rules, the leaderboards, the throttle on guessed joining codes."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from backend.catalogue.community import CommunityRules, load_community
from backend.domain.community.periods import PERIOD_NAMES, Period, period_of
from backend.domain.days import day_of
from backend.errors.community.community import TooManyJoinings
from backend.messages.catalogue.catalogue import bilingual
from backend.messages.community.community import DistrictView
from backend.storage.redis import Redis
from backend.storage.redis_leaderboards import CITY, Boards, district_board, team_board

WRONG_CODES_MAX = 10
WINDOW_S = 3600.0
CITIZENS_WATCHED_MAX = 50_000


class JoinCodeThrottle:
    """Counts a citizen's wrong joining codes of the last hour, as this process has seen them."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[UUID, list[float]] = OrderedDict()

    def check(self, citizen_id: UUID) -> None:
        """Raises TooManyJoinings for a citizen with too many wrong codes."""
        if len(self._recent(citizen_id)) >= WRONG_CODES_MAX:
            raise TooManyJoinings(retry_after_s=WINDOW_S)

    def count(self, citizen_id: UUID) -> None:
        self._wrong[citizen_id] = [*self._recent(citizen_id), time.monotonic()]
        self._wrong.move_to_end(citizen_id)
        if len(self._wrong) > CITIZENS_WATCHED_MAX:
            self._wrong.popitem(last=False)

    def take_back(self, citizen_id: UUID) -> None:
        """Uncount an attempt whose code was right."""
        if self._wrong.get(citizen_id):
            self._wrong[citizen_id].pop()

    def _recent(self, citizen_id: UUID) -> list[float]:
        return [at for at in self._wrong.get(citizen_id, []) if at > time.monotonic() - WINDOW_S]


@dataclass(frozen=True, slots=True)
class Community:
    rules: CommunityRules
    boards: Boards
    throttle: JoinCodeThrottle = field(default_factory=JoinCodeThrottle)

    def district(self, code: str | None) -> DistrictView | None:
        found = self.rules.districts.get(code) if code is not None else None
        return None if found is None else DistrictView(code=found.code, name=bilingual(found.name))

    def periods(self, at: datetime) -> list[Period]:
        """Every period that has leaderboards at a moment."""
        return [period_of(name, day_of(at)) for name in PERIOD_NAMES]

    @classmethod
    def open(cls, methods: Container[str], redis: Redis) -> Community:
        """Load the community's rules. Raises CatalogueError."""
        return cls(load_community(methods), Boards(redis))

    async def take_off_boards(self, citizen_id: UUID, teams: Iterable[UUID], at: datetime) -> None:
        """Remove a citizen from Redis's boards now; readers ask for consent besides."""
        boards = [CITY, *map(district_board, self.rules.districts), *map(team_board, teams)]
        await self.boards.remove(self.periods(at), boards, citizen_id)
