"""Neutrality beyond events: the years of venues, enterprises and institutions."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class EventYear(Model):
    """Whose year an event is; `within` is the enterprise's or institution's year that counts this venue's year."""

    event_id = fields.UUIDField(primary_key=True)
    organisation_id = fields.UUIDField()
    scene_id = fields.UUIDField(null=True)
    starts_on = fields.DateField()
    ends_on = fields.DateField()
    within = fields.UUIDField(null=True)

    class Meta:
        table = "event_years"


class EventYearMonth(Model):
    """A month that a scene's or an organisation's year takes. Key: (subject, month)."""

    # The table's key is (subject, month).
    month = fields.DateField(primary_key=True)
    subject = fields.UUIDField()
    event_id = fields.UUIDField()

    class Meta:
        table = "event_year_months"


class SceneCertification(Model):
    """A certifier's assessment of a scene against published criteria, for a term; a second person decides about it."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    scene_id = fields.UUIDField()
    organisation_id = fields.UUIDField()
    criteria = fields.TextField()
    points = fields.JSONField[dict[str, int]]()
    score = fields.DecimalField(max_digits=5, decimal_places=2)
    valid_from = fields.DateField()
    valid_to = fields.DateField()
    proposed_by = fields.UUIDField()
    proposed_at = fields.DatetimeField(auto_now_add=True)
    decision = fields.TextField(null=True)
    decided_by = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField(null=True)
    decided_why = fields.TextField(null=True)
    withdrawn_by = fields.UUIDField(null=True)
    withdrawn_at = fields.DatetimeField(null=True)
    withdrawn_why = fields.TextField(null=True)

    class Meta:
        table = "scene_certifications"
