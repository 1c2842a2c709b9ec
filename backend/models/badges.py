"""Imports of badges from files."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


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
    first_serial = fields.IntField(null=True)
    holder_serial = fields.IntField(null=True)

    @property
    def chain(self) -> int:
        """The serial of the first badge of the chain: what is kept of its holder stays when it is replaced."""
        return self.serial if self.first_serial is None else self.first_serial

    class Meta:
        table = "badges"


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
    reading = fields.JSONField[dict[str, object] | None](null=True)
    serial_from = fields.IntField(null=True)
    serial_to = fields.IntField(null=True)
    attempt = fields.IntField(default=1)
    alive_until = fields.DatetimeField()
    created_by = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "badge_imports"
