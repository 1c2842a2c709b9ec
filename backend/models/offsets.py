"""Offsets after their scan: waits, revisions of the journey, changes, releases, payments."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class JourneyRevision(Model):
    """A revision of a journey. The scan's own footprint is revision 1 and is stored with the attendance."""

    citizen_id = fields.UUIDField(primary_key=True)
    event_id = fields.UUIDField()
    id = fields.UUIDField()
    revision = fields.SmallIntField()
    footprint_digest = fields.BinaryField()
    total_g = fields.BigIntField()
    delta_g = fields.BigIntField()
    basis = fields.TextField()
    created_at = fields.DatetimeField()
    lines_digest = fields.BinaryField(null=True)

    class Meta:
        table = "journey_revisions"


class OffsetWait(Model):
    """Grams that an attendee asked for when the pool held too little."""

    citizen_id = fields.UUIDField(primary_key=True)
    event_id = fields.UUIDField()
    sequence = fields.SmallIntField()
    asked_grams = fields.BigIntField()
    pay_with = fields.TextField()
    is_difference = fields.BooleanField()
    footprint_digest = fields.BinaryField()
    joined_at = fields.DatetimeField()
    created_at = fields.DatetimeField()
    held_for = fields.TextField(null=True)

    class Meta:
        table = "offset_waits"


class OffsetWaitEnd(Model):
    """The end of a wait; a wait without one is open."""

    citizen_id = fields.UUIDField(primary_key=True)
    event_id = fields.UUIDField()
    sequence = fields.SmallIntField()
    why = fields.TextField()
    ended_at = fields.DatetimeField()

    class Meta:
        table = "offset_wait_ends"


class OffsetChange(Model):
    """Grams that an offset gained or, when negative, lost after it was made."""

    citizen_id = fields.UUIDField(primary_key=True)
    event_id = fields.UUIDField()
    sequence = fields.SmallIntField()
    revision = fields.SmallIntField()
    grams = fields.BigIntField()
    created_at = fields.DatetimeField()
    ceiling_g = fields.BigIntField(null=True)

    class Meta:
        table = "offset_changes"


class OffsetRelease(Model):
    """Serials that an offset released; no other offset gets them."""

    # The table's key is (event_id, batch_id, serial_from).
    serial_from = fields.BigIntField(primary_key=True, generated=False)
    citizen_id = fields.UUIDField()
    event_id = fields.UUIDField()
    batch_id = fields.UUIDField()
    serial_to = fields.BigIntField()
    grams = fields.BigIntField()
    revision = fields.SmallIntField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "offset_releases"


class OffsetPayment(Model):
    """Points paid for an offset, or given back; `id` is the source of the transfers."""

    id = fields.UUIDField(primary_key=True)
    event_id = fields.UUIDField()
    citizen_id = fields.UUIDField()
    points = fields.BigIntField()
    points_per_kg = fields.IntField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "offset_payments"
