"""Releases of figures to the public, and proposals to correct them."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class Disclosure(Model):
    """A release. `body` is its canonical JSON, byte for byte; append-only."""

    number = fields.CharField(max_length=32, primary_key=True)
    sequence = fields.BigIntField()
    kind = fields.TextField()
    subject = fields.TextField()
    period_from = fields.DateField()
    period_to = fields.DateField()
    event_id = fields.UUIDField(null=True)
    organisation_id = fields.UUIDField(null=True)
    corrects = fields.TextField(null=True)
    body = fields.BinaryField()
    sha256 = fields.BinaryField()
    previous_sha256 = fields.BinaryField(null=True)
    published_at = fields.DatetimeField()
    published_by = fields.UUIDField(null=True)

    class Meta:
        table = "disclosures"


class DisclosureCorrection(Model):
    """What one operator finds wrong in a release; `published` is the corrected one, after another agreed."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    number = fields.TextField()
    reason = fields.TextField()
    proposed_by = fields.UUIDField()
    proposed_at = fields.DatetimeField()
    decision = fields.TextField(null=True)
    decided_by = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField(null=True)
    published = fields.TextField(null=True)

    class Meta:
        table = "disclosure_corrections"
