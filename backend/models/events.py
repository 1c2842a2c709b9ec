"""Credit batches, events and what belongs to an event."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class CreditBatch(Model):
    """Credits already retired in their registry; serials count grams, 1 … quantity_t × 1 000 000."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    product = fields.TextField()
    project_name = fields.TextField()
    vintage = fields.SmallIntField()
    quantity_t = fields.BigIntField()
    assigned_g = fields.BigIntField(default=0)
    retirement_ref = fields.TextField()
    retired_on = fields.DateField()
    price_per_t = fields.DecimalField(max_digits=12, decimal_places=2, null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "credit_batches"


class Event(Model):
    id = fields.UUIDField(primary_key=True, default=uuid7)
    code = fields.TextField()
    slug = fields.TextField()
    name_zh = fields.TextField()
    name_en = fields.TextField()
    kind = fields.TextField()
    city = fields.TextField()
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    boundary = fields.TextField()
    state = fields.TextField(default="draft")
    factor_set = fields.TextField()
    profile = fields.JSONField[dict[str, object]]()
    join_points = fields.IntField()
    revision = fields.IntField(default=1)
    created_by = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "events"


class Gate(Model):
    # The table's key is (event_id, gate).
    gate = fields.SmallIntField(primary_key=True, generated=False)
    event_id = fields.UUIDField()
    name_zh = fields.TextField()
    name_en = fields.TextField()

    class Meta:
        table = "gates"


class Badge(Model):
    # The table's key is (event_id, serial).
    serial = fields.IntField(primary_key=True, generated=False)
    event_id = fields.UUIDField()
    category = fields.TextField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "badges"


class Pool(Model):
    """The serials of a batch that an event may allocate, taken from the front."""

    # The table's key is (event_id, position).
    position = fields.IntField(primary_key=True, generated=False)
    event_id = fields.UUIDField()
    batch_id = fields.UUIDField()
    serial_from = fields.BigIntField()
    serial_to = fields.BigIntField()
    next_serial = fields.BigIntField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "pools"


class Tally(Model):
    """One cell of the live picture: an event's counts at one gate in one minute."""

    # The table's key is (event_id, gate, minute).
    minute = fields.DatetimeField(primary_key=True)
    event_id = fields.UUIDField()
    gate = fields.SmallIntField()
    joined = fields.BigIntField()
    footprints = fields.BigIntField()
    footprint_g = fields.BigIntField()
    offsets = fields.BigIntField()
    grams = fields.BigIntField()
    actions = fields.BigIntField()
    points = fields.BigIntField()
    revision = fields.BigIntField()

    class Meta:
        table = "tallies"
