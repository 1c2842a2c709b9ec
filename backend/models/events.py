"""Credit batches, and events with their gates, badges and pools."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class CreditBatch(Model):
    """A batch of credits, which events allocate once it is retired.

    Serials count grams, 1 … quantity_t × 1 000 000. `registry_serial_from` and `_to` are the registry's own, one per
    tonne; `serial_space`, `serial_first` and `serial_last` are the same in a form that can be compared.
    """

    id = fields.UUIDField(primary_key=True, default=uuid7)
    product = fields.TextField()
    project_name = fields.TextField()
    vintage = fields.SmallIntField()
    quantity_t = fields.BigIntField()
    assigned_g = fields.BigIntField(default=0)
    retirement_ref = fields.TextField(null=True)
    retired_on = fields.DateField(null=True)
    price_per_t = fields.DecimalField(max_digits=12, decimal_places=2, null=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    status = fields.TextField(default="retired")
    is_ex_ante = fields.BooleanField(default=False)
    project_id = fields.UUIDField(null=True)
    registry = fields.TextField(null=True)
    vintage_start = fields.DateField(null=True)
    vintage_end = fields.DateField(null=True)
    methodology = fields.TextField(null=True)
    monitoring_period = fields.TextField(null=True)
    registration_no = fields.TextField(null=True)
    approved_by = fields.TextField(null=True)
    approval_doc = fields.TextField(null=True)
    registry_serial_from = fields.TextField(null=True)
    registry_serial_to = fields.TextField(null=True)
    serial_space = fields.TextField(null=True)
    serial_first = fields.BigIntField(null=True)
    serial_last = fields.BigIntField(null=True)
    purpose = fields.TextField(null=True)
    beneficiary = fields.TextField(null=True)
    origin_tag = fields.TextField(null=True)
    price_as_of = fields.DateField(null=True)
    price_source = fields.TextField(null=True)
    proof_sha256 = fields.BinaryField(null=True)
    published_at = fields.DatetimeField(null=True)
    voided_at = fields.DatetimeField(null=True)
    void_reason = fields.TextField(null=True)

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
    agency = fields.TextField(null=True)
    template = fields.TextField(null=True)
    is_demonstration = fields.BooleanField(default=False)
    expected_people = fields.IntField(null=True)
    target_pct = fields.SmallIntField(default=100)
    plan = fields.TextField(null=True)
    neutralises = fields.JSONField[list[str]](default=list)
    neutrality_scope = fields.TextField(default="attendees")
    evaluation = fields.JSONField[dict[str, object]](null=True)

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
    holder_ref = fields.TextField(null=True)
    label = fields.TextField(null=True)
    alias = fields.TextField(null=True)
    alias_changed_at = fields.DatetimeField(null=True)
    reissued_as = fields.IntField(null=True)
    revoked_why = fields.TextField(null=True)

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
