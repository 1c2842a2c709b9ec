"""Steps, documents and the points budget of an event."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class EventBudget(Model):
    """The price in points of a kilogram offset at an event, and the points that may be and were spent."""

    event_id = fields.UUIDField(primary_key=True, generated=False)
    points_per_kg = fields.IntField()
    points_budget = fields.BigIntField()
    points_spent = fields.BigIntField(default=0)

    class Meta:
        table = "event_budgets"


class EventStep(Model):
    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    from_state = fields.TextField(null=True)
    to_state = fields.TextField()
    actor = fields.UUIDField()
    note = fields.TextField(null=True)
    at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "event_steps"


class EventDocument(Model):
    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    kind = fields.TextField()
    sha256 = fields.BinaryField()
    media_type = fields.TextField()
    bytes = fields.BigIntField()
    name = fields.TextField()
    uploaded_by = fields.UUIDField()
    at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "event_documents"
