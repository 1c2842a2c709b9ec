"""Rewards and merchants, citizens' redemptions, and the vouchers they show."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class Merchant(Model):
    id = fields.UUIDField(primary_key=True, default=uuid7)
    code = fields.TextField()
    name_zh = fields.TextField()
    name_en = fields.TextField()
    is_open = fields.BooleanField(default=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    organisation_id = fields.UUIDField(null=True)
    revision = fields.IntField(default=1)

    class Meta:
        table = "merchants"


class MerchantDevice(Model):
    """A till or a phone that verifies vouchers; `token_hash` is the SHA-256 of its token."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    merchant_id = fields.UUIDField()
    name = fields.TextField()
    token_hash = fields.BinaryField()
    created_at = fields.DatetimeField(auto_now_add=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "merchant_devices"


class Reward(Model):
    """A reward that citizens spend points on. `stock` is null where it cannot run out."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    slug = fields.TextField()
    merchant_id = fields.UUIDField(null=True)
    kind = fields.TextField()
    name_zh = fields.TextField()
    name_en = fields.TextField()
    about_zh = fields.TextField()
    about_en = fields.TextField()
    cost_points = fields.IntField()
    stock = fields.IntField(null=True)
    stock_left = fields.IntField(null=True)
    per_person_max = fields.IntField(null=True)
    opens_at = fields.DatetimeField(null=True)
    closes_at = fields.DatetimeField(null=True)
    voucher_days = fields.IntField(default=30)
    has_codes = fields.BooleanField(default=False)
    is_open = fields.BooleanField(default=False)
    revision = fields.IntField(default=1)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "rewards"


class RewardCode(Model):
    """A coupon code of a reward. Key: (reward_id, position); the database gives positions."""

    position = fields.BigIntField(primary_key=True, generated=True)
    reward_id = fields.UUIDField()
    code = fields.TextField()
    redemption_id = fields.UUIDField(null=True)

    class Meta:
        table = "reward_codes"


class Redemption(Model):
    """One piece of a reward for one citizen. Key: (citizen_id, id)."""

    id = fields.UUIDField(primary_key=True)
    citizen_id = fields.UUIDField()
    reward_id = fields.UUIDField()
    points = fields.IntField()
    voucher_code = fields.TextField(null=True)
    coupon_code = fields.TextField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "redemptions"


class Voucher(Model):
    """A voucher that a citizen shows and a merchant verifies. Key: (citizen_id, redemption_id)."""

    redemption_id = fields.UUIDField(primary_key=True)
    citizen_id = fields.UUIDField()
    code = fields.TextField()
    reward_id = fields.UUIDField()
    merchant_id = fields.UUIDField()
    state = fields.TextField(default="issued")
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    used_by = fields.UUIDField(null=True)
    cancelled_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "vouchers"


class Verification(Model):
    """A device's verification of a voucher. Key: (device_id, key)."""

    key = fields.CharField(max_length=64, primary_key=True)
    device_id = fields.UUIDField()
    code = fields.TextField()
    citizen_id = fields.UUIDField()
    redemption_id = fields.UUIDField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "verifications"
