"""Tables that the ledger writes. Rows are only ever added; accounts alone change."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Account(Model):
    """An account of the points ledger; a citizen's account has the citizen's id."""

    id = fields.UUIDField(primary_key=True)
    kind = fields.TextField()
    # The application has no say in it: it moves with transfers.
    balance = fields.BigIntField(default=0, generated=True)
    is_proven = fields.BooleanField(default=False)
    erased_at = fields.DatetimeField(null=True)
    earns_from = fields.DateField(null=True)
    guest_event_id = fields.UUIDField(null=True)
    guest_badge = fields.IntField(null=True)

    class Meta:
        table = "accounts"


class Transfer(Model):
    """Points of one lot (expiring on `expires_on`) moved from one account to another, on one row."""

    id = fields.UUIDField(primary_key=True)
    citizen_id = fields.UUIDField()
    debit_account = fields.UUIDField()
    credit_account = fields.UUIDField()
    points = fields.BigIntField()
    reason = fields.TextField()
    source_id = fields.UUIDField()
    balance_after = fields.BigIntField()
    expires_on = fields.DateField()
    created_at = fields.DatetimeField()
    budget_id = fields.UUIDField(null=True)
    # The database's clock, beside what the application said; null: from before there was one.
    written_at = fields.DatetimeField(null=True, generated=True)

    class Meta:
        table = "transfers"


class Lot(Model):
    """Points of a citizen that run out on one day. The table's key is (citizen_id, expires_on)."""

    expires_on = fields.DateField(primary_key=True)
    citizen_id = fields.UUIDField()
    points = fields.BigIntField()

    class Meta:
        table = "lots"


class Action(Model):
    id = fields.UUIDField(primary_key=True)
    citizen_id = fields.UUIDField()
    method = fields.TextField()
    method_version = fields.TextField()
    factor_set = fields.TextField()
    quantity = fields.DecimalField(max_digits=14, decimal_places=3, null=True)
    credited_quantity = fields.DecimalField(max_digits=14, decimal_places=3)
    parameters = fields.JSONField[dict[str, object]](null=True)
    tier = fields.TextField()
    occurred_at = fields.DatetimeField()
    day = fields.DateField()
    reduction_g = fields.BigIntField()
    points = fields.IntField()
    state = fields.TextField()
    capped_by = fields.TextField(null=True)
    claim_state = fields.TextField(default="personal")
    event_id = fields.UUIDField(null=True)
    gate = fields.SmallIntField(null=True)
    created_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    scene_id = fields.UUIDField(null=True)
    scene_kind = fields.TextField(null=True)
    partner_id = fields.UUIDField(null=True)
    point_rule = fields.TextField(default="points-2026.1")
    reductions = fields.JSONField[list[dict[str, object]]](null=True)
    written_at = fields.DatetimeField(null=True, generated=True)

    class Meta:
        table = "actions"


class Footprint(Model):
    """A computed footprint, found by the digest of its content; `body` is its JSON."""

    digest = fields.BinaryField(primary_key=True)
    event_id = fields.UUIDField()
    total_g = fields.BigIntField()
    basis = fields.TextField()
    factor_set = fields.TextField()
    journey = fields.JSONField[dict[str, object]](null=True)
    body = fields.BinaryField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "footprints"


class Attendance(Model):
    id = fields.UUIDField(primary_key=True)
    event_id = fields.UUIDField()
    citizen_id = fields.UUIDField()
    badge_serial = fields.IntField(null=True)
    gate = fields.SmallIntField(null=True)
    footprint_digest = fields.BinaryField()
    offset_status = fields.TextField()
    points = fields.IntField()
    joined_at = fields.DatetimeField()
    lines_digest = fields.BinaryField(null=True)
    written_at = fields.DatetimeField(null=True, generated=True)

    class Meta:
        table = "attendances"


class Offset(Model):
    # The table's key is (event_id, citizen_id).
    citizen_id = fields.UUIDField(primary_key=True)
    event_id = fields.UUIDField()
    id = fields.UUIDField()
    footprint_digest = fields.BinaryField()
    grams = fields.BigIntField()
    kind = fields.TextField()
    pay_with = fields.TextField()
    certificate_number = fields.TextField()
    issued_at = fields.DatetimeField()
    ceiling_g = fields.BigIntField(null=True)
    seed = fields.BinaryField(null=True)
    written_at = fields.DatetimeField(null=True, generated=True)

    class Meta:
        table = "offsets"


class Allocation(Model):
    # The table's key is (event_id, batch_id, serial_from).
    serial_from = fields.BigIntField(primary_key=True, generated=False)
    event_id = fields.UUIDField()
    batch_id = fields.UUIDField()
    serial_to = fields.BigIntField()
    grams = fields.BigIntField()
    offset_id = fields.UUIDField()
    position = fields.SmallIntField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "allocations"


class IdempotencyKey(Model):
    # The table's key is (citizen_id, key).
    key = fields.CharField(max_length=256, primary_key=True)
    citizen_id = fields.UUIDField()
    request_digest = fields.BinaryField()
    status = fields.SmallIntField()
    answer = fields.BinaryField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "idempotency_keys"
