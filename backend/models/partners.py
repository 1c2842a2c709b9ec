"""Partners, the citizens who let them report, and items that wait for a citizen's binding."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class Partner(Model):
    """A partner. `methods` lists the codes of the methods it may report."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    code = fields.TextField()
    name_zh = fields.TextField()
    name_en = fields.TextField()
    kind = fields.TextField()
    methods = fields.JSONField[list[str]]()
    is_open = fields.BooleanField(default=True)
    revision = fields.IntField(default=1)
    created_at = fields.DatetimeField(auto_now_add=True)
    organisation_id = fields.UUIDField(null=True)

    class Meta:
        table = "partners"


class PartnerKey(Model):
    """A secret that a partner signs with, encrypted."""

    id = fields.CharField(max_length=40, primary_key=True)
    partner_id = fields.UUIDField()
    sealed = fields.BinaryField()
    sealed_with = fields.TextField()
    valid_from = fields.DatetimeField()
    valid_to = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "partner_keys"


class SourceGrant(Model):
    """A citizen's consent that a partner reports them. Key: (citizen_id, id)."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    citizen_id = fields.UUIDField()
    partner_id = fields.UUIDField()
    subject = fields.TextField(null=True)
    consent_version = fields.TextField()
    granted_at = fields.DatetimeField()
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta:
        table = "source_grants"


class BindingCode(Model):
    """A code by which a partner's customer binds their account."""

    code_hash = fields.BinaryField(primary_key=True)
    request_hash = fields.BinaryField()
    partner_id = fields.UUIDField()
    subject = fields.TextField()
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    citizen_id = fields.UUIDField(null=True)
    grant_id = fields.UUIDField(null=True)

    class Meta:
        table = "binding_codes"


class WaitingItem(Model):
    """An item about a subject that no citizen has bound yet. Key: (partner_id, external_id)."""

    external_id = fields.CharField(max_length=64, primary_key=True)
    partner_id = fields.UUIDField()
    subject = fields.TextField()
    digest = fields.BinaryField()
    body = fields.JSONField[dict[str, object]]()
    received_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "waiting_items"


class PartnerItem(Model):
    """What a partner reported. The table's key is (partner_id, external_id)."""

    external_id = fields.CharField(max_length=64, primary_key=True)
    partner_id = fields.UUIDField()
    digest = fields.BinaryField()
    citizen_id = fields.UUIDField()
    status = fields.SmallIntField()
    answer = fields.BinaryField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "partner_items"
