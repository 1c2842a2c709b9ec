"""Who of the venues' staff works at which event."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class EventMember(Model):
    """One duty of a member of staff at an event, from when it was given to when it was taken away."""

    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    staff_id = fields.UUIDField()
    duty = fields.TextField()
    added_by = fields.UUIDField()
    added_at = fields.DatetimeField(auto_now_add=True)
    removed_at = fields.DatetimeField(null=True)
    removed_by = fields.UUIDField(null=True)

    class Meta:
        table = "event_members"
