"""The product's own application with another queue: same routes, middleware, tokens, codes, commands and answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

import asyncpg
from starlette.applications import Starlette

from backend.app import create_app
from backend.auth import RevokedSessions, Tokens
from backend.catalogue import load_catalogue
from backend.components import Components
from backend.domain.qr_codes import CodeKeys
from backend.ledger.batch import Ledger
from backend.ledger.command import Command, Outcome
from backend.services.actions.scene_cache import SceneCache
from backend.services.events.event_cache import EventCache
from backend.services.scanned_place import ScannedPlaces
from backend.services.venue.poster_cache import PosterCache
from backend.services.venue.scans import Scans
from backend.settings import load_settings
from backend.storage.database import Database
from backend.storage.writer import Writer
from loadtests.world import BATCH, EVENT_CODE, EVENT_ID


class Queue(Protocol):
    """What stands where the product has its group commit."""

    async def submit(self, command: Command) -> Outcome: ...


class MakeQueue(Protocol):
    def __call__(self, ledger: Ledger, database: Database) -> Queue: ...


class _OneEvent(EventCache):
    """Knows the event without asking a database, as the product does from its second scan on."""

    async def of_code(self, event_code: str) -> Any:
        return EVENT_ID if event_code == EVENT_CODE else await super().of_code(event_code)


async def _no_writer() -> asyncpg.Connection:
    raise AssertionError("a baseline has no writer")


def app_with(make_queue: MakeQueue, *, has_database: bool) -> Starlette:
    """The product's application whose scans go to the queue that `make_queue` makes."""
    settings = load_settings()
    app = create_app(settings)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        catalogue = load_catalogue()
        database = Database(settings.database_url, pool_size_max=settings.pool_size_max)
        ledger = Ledger(Writer(_no_writer), catalogue, settings.public_base)
        ledger.credit_batches.remember(BATCH)
        if has_database:
            await database.open()
        codes = CodeKeys(settings.keys("code_keys"))
        queue: Any = make_queue(ledger, database)
        places = ScannedPlaces(codes, _OneEvent(), PosterCache(), SceneCache())
        try:
            made: dict[str, Any] = {
                "settings": settings,
                "catalogue": catalogue,
                "database": database,
                "tokens": Tokens(
                    settings.keys("token_keys"),
                    issuer=settings.issuer,
                    audience=settings.audience,
                    life_s=settings.access_token_s,
                ),
                "revoked": RevokedSessions(),
                "codes": codes,
                "ledger": ledger,
                "queue": queue,
                "scans": Scans(database, queue, places, ledger.footprints),
            }
            # Components that no scan asks for are absent.
            absent: dict[str, Any] = dict.fromkeys(Components.__dataclass_fields__)
            components = Components(**(absent | made))
            yield {"components": components}
        finally:
            if has_database:
                await database.close()

    app.router.lifespan_context = lifespan
    return app
