"""The feed of organisations' facts to Tianfu Credit."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model


class FeedItem(Model):
    """One fact as it was published, byte for byte; pages are what one publication wrote at once."""

    sequence = fields.BigIntField(primary_key=True, generated=False)
    previous = fields.BigIntField(null=True)
    page = fields.BigIntField()
    subject = fields.TextField()
    facts = fields.JSONField[dict[str, Any]]()
    facts_digest = fields.BinaryField()
    body = fields.BinaryField()
    published_at = fields.DatetimeField()

    class Meta:
        table = "feed_items"


class FeedDelivery(Model):
    """A page that the configured receiver has taken."""

    page = fields.BigIntField(primary_key=True, generated=False)
    delivered_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "feed_deliveries"
