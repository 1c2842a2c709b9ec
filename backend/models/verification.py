"""Verifiers at events: which organisation verifies, what it found and asked, what it signed."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class EventVerifier(Model):
    """An organisation that verifies an event's account, from when it was attached to when that ended."""

    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    organisation_id = fields.UUIDField()
    attached_by = fields.UUIDField()
    attached_at = fields.DatetimeField(auto_now_add=True)
    ended_at = fields.DatetimeField(null=True)
    ended_by = fields.UUIDField(null=True)
    ended_why = fields.TextField(null=True)

    class Meta:
        table = "event_verifiers"


class VerifierReview(Model):
    """What a verifier found of an item of the account, as the item was then."""

    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    verifier_id = fields.UUIDField()
    item = fields.TextField()
    item_sha256 = fields.BinaryField()
    decision = fields.TextField()
    materiality_g = fields.BigIntField(null=True)
    reason = fields.TextField(null=True)
    decided_by = fields.UUIDField()
    decided_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "verifier_reviews"


class VerifierQuestion(Model):
    """A verifier's question about an item, and the organiser's answer."""

    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    verifier_id = fields.UUIDField()
    item = fields.TextField()
    question = fields.TextField()
    asked_by = fields.UUIDField()
    asked_at = fields.DatetimeField(auto_now_add=True)
    answer = fields.TextField(null=True)
    answered_by = fields.UUIDField(null=True)
    answered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "verifier_questions"


class VerifierOpinion(Model):
    """A signed opinion on one state of an account; `body` is what the signature covers."""

    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    verifier_id = fields.UUIDField()
    licence_id = fields.UUIDField()
    document_id = fields.UUIDField()
    assurance = fields.TextField()
    opinion = fields.TextField()
    threshold_pct = fields.DecimalField(max_digits=4, decimal_places=2)
    account_sha256 = fields.BinaryField()
    body = fields.BinaryField()
    key_id = fields.TextField()
    signature = fields.BinaryField()
    signed_by = fields.UUIDField()
    signed_at = fields.DatetimeField()

    class Meta:
        table = "verifier_opinions"
