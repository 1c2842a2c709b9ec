"""Organisations with their licences, members and invitations, the events that they run, and regulators' remits."""

from __future__ import annotations

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from backend.models.keys import uuid7


class Organisation(Model):
    """A subject of the plan. `code` is its unified social credit code, or N-… where nobody has told it yet."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    code = fields.TextField()
    kinds = ArrayField(element_type="text")
    name_zh = fields.TextField()
    name_en = fields.TextField()
    city = fields.TextField(null=True)
    agency = fields.TextField(null=True)
    state = fields.TextField(default="applied")
    state_why = fields.TextField(null=True)
    revision = fields.IntField(default=1)
    created_at = fields.DatetimeField(auto_now_add=True)
    created_by = fields.UUIDField(null=True)
    reviewed_by = fields.UUIDField(null=True)
    reviewed_at = fields.DatetimeField(null=True)
    wanted_username = fields.TextField(null=True)
    receipt_hash = fields.BinaryField(null=True)
    receipt_used_at = fields.DatetimeField(null=True)
    first_owner = fields.UUIDField(null=True)
    wanted_code = fields.TextField(null=True)
    wanted_code_by = fields.UUIDField(null=True)

    class Meta:
        table = "organisations"


class OrganisationLicence(Model):
    """What an organisation may do by somebody's licence; it counts once a second person has confirmed it."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    organisation_id = fields.UUIDField()
    kind = fields.TextField()
    number = fields.TextField()
    issuer = fields.TextField()
    valid_from = fields.DateField()
    valid_to = fields.DateField(null=True)
    added_by = fields.UUIDField()
    added_at = fields.DatetimeField(auto_now_add=True)
    confirmed_by = fields.UUIDField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    revoked_by = fields.UUIDField(null=True)
    revoked_at = fields.DatetimeField(null=True)
    revoked_why = fields.TextField(null=True)

    class Meta:
        table = "organisation_licences"


class OrganisationMember(Model):
    """One duty of an account at an organisation, from when it was given to when it was taken away."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    organisation_id = fields.UUIDField()
    staff_id = fields.UUIDField()
    duty = fields.TextField()
    added_by = fields.UUIDField()
    added_at = fields.DatetimeField(auto_now_add=True)
    removed_at = fields.DatetimeField(null=True)
    removed_by = fields.UUIDField(null=True)

    class Meta:
        table = "organisation_members"


class OrganisationInvitation(Model):
    """A link by which an account becomes a member, once; kept as the SHA-256 of its token."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    organisation_id = fields.UUIDField()
    duties = ArrayField(element_type="text")
    token_hash = fields.BinaryField()
    created_by = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()
    used_by = fields.UUIDField(null=True)
    used_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "organisation_invitations"


class EventOrganisation(Model):
    """An organisation that runs an event, alone or beside others."""

    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    organisation_id = fields.UUIDField()
    part = fields.TextField()
    added_by = fields.UUIDField()
    added_at = fields.DatetimeField(auto_now_add=True)
    removed_at = fields.DatetimeField(null=True)
    removed_by = fields.UUIDField(null=True)

    class Meta:
        table = "event_organisations"


class EventInvitation(Model):
    """A host asks another organisation to run an event with it; the answer is given once."""

    # The table's key is (event_id, id).
    id = fields.UUIDField(primary_key=True, default=uuid7)
    event_id = fields.UUIDField()
    organisation_id = fields.UUIDField()
    invited_by = fields.UUIDField()
    invited_at = fields.DatetimeField(auto_now_add=True)
    answer = fields.TextField(null=True)
    answered_by = fields.UUIDField(null=True)
    answered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "event_invitations"


class RegulatorRemit(Model):
    """What a regulator watches: an agency's events, a city's; a regulator without a remit watches the province."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    staff_id = fields.UUIDField()
    agency = fields.TextField(null=True)
    city = fields.TextField(null=True)
    city_en = fields.TextField(null=True)
    given_by = fields.UUIDField()
    given_at = fields.DatetimeField(auto_now_add=True)
    ended_at = fields.DatetimeField(null=True)
    ended_by = fields.UUIDField(null=True)

    class Meta:
        table = "regulator_remits"
