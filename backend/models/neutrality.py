"""Neutrality beyond events: the years of venues, enterprises and institutions."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


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
