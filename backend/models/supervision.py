"""What the supervising authority does: freezes of events, lists of organisations with their cases and appeals."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class EventFreeze(Model):
    """Why an event's allocation was stopped, from when to when, and by whom it was released."""

    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    cause = fields.TextField()
    entry_id = fields.UUIDField(null=True)
    reason = fields.TextField()
    frozen_by = fields.UUIDField()
    frozen_at = fields.DatetimeField()
    release_proposed_by = fields.UUIDField(null=True)
    release_proposed_at = fields.DatetimeField(null=True)
    release_reason = fields.TextField(null=True)
    ended_by = fields.UUIDField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "event_freezes"
