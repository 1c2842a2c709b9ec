"""Jobs of the feed to Tianfu Credit: publish what changed, and hand it over."""

from __future__ import annotations

from backend.jobs.job import Result, WorkerComponents
from backend.outside.feed_receiver import FeedReceiver
from backend.services.feeds.feed import CreditFeed
from backend.services.feeds.publication import publish_facts
from backend.services.feeds.pushing import push_pages


async def publish_credit_feed(components: WorkerComponents) -> Result:
    """Publish facts that changed; nothing where there is no feed."""
    if not components.settings.keys("credit_feed_keys"):
        return {}
    return {"published": await publish_facts(components.database)}


async def push_credit_feed(components: WorkerComponents) -> Result:
    """Post new pages to the configured address."""
    settings = components.settings
    if not settings.credit_feed_url:
        return {}
    receiver = FeedReceiver(settings.credit_feed_url)
    try:
        feed = CreditFeed(components.database, settings)
        return {"taken": await push_pages(components.database, feed, receiver)}
    finally:
        await receiver.aclose()
