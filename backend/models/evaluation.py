"""Credit scores of organisations, objections to their points, and proposals about demonstrations."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class CreditScore(Model):
    """A result with the facts that it rests on; without score and stars there was too little to rate."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    organisation_id = fields.UUIDField()
    criteria_version = fields.TextField()
    score = fields.DecimalField(max_digits=5, decimal_places=2, null=True)
    stars = fields.SmallIntField(null=True)
    facts = fields.JSONField[dict[str, int]]()
    points = fields.JSONField[list[dict[str, object]]]()
    as_of = fields.DateField()
    computed_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "credit_scores"


class CreditObjection(Model):
    """A member's objection to a point; upheld, its fact is corrected by `corrected` in the organisation's favour."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    organisation_id = fields.UUIDField()
    score_id = fields.UUIDField()
    criterion = fields.TextField()
    fact = fields.TextField()
    reason = fields.TextField()
    filed_by = fields.UUIDField()
    filed_at = fields.DatetimeField()
    decision = fields.TextField(null=True)
    corrected = fields.IntField(default=0)
    decision_reason = fields.TextField(null=True)
    decided_by = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "credit_objections"


class DemonstrationProposal(Model):
    """A regulator's proposal to select an event as a demonstration, or to take the label from it."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    kind = fields.TextField()
    reason = fields.TextField()
    proposed_by = fields.UUIDField()
    proposed_at = fields.DatetimeField()
    decision = fields.TextField(null=True)
    decision_reason = fields.TextField(null=True)
    decided_by = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "demonstration_proposals"
