"""Receipts of erasures."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Erasure(Model):
    """The receipt of an erasure: counts, and nobody's name or id."""

    id = fields.UUIDField(primary_key=True)
    at = fields.DatetimeField()
    erased = fields.JSONField[dict[str, int]]()
    age_band = fields.TextField(null=True)

    class Meta:
        table = "erasures"
