"""A periodic job, and the components that a worker gives it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from backend.catalogue import Catalogue
from backend.domain.operations.schedules import Rhythm
from backend.ledger.queue import LedgerQueue
from backend.messages.shape import Statement
from backend.outside.wechat_messages import SubscribeMessages
from backend.services.community.community import Community
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.redis import Redis
from backend.texts import both_names

Result = Mapping[str, int]
"""What a run did, in numbers: `{"expired": 12}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerComponents:
    """The components of a worker process, put together by backend.worker_assembly."""

    settings: Settings
    catalogue: Catalogue
    database: Database
    redis: Redis
    queue: LedgerQueue
    community: Community
    messages: SubscribeMessages | None
    """None: no mini-program is named in the settings, and notices stay in the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One row of the schedule. `run` may be interrupted anywhere and is then repeated, with the same result."""

    name: str
    rhythm: Rhythm
    run: Callable[[WorkerComponents], Awaitable[Result | None]]
    longest_s: float = 3600.0

    @property
    def about(self) -> Statement:
        """What it does."""
        return Statement(*both_names("job", self.name))

    @property
    def late(self) -> Statement:
        """What happens when it is late."""
        return Statement(*both_names("job", f"{self.name}.late"))
