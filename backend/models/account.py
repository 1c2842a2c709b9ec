"""Receipts of erasures."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class Erasure(Model):
    """The receipt of an erasure: counts, and nobody's name or id."""

    id = fields.UUIDField(primary_key=True)
    at = fields.DatetimeField()
    erased = fields.JSONField[dict[str, int]]()
    age_band = fields.TextField(null=True)

    class Meta:
        table = "erasures"


class AccountMove(Model):
    """What moved from one account into another of the same person."""

    # The table's key is (citizen_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    citizen_id = fields.UUIDField()
    other_id = fields.UUIDField()
    kind = fields.TextField()
    points = fields.BigIntField()
    points_taken_back = fields.BigIntField()
    attendances = fields.IntField()
    attendances_staying = fields.IntField()
    actions = fields.BigIntField()
    answer = fields.BinaryField()
    moved_at = fields.DatetimeField()

    class Meta:
        table = "account_moves"


class MergedAccount(Model):
    """Whose an account is today that was moved."""

    other_id = fields.UUIDField(primary_key=True)
    citizen_id = fields.UUIDField()

    class Meta:
        table = "merged_accounts"
