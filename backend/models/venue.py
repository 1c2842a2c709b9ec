"""Screens, posters and their windows, citizens' passes, companions."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class Screen(Model):
    """A machine that shows one gate's codes; only the SHA-256 of its link and token is stored."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    gate = fields.SmallIntField()
    key_hash = fields.BinaryField()
    key_expires_at = fields.DatetimeField()
    token_hash = fields.BinaryField(null=True)
    opened_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)
    created_by = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "screens"


class Poster(Model):
    # The table's key is (event_id, number).
    number = fields.IntField(primary_key=True, generated=False)
    event_id = fields.UUIDField()
    gate = fields.SmallIntField()
    name = fields.TextField()
    created_by = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "posters"


class PosterWindow(Model):
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    poster = fields.IntField()
    opens_at = fields.DatetimeField()
    closes_at = fields.DatetimeField()
    opened_by = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)
    closed_at = fields.DatetimeField(null=True)
    closed_by = fields.UUIDField(null=True)

    class Meta:
        table = "poster_windows"


class Pass(Model):
    """A citizen's number at an event, which their pass shows."""

    # The table's key is (event_id, number).
    number = fields.IntField(primary_key=True, generated=False)
    event_id = fields.UUIDField()
    citizen_id = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "passes"


class Companion(Model):
    """A companion who came with a citizen and was scanned in by that citizen's phone."""

    # The table's key is (event_id, badge_serial).
    companion_id = fields.UUIDField(primary_key=True)
    event_id = fields.UUIDField()
    badge_serial = fields.IntField()
    guardian_id = fields.UUIDField()
    kind = fields.TextField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "companions"
