"""Citizens, their sign-ins, staff and the audit trail of what staff did."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class Citizen(Model):
    id = fields.UUIDField(primary_key=True, default=uuid7)
    nickname = fields.TextField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    born_month = fields.DateField(null=True)
    age_told_at = fields.DatetimeField(null=True)

    class Meta:
        table = "citizens"


class Identity(Model):
    """A citizen at a provider of sign-ins: this row identifies the person."""

    # The table's key is (provider, subject); the ORM wants one column and gets the selective one.
    subject = fields.CharField(max_length=256, primary_key=True)
    provider = fields.TextField()
    citizen_id = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)
    # An address whose keyed digest the subject is, encrypted.
    sealed = fields.BinaryField(null=True)
    sealed_with = fields.TextField(null=True)

    class Meta:
        table = "identities"


class SignInChallenge(Model):
    """A code that was sent to an address, or a passkey's answer that was used."""

    id = fields.UUIDField(primary_key=True)
    provider = fields.TextField()
    subject = fields.TextField(null=True)
    code_digest = fields.BinaryField(null=True)
    sealed = fields.BinaryField(null=True)
    sealed_with = fields.TextField(null=True)
    failures = fields.SmallIntField(default=0)
    created_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "sign_in_challenges"


class CitizenPasskey(Model):
    """The public key of a citizen's passkey, by the id that its authenticator gave it."""

    id = fields.BinaryField(primary_key=True)
    citizen_id = fields.UUIDField()
    public_key = fields.BinaryField()
    sign_count = fields.BigIntField()
    name = fields.TextField()
    created_at = fields.DatetimeField(auto_now_add=True)
    last_used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "citizen_passkeys"


class Guest(Model):
    """Which guest of an event holds which badge."""

    # The table's key is (event_id, citizen_id).
    citizen_id = fields.UUIDField(primary_key=True)
    event_id = fields.UUIDField()
    badge_serial = fields.IntField()
    device_hash = fields.BinaryField(null=True)
    bound_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    ended_why = fields.TextField(null=True)

    class Meta:
        table = "guests"


class Staff(Model):
    id = fields.UUIDField(primary_key=True, default=uuid7)
    username = fields.TextField()
    role = fields.TextField()
    password_hash = fields.TextField()
    created_at = fields.DatetimeField(auto_now_add=True)
    disabled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff"


class Session(Model):
    id = fields.UUIDField(primary_key=True, default=uuid7)
    principal_id = fields.UUIDField()
    role = fields.TextField()
    created_at = fields.DatetimeField(auto_now_add=True)
    revoked_at = fields.DatetimeField(null=True)
    revoked_why = fields.TextField(null=True)
    device = fields.TextField(null=True)
    is_by_link = fields.BooleanField(default=False)

    class Meta:
        table = "sessions"


class RefreshToken(Model):
    token_hash = fields.BinaryField(primary_key=True)
    session_id = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "refresh_tokens"


class StaffAction(Model):
    id = fields.UUIDField(primary_key=True, default=uuid7)
    # The database's clock: the application may not write it.
    at = fields.DatetimeField(generated=True)
    staff_id = fields.UUIDField()
    action = fields.TextField()
    subject = fields.TextField()
    reason = fields.TextField(null=True)
    before = fields.JSONField[dict[str, object]](null=True)
    after = fields.JSONField[dict[str, object]](null=True)

    class Meta:
        table = "staff_actions"
