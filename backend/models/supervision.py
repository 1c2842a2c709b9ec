"""What the supervising authority does: freezes, lists with cases and appeals, alerts, samples, inspections."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7

Evidence = list[dict[str, object]]


class EventFreeze(Model):
    """Why an event's allocation was stopped, from when to when, and by whom it was released."""

    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    cause = fields.TextField()
    entry_id = fields.UUIDField(null=True)
    reason = fields.TextField()
    frozen_by = fields.UUIDField()
    frozen_at = fields.DatetimeField()
    release_proposed_by = fields.UUIDField(null=True)
    release_proposed_at = fields.DatetimeField(null=True)
    release_reason = fields.TextField(null=True)
    ended_by = fields.UUIDField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "event_freezes"


class ListEntry(Model):
    """An organisation on the green, black or negative list: proposed, heard, published, ended."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    list = fields.TextField()
    organisation_id = fields.UUIDField()
    state = fields.TextField()
    reason = fields.TextField()
    rule = fields.TextField(null=True)
    evidence = fields.JSONField[Evidence]()
    publisher = fields.TextField()
    valid_from = fields.DateField(null=True)
    valid_to = fields.DateField(null=True)
    proposed_by = fields.UUIDField()
    proposed_at = fields.DatetimeField()
    hearing_until = fields.DateField(null=True)
    statement = fields.TextField(null=True)
    statement_by = fields.UUIDField(null=True)
    statement_at = fields.DatetimeField(null=True)
    confirmed_by = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField(null=True)
    decision_reason = fields.TextField(null=True)
    published_at = fields.DatetimeField(null=True)
    removal_proposed_by = fields.UUIDField(null=True)
    removal_proposed_at = fields.DatetimeField(null=True)
    removal_reason = fields.TextField(null=True)
    ended_by = fields.UUIDField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "list_entries"


class ListAppeal(Model):
    """An organisation's appeal against its entry, one for each entry."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    entry_id = fields.UUIDField()
    text = fields.TextField()
    state = fields.TextField(default="open")
    filed_by = fields.UUIDField()
    filed_at = fields.DatetimeField()
    decided_by = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField(null=True)
    decision_reason = fields.TextField(null=True)

    class Meta:
        table = "list_appeals"


class ListCase(Model):
    """What a detector of the negative list found, for people to look at."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    rule = fields.TextField()
    subject = fields.TextField()
    organisation_id = fields.UUIDField(null=True)
    facts = fields.JSONField[dict[str, object]]()
    facts_digest = fields.BinaryField()
    state = fields.TextField(default="open")
    found_at = fields.DatetimeField()
    decided_by = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField(null=True)
    decision_reason = fields.TextField(null=True)
    entry_id = fields.UUIDField(null=True)

    class Meta:
        table = "list_cases"


class SerialRefusal(Model):
    """A retirement or a range of serials that the register refused because it stands there already."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    code = fields.TextField()
    staff_id = fields.UUIDField()
    developer_id = fields.UUIDField(null=True)
    tried = fields.TextField()
    at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "serial_refusals"


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
