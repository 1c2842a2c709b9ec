"""Scanning devices, gates' rules, every scan at a gate, and the badges inside."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class ScanDevice(Model):
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    name = fields.TextField()
    gates = fields.JSONField[list[int]]()
    onboarding_hash = fields.BinaryField()
    onboarding_expires_at = fields.DatetimeField()
    token_hash = fields.BinaryField(null=True)
    created_by = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)
    onboarded_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)
    last_seen_at = fields.DatetimeField(null=True)
    clock_offset_ms = fields.BigIntField(default=0)

    class Meta:
        table = "devices"


class GateSettings(Model):
    # The table's key is (event_id, gate).
    gate = fields.SmallIntField(primary_key=True, generated=False)
    event_id = fields.UUIDField()
    direction = fields.TextField(default="both")
    categories = fields.JSONField[list[str]]()
    opens_at = fields.DatetimeField(null=True)
    closes_at = fields.DatetimeField(null=True)
    is_entry_required = fields.BooleanField(default=True)
    hours = fields.JSONField[list[dict[str, object]]](default=list)
    changed_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "gate_settings"


class EntrySettings(Model):
    event_id = fields.UUIDField(primary_key=True)
    entry_policy = fields.TextField(default="once_per_event")
    hours = fields.JSONField[list[dict[str, object]]](default=list)
    changed_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "entry_settings"


class BadgeBlock(Model):
    # The table's key is (event_id, badge_serial); the serial is that of the chain's first badge.
    badge_serial = fields.IntField(primary_key=True, generated=False)
    event_id = fields.UUIDField()
    is_blocked = fields.BooleanField()
    changed_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "badge_blocks"


class GateScan(Model):
    """A scan at a gate. Key: (event_id, id)."""

    id = fields.UUIDField(primary_key=True)
    event_id = fields.UUIDField()
    device_id = fields.UUIDField()
    gate = fields.SmallIntField()
    badge_serial = fields.IntField(null=True)
    code_digest = fields.BinaryField()
    direction = fields.TextField()
    result = fields.TextField()
    is_admitted = fields.BooleanField()
    is_offline = fields.BooleanField()
    device_at = fields.DatetimeField()
    scanned_at = fields.DatetimeField()
    received_at = fields.DatetimeField()
    annulled_at = fields.DatetimeField(null=True)
    annulled_by = fields.UUIDField(null=True)

    class Meta:
        table = "gate_scans"


class GateOverride(Model):
    """Why staff let pass what a gate had refused."""

    # The table's key is (event_id, scan_id).
    scan_id = fields.UUIDField(primary_key=True)
    event_id = fields.UUIDField()
    refused_scan = fields.UUIDField()
    refusal = fields.TextField()
    reason = fields.TextField()
    note = fields.TextField(null=True)
    made_by = fields.TextField()

    class Meta:
        table = "gate_overrides"


class Presence(Model):
    # The table's key is (event_id, badge_serial); the serial is that of the chain's first badge.
    badge_serial = fields.IntField(primary_key=True, generated=False)
    event_id = fields.UUIDField()
    is_inside = fields.BooleanField()
    since = fields.DatetimeField()
    last_scan = fields.UUIDField(null=True)
    changed_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "presence"
