"""Events with their gates, and who of the venues' staff works at them."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


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
    agency = fields.TextField(null=True)
    template = fields.TextField(null=True)
    rank = fields.TextField(null=True)
    is_nominated = fields.BooleanField(default=False)
    is_demonstration = fields.BooleanField(default=False)
    expected_people = fields.IntField(null=True)
    target_pct = fields.SmallIntField(default=100)
    plan = fields.TextField(null=True)
    neutralises = fields.JSONField[list[str]](default=list)
    neutrality_scope = fields.TextField(default="attendees")
    evaluation = fields.JSONField[dict[str, object]](null=True)
    offset_ceiling_g = fields.BigIntField(null=True)
    companions_max = fields.SmallIntField(default=5)
    pools_paused_at = fields.DatetimeField(null=True)
    pools_paused_why = fields.TextField(null=True)
    frozen_at = fields.DatetimeField(null=True)
    frozen_why = fields.TextField(null=True)

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


class Tally(Model):
    """One cell of the live counts: an event's counts at one gate in one minute."""

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


class CityMember(Model):
    """One duty of a member of staff for the whole city, from when it was given to when it was taken away."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    staff_id = fields.UUIDField()
    duty = fields.TextField()
    added_by = fields.UUIDField()
    added_at = fields.DatetimeField(auto_now_add=True)
    removed_at = fields.DatetimeField(null=True)
    removed_by = fields.UUIDField(null=True)

    class Meta:
        table = "city_members"


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
