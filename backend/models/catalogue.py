"""Entries of the catalogue as they were published."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


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
