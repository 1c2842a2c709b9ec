"""What the community's services share: its rules, the leaderboards, the brake on guessed joining codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.catalogue import Catalogue
from backend.catalogue.community import CommunityRules, load_community
from backend.domain.community.periods import PERIOD_NAMES, Period, period_of
from backend.domain.community.policies import Policies
from backend.domain.days import day_of
from backend.errors.community.community import TooManyJoinings
from backend.messages.catalogue.catalogue import bilingual
from backend.messages.community.community import DistrictView
from backend.services.security.code_throttle import CodeThrottle
from backend.storage.redis import Redis
from backend.storage.redis_leaderboards import CITY, Boards, district_board, team_board


@dataclass(frozen=True, slots=True)
class Community:
    catalogue: Catalogue
    rules: CommunityRules
    boards: Boards
    throttle: CodeThrottle

    @property
    def policies(self) -> Policies:
        return self.catalogue.policies

    def district(self, code: str | None) -> DistrictView | None:
        found = self.rules.districts.get(code) if code is not None else None
        return None if found is None else DistrictView(code=found.code, name=bilingual(found.name))

    def periods(self, at: datetime) -> list[Period]:
        """Every period that has leaderboards at a moment."""
        return [period_of(name, day_of(at)) for name in PERIOD_NAMES]

    @classmethod
    def open(cls, catalogue: Catalogue, redis: Redis) -> Community:
        """Load the community's rules. Raises CatalogueError."""
        throttle = CodeThrottle(redis, "joining", TooManyJoinings)
        return cls(catalogue, load_community(catalogue.methods), Boards(redis), throttle)

    async def take_off_boards(self, citizen_id: UUID, teams: Iterable[UUID], at: datetime) -> None:
        """Remove a citizen from Redis's boards now; readers ask for consent besides."""
        boards = [CITY, *map(district_board, self.rules.districts), *map(team_board, teams)]
        await self.boards.remove(self.periods(at), boards, citizen_id)
