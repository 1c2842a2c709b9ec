"""Publishes what has changed about organisations, in one order without holes.

Items are compared with the facts in the tables, so nothing has to remember to tell the feed: what changed while no
worker ran is found by the next run. Numbers are given under a lock that ends with the transaction, so a reader that has
seen a number has seen all before it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from backend.domain.certificates.canonical_json import canonical_bytes
from backend.domain.days import day_of
from backend.messages.feeds import Fact, FeedItemView
from backend.storage.database import Database
from backend.storage.statements import lock, read, write

PAGE_ITEMS_MAX = 100
PAGES_MAX = 1000
"""Of one run; the next one finds the rest."""
_FACT = msgspec.json.Decoder(Fact)


async def publish_facts(database: Database) -> int:
    """Append what the feed has not said yet, page by page; how many items. One publication at a time."""
    published = 0
    for _ in range(PAGES_MAX):
        count = await _publish_page(database)
        published += count
        if count < PAGE_ITEMS_MAX:
            break
    return published


async def _publish_page(database: Database) -> int:
    async with database.transaction():
        [turn] = await lock("lock_feed")
        if not turn["is_ours"]:
            return 0
        today = day_of(datetime.now(UTC))
        rows = await read(database, "read_feed_changes", PAGE_ITEMS_MAX, today)
        if not rows:
            return 0
        [end] = await read(database, "read_feed_end")
        first, now = end["sequence"] + 1, datetime.now(UTC)
        bodies = [
            _body(first + place, now, _FACT.decode(row["facts"].encode())) for place, row in enumerate(rows)
        ]
        await write(
            "store_feed_items",
            first,
            end["page"] + 1,
            [row["subject"] for row in rows],
            [row["facts"] for row in rows],
            [row["digest"] for row in rows],
            bodies,
            now,
        )
    return len(rows)


def _body(sequence: int, now: datetime, fact: Fact) -> bytes:
    """An item as it is sent. Only what the messages name gets here: decoding refuses any other field."""
    return canonical_bytes(msgspec.to_builtins(FeedItemView(sequence=sequence, published_at=now, fact=fact)))
