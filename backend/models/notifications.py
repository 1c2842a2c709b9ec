"""What citizens are told, and how often WeChat may tell it."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class Notice(Model):
    """What a citizen is told. The table's key is (citizen_id, id)."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    citizen_id = fields.UUIDField()
    kind = fields.TextField()
    topic_key = fields.TextField()
    facts = fields.JSONField[dict[str, object]]()
    delivery = fields.TextField(default="inbox")
    created_at = fields.DatetimeField(auto_now_add=True)
    read_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notices"


class Subscription(Model):
    """Messages of one template that WeChat will take for a citizen. The table's key is (citizen_id, template)."""

    template = fields.CharField(max_length=40, primary_key=True)
    citizen_id = fields.UUIDField()
    accepts = fields.IntField(default=0)
    language = fields.TextField(default="zh-CN")
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "subscriptions"
