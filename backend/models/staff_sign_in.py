"""How staff sign in: where their sessions are, second factors, what was begun and waits for its second half."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class StaffSession(Model):
    """Where a session of staff is."""

    session_id = fields.UUIDField(primary_key=True)
    staff_id = fields.UUIDField()
    source = fields.TextField()
    device = fields.TextField()
    last_used_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "staff_sessions"


class StaffCitizen(Model):
    """Which citizen a member of staff is. Key: (staff_id, citizen_id)."""

    citizen_id = fields.UUIDField(primary_key=True)
    staff_id = fields.UUIDField()
    told_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "staff_citizens"


class StaffTotp(Model):
    """The secret of an authenticator app, encrypted, and the newest step of time that it was used at."""

    staff_id = fields.UUIDField(primary_key=True)
    sealed = fields.BinaryField()
    sealed_with = fields.TextField()
    last_step = fields.BigIntField()
    confirmed_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "staff_totp"


class StaffRecoveryCode(Model):
    # The table's key is (staff_id, code_hash); the ORM wants one column and gets the selective one.
    code_hash = fields.BinaryField(primary_key=True)
    staff_id = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff_recovery_codes"


class StaffPasskey(Model):
    """The public key of a passkey, by the id that its authenticator gave it."""

    id = fields.BinaryField(primary_key=True)
    staff_id = fields.UUIDField()
    public_key = fields.BinaryField()
    sign_count = fields.BigIntField()
    name = fields.TextField()
    created_at = fields.DatetimeField(auto_now_add=True)
    last_used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff_passkeys"


class StaffChallenge(Model):
    """What was begun: a sign-in that wants a second factor, an enrolment, a link to set a password."""

    token_hash = fields.BinaryField(primary_key=True)
    staff_id = fields.UUIDField()
    purpose = fields.TextField()
    device_id = fields.UUIDField(null=True)
    nonce = fields.BinaryField(null=True)
    sealed = fields.BinaryField(null=True)
    sealed_with = fields.TextField(null=True)
    failures = fields.SmallIntField(default=0)
    created_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff_challenges"
