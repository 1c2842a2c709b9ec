"""What happened at the doors, and names that were reported."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class SecurityRecord(Model):
    id = fields.UUIDField(primary_key=True, default=uuid7)
    # The database's clock: the application may not write it.
    at = fields.DatetimeField(generated=True)
    kind = fields.TextField()
    actor_id = fields.UUIDField(null=True)
    actor = fields.TextField(null=True)
    source = fields.TextField(null=True)
    subject = fields.TextField(null=True)
    reason = fields.TextField(null=True)
    occurrences = fields.IntField(default=1)

    class Meta:
        table = "security_records"


class NameReport(Model):
    id = fields.UUIDField(primary_key=True, default=uuid7)
    kind = fields.TextField()
    subject = fields.TextField()
    name = fields.TextField()
    why = fields.TextField()
    note = fields.TextField(null=True)
    reporter_id = fields.UUIDField(null=True)
    created_at = fields.DatetimeField(generated=True)
    decision = fields.TextField(null=True)
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.UUIDField(null=True)
    reason = fields.TextField(null=True)

    class Meta:
        table = "name_reports"
