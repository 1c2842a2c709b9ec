"""Which features are open in which city."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class FeatureSwitch(Model):
    """A phase of a feature in a city, proposed and, once another operator agrees, in force."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    feature = fields.TextField()
    city = fields.TextField(null=True)
    phase = fields.TextField()
    people_pct = fields.SmallIntField(null=True)
    uses_per_day_max = fields.IntField(null=True)
    reason = fields.TextField()
    proposed_by = fields.UUIDField()
    proposed_at = fields.DatetimeField(auto_now_add=True)
    decision = fields.TextField(null=True)
    decided_by = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "feature_switches"
