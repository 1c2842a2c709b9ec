"""An event's inventory: lines of activity data, ticket lists, groups declared as none, reduction measures."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class InventoryLine(Model):
    """A quantity of one source. `grouping` is its group; `unit_g` gCO2e of one unit."""

    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    phase = fields.TextField()
    grouping = fields.TextField()
    source = fields.TextField()
    meter = fields.TextField(null=True)
    quantity = fields.DecimalField(max_digits=20, decimal_places=6)
    unit = fields.TextField()
    starts_on = fields.DateField()
    ends_on = fields.DateField()
    factor_id = fields.TextField(null=True)
    factor_value = fields.DecimalField(max_digits=40, decimal_places=20)
    factor_unit = fields.TextField()
    factor_source = fields.TextField(null=True)
    unit_g = fields.DecimalField(max_digits=40, decimal_places=20)
    emission_g = fields.BigIntField()
    quality = fields.SmallIntField()
    document_id = fields.UUIDField(null=True)
    note = fields.TextField(null=True)
    supersedes = fields.UUIDField(null=True)
    import_id = fields.UUIDField(null=True)
    created_by = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "inventory_lines"


class InventoryPeople(Model):
    """A row of a ticket list."""

    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    list_id = fields.UUIDField()
    category = fields.TextField()
    day = fields.DateField(null=True)
    people = fields.IntField()
    source = fields.TextField()
    created_by = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "inventory_people"


class InventoryAbsence(Model):
    """A group of which the event has nothing."""

    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    phase = fields.TextField()
    grouping = fields.TextField()
    reason = fields.TextField()
    created_by = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "inventory_absences"


class InventoryMeasure(Model):
    """A reduction measure against its baseline."""

    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    grouping = fields.TextField()
    measure = fields.TextField()
    baseline = fields.TextField()
    baseline_g = fields.BigIntField()
    reduction_g = fields.BigIntField()
    document_id = fields.UUIDField(null=True)
    created_by = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "inventory_measures"
