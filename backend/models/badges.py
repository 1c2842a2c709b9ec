"""Imports of badges from files."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class BadgeImport(Model):
    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    sha256 = fields.BinaryField()
    state = fields.TextField()
    why = fields.TextField(null=True)
    rows_total = fields.IntField()
    rows_done = fields.IntField(default=0)
    errors = fields.JSONField[list[dict[str, object]]](default=list)
    errors_total = fields.IntField(default=0)
    serial_from = fields.IntField(null=True)
    serial_to = fields.IntField(null=True)
    attempt = fields.IntField(default=1)
    alive_until = fields.DatetimeField()
    created_by = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "badge_imports"
