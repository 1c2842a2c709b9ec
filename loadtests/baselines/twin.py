"""The scan without its database: all that the product computes, decided at once on rows made in memory.

What the product takes longer than this is the price of durability: the queue, the rows, the commit.
"""

from __future__ import annotations

from starlette.applications import Starlette

from backend.domain.credits.allocation import PoolRange
from backend.ledger.batch import Ledger
from backend.ledger.command import Command, Outcome
from backend.ledger.commands.join_event import JoinEvent
from backend.ledger.facts.attendances import BadgeFacts
from backend.ledger.facts.events import event_facts
from backend.ledger.state import LedgerState
from backend.storage.database import Database
from loadtests.baselines.replaced import app_with
from loadtests.world import BATCH_ID, EVENT_ID, POOL_G, event_row

BADGE = BadgeFacts(None, False)


class InMemory:
    """Decides each command on a state of its own: everybody is there for the first time and has no points."""

    def __init__(self, ledger: Ledger, database: Database) -> None:
        self._ledger = ledger
        self._event = event_facts(event_row())
        self._pool = [PoolRange(1, BATCH_ID, 1, POOL_G)]

    async def submit(self, command: Command) -> Outcome:
        state = LedgerState()
        state.balances[command.citizen_id] = 0
        state.events[EVENT_ID] = self._event
        state.pools[EVENT_ID] = self._pool
        if isinstance(command, JoinEvent) and command.badge_serial is not None:
            state.badges[(EVENT_ID, command.badge_serial)] = BADGE
        outcome = self._ledger.decide(command, state)
        for event_id, digest in state.new_footprints:
            self._ledger.footprints.mark_stored(event_id, digest)
        return outcome


def create_app() -> Starlette:
    return app_with(InMemory, has_database=False)
