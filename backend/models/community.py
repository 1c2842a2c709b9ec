"""Citizens' consents, profiles, teams and medals."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from backend.models.keys import uuid7


class Consent(Model):
    """One decision of a citizen about one scope. Key: (citizen_id, scope, revision); the highest revision holds."""

    revision = fields.IntField(primary_key=True, generated=False)
    citizen_id = fields.UUIDField()
    scope = fields.TextField()
    is_granted = fields.BooleanField()
    policy_version = fields.TextField()
    decided_at = fields.DatetimeField()
    written_at = fields.DatetimeField(null=True, generated=True)

    class Meta:
        table = "consents"


class Profile(Model):
    citizen_id = fields.UUIDField(primary_key=True)
    district = fields.TextField(null=True)
    shows_name = fields.BooleanField(default=True)
    changed_at = fields.DatetimeField()

    class Meta:
        table = "profiles"


class Team(Model):
    id = fields.UUIDField(primary_key=True, default=uuid7)
    code = fields.TextField()
    kind = fields.TextField()
    name = fields.TextField()
    district = fields.TextField(null=True)
    owner_id = fields.UUIDField()
    members = fields.IntField(default=0)
    is_open = fields.BooleanField(default=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    organisation_id = fields.UUIDField(null=True)

    class Meta:
        table = "teams"


class TeamMember(Model):
    """A citizen's membership of a team. Key: (citizen_id, team_id, joined_at)."""

    joined_at = fields.DatetimeField(primary_key=True)
    citizen_id = fields.UUIDField()
    team_id = fields.UUIDField()
    kind = fields.TextField()
    left_at = fields.DatetimeField(null=True)

    class Meta:
        table = "team_members"


class TeamDay(Model):
    """The sums of a team for one day. Key: (team_id, day)."""

    day = fields.DateField(primary_key=True)
    team_id = fields.UUIDField()
    actions = fields.BigIntField()
    reduction_g = fields.BigIntField()
    points = fields.BigIntField()

    class Meta:
        table = "team_days"


class Medal(Model):
    """A level of a medal that a citizen has earned. Key: (citizen_id, medal, level)."""

    medal = fields.CharField(max_length=40, primary_key=True)
    citizen_id = fields.UUIDField()
    level = fields.SmallIntField()
    earned_at = fields.DatetimeField()

    class Meta:
        table = "medals"


class QuizAnswer(Model):
    """A citizen's quiz of a day. The table's key is (citizen_id, day)."""

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


class ContentVersion(Model):
    """One version of an article or a quiz question that operators wrote; what it says is never changed."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    kind = fields.TextField()
    slug = fields.TextField()
    version = fields.IntField()
    body = fields.JSONField[dict[str, object]]()
    is_withdrawal = fields.BooleanField(default=False)
    reason = fields.TextField()
    written_by = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)
    state = fields.TextField(default="draft")
    effective_from = fields.DateField(null=True)
    proposed_by = fields.UUIDField(null=True)
    proposed_at = fields.DatetimeField(null=True)
    decided_by = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField(null=True)
    decision_reason = fields.TextField(null=True)

    class Meta:
        table = "content_versions"
