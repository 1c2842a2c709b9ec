"""Posts pages of the feed to the configured receiver, in their order, at least once each.

A page that the receiver does not take holds up those after it: order is what lets a receiver tell a repeat by its
number. The job fails then and is tried again, later each time; operators see it among the jobs.
"""

from __future__ import annotations

from datetime import UTC, datetime

from backend.outside.feed_receiver import FeedReceiver
from backend.services.feeds.feed import MEDIA_TYPE, CreditFeed
from backend.storage.database import Database
from backend.storage.statements import read, write

PAGES_MAX = 200
"""Of one run; the next one goes on."""


async def push_pages(database: Database, feed: CreditFeed, receiver: FeedReceiver) -> int:
    """Post the pages that the receiver has not taken; how many it took. Raises PageNotTaken."""
    taken = 0
    while taken < PAGES_MAX:
        rows = await read(database, "read_feed_undelivered")
        if not rows:
            break
        page = rows[0]["page"]
        body = await feed.page_bytes(page)
        signed = feed.signer.sign_request(
            url=receiver.url, media_type=MEDIA_TYPE, body=body, at=datetime.now(UTC)
        )
        await receiver.post(
            body, {"Content-Type": MEDIA_TYPE, "Idempotency-Key": f"{feed.name}/{page}"} | signed
        )
        await write("store_feed_delivery", page)
        taken += 1
    return taken
