"""Projects behind the credits, their plantings, and the surplus of events."""

from __future__ import annotations

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
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
    barrier = fields.TextField(null=True)
    is_demonstration = fields.BooleanField(default=False)
    planned_t = fields.BigIntField(null=True)

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
    evidence = fields.BinaryField(null=True)

    class Meta:
        table = "plantings"


class ProjectEvidence(Model):
    """A photo or document of a project's reports. Key: (project_id, sha256)."""

    # The table's key is (project_id, sha256).
    sha256 = fields.BinaryField(primary_key=True)
    project_id = fields.UUIDField()
    media_type = fields.TextField()
    bytes = fields.BigIntField()
    sent_by = fields.UUIDField()
    sent_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "project_evidence"


class ProjectActivity(Model):
    """An event at which people plant or repair for a project."""

    event_id = fields.UUIDField(primary_key=True)
    project_id = fields.UUIDField()
    added_by = fields.UUIDField()
    added_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "project_activities"


class CreditBatch(Model):
    """Credits; once retired in their registry they may be given away. Serials count grams, 1 … quantity_t × 1 000 000.

    `registry_serial_from` and `_to` are the registry's own, one per tonne; `serial_space`, `serial_first` and
    `serial_last` are the same in a form that can be compared; so is `retirement_key` of the retirement. Whoever stands
    in `told_by` never confirms the batch; `proposed_details` take effect when somebody else than `proposed_by` agrees.
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
    retirement_key = fields.TextField(null=True)
    developer_id = fields.UUIDField(null=True)
    needs_confirmation = fields.BooleanField(default=False)
    told_by = ArrayField(element_type="uuid", default=list)
    revision = fields.IntField(default=0)
    confirmed_by = fields.UUIDField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    proposed_details = fields.JSONField[dict[str, object] | None](null=True)
    proposed_by = fields.UUIDField(null=True)

    class Meta:
        table = "credit_batches"


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
