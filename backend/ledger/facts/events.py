"""Events as the ledger's rules need them, remembered by revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from backend.domain.days import day_of
from backend.domain.events.years import YEAR_TEMPLATES
from backend.domain.footprint.footprint import EventProfile
from backend.messages.encoding import encode
from backend.messages.events.scans import EventBrief
from backend.messages.shape import Bilingual, view_of

if TYPE_CHECKING:
    from backend.ledger.state import LedgerState
    from backend.storage.transaction import Transaction


class EventFacts(msgspec.Struct, frozen=True):
    """An event as the ledger needs it; a new `revision` is another EventFacts."""

    id: UUID
    code: str
    slug: str
    name_zh: str
    name_en: str
    city: str
    starts_at: datetime
    ends_at: datetime
    boundary: str
    state: str
    factor_set: str
    join_points: int
    revision: int
    profile: EventProfile
    offset_ceiling_g: int | None
    """What one person may take from the pool, in gCO2e, as the organiser set it; None: by the factor set."""
    pools_paused_at: datetime | None
    template: str | None
    frozen_at: datetime | None
    brief: msgspec.Raw
    """The field `event` of every answer, encoded once."""

    @property
    def is_running(self) -> bool:
        """Whether people may join it and log actions there: nobody takes part in an organisation's year."""
        return self.state == "running" and self.template not in YEAR_TEMPLATES

    @property
    def is_paused(self) -> bool:
        """Whether staff have stopped the pool: nobody is given grams, and who asks waits."""
        return self.pools_paused_at is not None

    @property
    def is_frozen(self) -> bool:
        """Whether the supervising authority has stopped the event: nobody is given grams, and who asks waits."""
        return self.frozen_at is not None


class EventMemory:
    """Events that were loaded before: their profiles are read again only after a change."""

    def __init__(self) -> None:
        self._events: dict[UUID, EventFacts] = {}

    async def load(self, transaction: Transaction, state: LedgerState, events: Iterable[UUID]) -> None:
        """Lock these events against a change of their state, and know them."""
        for row in await transaction.lock("lock_events", sorted(events)):
            known = self._events.get(row["id"])
            if known is None or known.revision != row["revision"]:
                known = self._events[row["id"]] = event_facts(row)
            state.events[row["id"]] = known


def event_facts(row: Mapping[str, Any]) -> EventFacts:
    """Facts of a row of `events`; `profile` there is JSON text with what the organiser set."""
    name = Bilingual(row["name_zh"], row["name_en"])
    brief = EventBrief(slug=row["slug"], name=name, city=row["city"])
    stored = row["profile"]
    settings: dict[str, Any] = (
        msgspec.json.decode(stored) if isinstance(stored, str | bytes) else dict(stored)
    )
    neutralises = row["neutralises"]
    if isinstance(neutralises, str | bytes):
        neutralises = msgspec.json.decode(neutralises)
    profile = msgspec.convert(
        settings
        | {
            "city": row["city"],
            "starts_day": day_of(row["starts_at"]),
            "ends_day": day_of(row["ends_at"]),
            "factor_set": row["factor_set"],
            "boundary": row["boundary"],
            "neutralises": neutralises,
        },
        EventProfile,
    )
    return view_of(EventFacts, row, profile=profile, brief=msgspec.Raw(encode(brief)))
