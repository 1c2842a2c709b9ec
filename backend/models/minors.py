"""Guardians' consents for children under 14, and the codes they are given with."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class GuardianConsent(Model):
    """One decision of a guardian about a child. Key: (citizen_id, guardian_id, revision); the highest one holds."""

    revision = fields.IntField(primary_key=True, generated=False)
    citizen_id = fields.UUIDField()
    guardian_id = fields.UUIDField()
    decision = fields.TextField()
    policy_version = fields.TextField()
    decided_at = fields.DatetimeField()

    class Meta:
        table = "guardian_consents"


class GuardianCode(Model):
    """The code of a child that a guardian may use once."""

    citizen_id = fields.UUIDField(primary_key=True)
    code_hash = fields.BinaryField()
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "guardian_codes"
