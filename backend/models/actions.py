"""Lots and sums of points, reversals, causes and claims, reviews, scenes, partners' items and photos."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class ActionSum(Model):
    """A month of a citizen's actions of one method. Key: (citizen_id, month, method, is_verified)."""

    month = fields.DateField(primary_key=True)
    citizen_id = fields.UUIDField()
    method = fields.TextField()
    is_verified = fields.BooleanField()
    actions = fields.BigIntField()
    reduction_g = fields.BigIntField()
    points = fields.BigIntField()

    class Meta:
        table = "action_sums"


class Reversal(Model):
    """The reversal of an action. Key: (citizen_id, action_id)."""

    action_id = fields.UUIDField(primary_key=True)
    citizen_id = fields.UUIDField()
    id = fields.UUIDField()
    points = fields.BigIntField()
    points_short = fields.BigIntField()
    reason = fields.TextField()
    actor = fields.TextField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "reversals"


class Cause(Model):
    """A cause that citizens donate reductions to; an event's own cause has its `event_id`."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    slug = fields.TextField()
    event_id = fields.UUIDField(null=True)
    name_zh = fields.TextField()
    name_en = fields.TextField()
    about_zh = fields.TextField()
    about_en = fields.TextField()
    is_open = fields.BooleanField(default=True)
    donated_g = fields.BigIntField(default=0)
    donations = fields.BigIntField(default=0)
    created_at = fields.DatetimeField(auto_now_add=True)
    revision = fields.IntField(default=1)

    class Meta:
        table = "causes"


class ReductionClaim(Model):
    """The claim on a reduction that is no longer personal. Key: (citizen_id, action_id)."""

    action_id = fields.UUIDField(primary_key=True)
    citizen_id = fields.UUIDField()
    claim_state = fields.TextField()
    grams = fields.BigIntField()
    source_id = fields.UUIDField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "claims"


class Donation(Model):
    id = fields.UUIDField(primary_key=True)
    citizen_id = fields.UUIDField()
    cause_id = fields.UUIDField()
    grams = fields.BigIntField()
    actions = fields.IntField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "donations"


class Review(Model):
    """An action that staff review, or have reviewed."""

    id = fields.UUIDField(primary_key=True)
    citizen_id = fields.UUIDField()
    why = fields.TextField()
    state = fields.TextField(default="pending")
    method = fields.TextField()
    quantity = fields.DecimalField(max_digits=14, decimal_places=3, null=True)
    parameters = fields.JSONField[dict[str, object]](null=True)
    tier = fields.TextField()
    occurred_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    day = fields.DateField()
    scene_id = fields.UUIDField(null=True)
    scene_kind = fields.TextField(null=True)
    partner_id = fields.UUIDField(null=True)
    event_id = fields.UUIDField(null=True)
    gate = fields.SmallIntField(null=True)
    evidence = fields.JSONField[dict[str, object]](null=True)
    expected_by = fields.DatetimeField()
    created_at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.UUIDField(null=True)
    reason = fields.TextField(null=True)
    booked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "reviews"


class ReviewOpinion(Model):
    """What one member of staff says of an action under review. Key: (citizen_id, id)."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    citizen_id = fields.UUIDField()
    review_id = fields.UUIDField()
    staff_id = fields.UUIDField()
    opinion = fields.TextField()
    reason = fields.TextField()
    given_at = fields.DatetimeField()

    class Meta:
        table = "review_opinions"


class Scene(Model):
    """A certified scene."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    code = fields.TextField()
    kind = fields.TextField()
    name_zh = fields.TextField()
    name_en = fields.TextField()
    district = fields.TextField()
    address = fields.TextField(null=True)
    stars = fields.SmallIntField(null=True)
    grade = fields.TextField(null=True)
    lat = fields.FloatField(null=True)
    lon = fields.FloatField(null=True)
    is_open = fields.BooleanField(default=True)
    revision = fields.IntField(default=1)
    created_at = fields.DatetimeField(auto_now_add=True)
    organisation_id = fields.UUIDField(null=True)

    class Meta:
        table = "scenes"


class Photo(Model):
    """A photo that a citizen sent as evidence. Key: (citizen_id, sha256)."""

    sha256 = fields.BinaryField(primary_key=True)
    citizen_id = fields.UUIDField()
    bytes = fields.IntField()
    width = fields.IntField()
    height = fields.IntField()
    created_at = fields.DatetimeField()
    used_by = fields.UUIDField(null=True)
    used_key = fields.TextField(null=True)
    file_owner = fields.UUIDField(null=True)
    removed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "photos"
