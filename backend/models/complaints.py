"""Complaints."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class Complaint(Model):
    """A citizen's objection to a decision, or anybody's report of a public claim."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    about = fields.TextField()
    subject = fields.TextField()
    citizen_id = fields.UUIDField(null=True)
    number = fields.TextField(null=True)
    organisation_id = fields.UUIDField(null=True)
    code_hash = fields.BinaryField(null=True)
    text = fields.TextField(null=True)
    contact = fields.BinaryField(null=True)
    contact_key = fields.TextField(null=True)
    state = fields.TextField(default="received")
    received_at = fields.DatetimeField()
    due_on = fields.DateField()
    decided_by = fields.UUIDField(null=True)
    taken_by = fields.UUIDField(null=True)
    taken_at = fields.DatetimeField(null=True)
    answer = fields.TextField(null=True)
    public_answer = fields.TextField(null=True)
    answered_by = fields.UUIDField(null=True)
    answered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "complaints"
