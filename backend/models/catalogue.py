"""Entries of the catalogue as they were published."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class CatalogueEntry(Model):
    """One published factor, factor set, method or points rule, as it was when published."""

    # The table's key is (kind, id, version).
    id = fields.CharField(max_length=256, primary_key=True)
    kind = fields.TextField()
    version = fields.TextField()
    digest = fields.BinaryField()
    body = fields.JSONField[dict[str, object]]()
    published_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "catalogue_entries"


class CatalogueDraft(Model):
    """A version of a method, or a points rule, that is being written, with its effect on the last days."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    kind = fields.TextField()
    subject = fields.TextField()
    base = fields.TextField()
    body = fields.JSONField[dict[str, object]]()
    revision = fields.IntField(default=1)
    state = fields.TextField(default="draft")
    reason = fields.TextField()
    written_by = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)
    effect = fields.JSONField[dict[str, object] | None](null=True)
    effect_cursor = fields.UUIDField(null=True)
    effect_done_at = fields.DatetimeField(null=True)
    proposed_by = fields.UUIDField(null=True)
    proposed_at = fields.DatetimeField(null=True)
    decided_by = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField(null=True)
    decision_reason = fields.TextField(null=True)

    class Meta:
        table = "catalogue_drafts"
