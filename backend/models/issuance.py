"""Issuance budgets and what was done to them, and points that wait for a first proven act."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class IssuanceBudget(Model):
    """How many points a sponsor pays for, and how many of them were issued or are reserved."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    sponsor = fields.TextField()
    partner_id = fields.UUIDField(null=True)
    event_id = fields.UUIDField(null=True)
    name_zh = fields.TextField()
    name_en = fields.TextField()
    total_points = fields.BigIntField()
    issued_points = fields.BigIntField(default=0)
    yuan_per_point = fields.DecimalField(max_digits=10, decimal_places=4, null=True)
    opened_by = fields.UUIDField(null=True)
    opened_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "issuance_budgets"


class IssuanceBudgetChange(Model):
    """Staff opened, raised, lowered or closed a budget. Key: (budget_id, sequence)."""

    sequence = fields.IntField(primary_key=True, generated=False)
    budget_id = fields.UUIDField()
    kind = fields.TextField()
    points_before = fields.BigIntField()
    points_after = fields.BigIntField()
    actor = fields.UUIDField(null=True)
    reason = fields.TextField()
    at = fields.DatetimeField()

    class Meta:
        table = "issuance_budget_changes"


class IssuanceBudgetDay(Model):
    """What a budget had issued at the end of a day. Key: (budget_id, day)."""

    day = fields.DateField(primary_key=True)
    budget_id = fields.UUIDField()
    issued_points = fields.BigIntField()

    class Meta:
        table = "issuance_budget_days"


class PendingPoints(Model):
    """Points that wait for their account's first proven act. Key: (citizen_id, source_id, reason)."""

    source_id = fields.UUIDField(primary_key=True)
    citizen_id = fields.UUIDField()
    reason = fields.TextField()
    points = fields.BigIntField()
    budget_id = fields.UUIDField()
    day = fields.DateField()
    lapses_on = fields.DateField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "pending_points"


class PendingPointsEnd(Model):
    """What became of points that waited. Key: (citizen_id, source_id, reason)."""

    source_id = fields.UUIDField(primary_key=True)
    citizen_id = fields.UUIDField()
    reason = fields.TextField()
    why = fields.TextField()
    ended_at = fields.DatetimeField()

    class Meta:
        table = "pending_point_ends"
