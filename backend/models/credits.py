"""Projects behind the credits, their plantings, and the surplus of events."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class Project(Model):
    """A project that reductions come from; `is_ex_ante`: planted and not grown, nothing of it can be retired."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    code = fields.TextField()
    name_zh = fields.TextField()
    name_en = fields.TextField()
    product = fields.TextField()
    category = fields.TextField()
    methodology = fields.TextField(null=True)
    registry = fields.TextField(null=True)
    registration_no = fields.TextField(null=True)
    country = fields.TextField(default="CN")
    location = fields.TextField(null=True)
    origin_tag = fields.TextField(null=True)
    approved_by = fields.TextField(null=True)
    approval_doc = fields.TextField(null=True)
    is_ex_ante = fields.BooleanField(default=False)
    species = fields.TextField(null=True)
    area_ha = fields.DecimalField(max_digits=12, decimal_places=2, null=True)
    polygon = fields.JSONField[list[list[float]]](null=True)
    schedule = fields.JSONField[list[dict[str, object]]](null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "projects"


class Planting(Model):
    """Plants of a species set on a day, or counted alive later."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    project_id = fields.UUIDField()
    kind = fields.TextField()
    day = fields.DateField()
    species = fields.TextField()
    plants = fields.IntField()
    area_ha = fields.DecimalField(max_digits=12, decimal_places=2, null=True)
    note = fields.TextField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "plantings"


class Surplus(Model):
    """Credits retired for an event that are nobody's offset, as of its closing."""

    event_id = fields.UUIDField(primary_key=True)
    grams = fields.BigIntField()
    unused_g = fields.BigIntField()
    released_g = fields.BigIntField()
    by_batch = fields.JSONField[list[dict[str, object]]]()
    at = fields.DatetimeField()

    class Meta:
        table = "surpluses"
