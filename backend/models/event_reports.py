"""Published reports of events."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class EventReport(Model):
    """A published report: `body` is its JSON, `digest` the SHA-256 of those bytes."""

    # The table's key is (event_id, revision).
    revision = fields.IntField(primary_key=True, generated=False)
    event_id = fields.UUIDField()
    body = fields.BinaryField()
    digest = fields.BinaryField()
    made_by = fields.UUIDField(null=True)
    made_at = fields.DatetimeField()
    is_final = fields.BooleanField()

    class Meta:
        table = "event_reports"
