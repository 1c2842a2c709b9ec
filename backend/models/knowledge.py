"""Citizens' answers to the daily quiz."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class QuizAnswer(Model):
    """A citizen's quiz of a day. Key: (citizen_id, day)."""

    day = fields.DateField(primary_key=True)
    citizen_id = fields.UUIDField()
    id = fields.UUIDField()
    questions = fields.JSONField[list[str]]()
    choices = fields.JSONField[list[str]]()
    right_count = fields.SmallIntField()
    points = fields.IntField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "quiz_answers"
