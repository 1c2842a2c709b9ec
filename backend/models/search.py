"""What the public search finds, one row for each thing; kept by triggers of migration 0059."""

from __future__ import annotations

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model


class SearchItem(Model):
    """A public thing as the search knows it. `folded_*` and `keys` are compared, `grams` are pieces of its texts."""

    # The table's key is (kind, key).
    key = fields.CharField(max_length=200, primary_key=True)
    kind = fields.TextField()
    id = fields.UUIDField()
    at = fields.DatetimeField()
    name_zh = fields.TextField()
    name_en = fields.TextField()
    sort = fields.TextField(null=True)
    city = fields.TextField(null=True)
    agency = fields.TextField(null=True)
    year = fields.SmallIntField(null=True)
    state = fields.TextField(null=True)
    is_demonstration = fields.BooleanField(default=False)
    is_verifier = fields.BooleanField(default=False)
    note = fields.TextField(null=True)
    folded_key = fields.TextField()
    folded_zh = fields.TextField()
    folded_en = fields.TextField()
    keys = ArrayField(element_type="text")
    grams = ArrayField(element_type="text")

    class Meta:
        table = "search_items"
