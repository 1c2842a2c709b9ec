"""The regulator's desk: acknowledged alerts, drawn certificates and what was found of them, inspections."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class AlertAcknowledgement(Model):
    """A regulator has seen an alert and says what is done about it."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    alert = fields.TextField()
    subject = fields.TextField()
    since = fields.DatetimeField()
    note = fields.TextField()
    staff_id = fields.UUIDField()
    at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "alert_acknowledgements"


class CertificateSample(Model):
    """Certificates drawn at random; who has the seed and the numbers of all of them draws the same ones."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    serial = fields.BigIntField(generated=True)
    event_id = fields.UUIDField(null=True)
    period_from = fields.DateField(null=True)
    period_to = fields.DateField(null=True)
    remits = fields.JSONField[list[list[str | None]]]()
    seed = fields.TextField()
    size = fields.IntField()
    population = fields.BigIntField()
    reason = fields.TextField()
    drawn_by = fields.UUIDField()
    drawn_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "certificate_samples"


class CertificateCheck(Model):
    """What was found of one drawn certificate. Key: (sample_id, position, sequence)."""

    sample_id = fields.UUIDField(primary_key=True)
    position = fields.SmallIntField()
    sequence = fields.SmallIntField()
    certificate_number = fields.TextField()
    basis = fields.TextField()
    chain = fields.JSONField[list[dict[str, object]]]()
    is_ok = fields.BooleanField()
    checked_by = fields.UUIDField()
    checked_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "certificate_checks"


class Inspection(Model):
    """An inspection of an event or of an organisation; what was found stands in its entries."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    serial = fields.BigIntField(generated=True)
    event_id = fields.UUIDField(null=True)
    organisation_id = fields.UUIDField(null=True)
    purpose = fields.TextField()
    opened_by = fields.UUIDField()
    opened_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "inspections"


class InspectionEntry(Model):
    """A finding with its evidence, or the closing with the result. Key: (inspection_id, sequence)."""

    inspection_id = fields.UUIDField(primary_key=True)
    sequence = fields.IntField()
    kind = fields.TextField()
    text = fields.TextField()
    severity = fields.TextField(null=True)
    document_id = fields.UUIDField(null=True)
    sample_id = fields.UUIDField(null=True)
    result = fields.TextField(null=True)
    staff_id = fields.UUIDField()
    at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "inspection_entries"
