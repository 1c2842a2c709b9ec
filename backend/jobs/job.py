"""What a periodic job is, and what a worker has in its hands when it does one."""

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

Result = Mapping[str, int]
"""What a run did, in numbers: `{"expired": 12}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerComponents:
    """The parts of a worker process, put together by backend.assembly."""

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
    """A line of the table. `run` may be interrupted anywhere and is repeated then; twice does no more than once."""

    name: str
    rhythm: Rhythm
    run: Callable[[WorkerComponents], Awaitable[Result | None]]
    about: Statement
    late: Statement
    """What happens when it is late."""
    longest_s: float = 3600.0
