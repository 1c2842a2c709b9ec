"""Periodic jobs, single tasks, citizens' notices and the WeChat messages they accepted."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class Job(Model):
    """A periodic job, the worker that leases it, and its last run."""

    name = fields.CharField(max_length=40, primary_key=True)
    rhythm_zh = fields.TextField()
    rhythm_en = fields.TextField()
    about_zh = fields.TextField()
    about_en = fields.TextField()
    next_at = fields.DatetimeField()
    wanted_at = fields.DatetimeField(null=True)
    lease_until = fields.DatetimeField(null=True)
    leased_by = fields.TextField(null=True)
    last_started_at = fields.DatetimeField(null=True)
    last_ended_at = fields.DatetimeField(null=True)
    last_result = fields.JSONField[dict[str, int]](null=True)
    last_error = fields.TextField(null=True)
    failures = fields.IntField(default=0)
    runs = fields.BigIntField(default=0)

    class Meta:
        table = "jobs"


class Task(Model):
    """A single task in the outbox. Key: (citizen_id, id)."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    citizen_id = fields.UUIDField()
    kind = fields.TextField()
    topic_key = fields.TextField()
    body = fields.JSONField[dict[str, object]]()
    created_at = fields.DatetimeField(auto_now_add=True)
    not_before = fields.DatetimeField(auto_now_add=True)
    attempts = fields.IntField(default=0)
    leased_until = fields.DatetimeField(null=True)
    done_at = fields.DatetimeField(null=True)
    failed_at = fields.DatetimeField(null=True)
    last_error = fields.TextField(null=True)

    class Meta:
        table = "outbox"
