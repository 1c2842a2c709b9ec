"""Organisations as people see them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.shape import Answer, Bilingual, Instant

OrganisationKind = Literal[
    "event_organiser",
    "enterprise",
    "public_institution",
    "association",
    "platform",
    "verifier",
    "credit_developer",
    "merchant",
    "partner",
]
OrganisationState = Literal["applied", "active", "suspended", "closed", "rejected"]
SubjectKind = Literal["implementer", "platform", "third_party"]
OrganisationDuty = Literal["owner", "editor", "finance", "gate", "reader"]
LicenceKind = Literal["verification", "business", "rating"]
OrganisationCode = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=40,
        description="unified social credit code (GB 32100-2015), or N-… where it has not been told yet",
    ),
]


class OrganisationBrief(Answer, kw_only=True):
    """An organisation where something else is the subject."""

    code: str
    name: Bilingual
    state: OrganisationState


class LicenceView(Answer, kw_only=True):
    """A licence; it counts once a second person has confirmed it, and while it is valid."""

    id: str
    kind: LicenceKind
    number: str
    issuer: str
    valid_from: date
    valid_to: date | None
    is_confirmed: bool
    is_valid: Annotated[bool, Meta(description="today: confirmed, within its term and not revoked")]
    revoked_at: Instant | None
    revoked_why: str | None


class OrganisationView(Answer, kw_only=True):
    """An organisation as anybody may see it."""

    code: str
    is_provisional: Annotated[bool, Meta(description="its unified social credit code has not been told yet")]
    name: Bilingual
    kinds: list[OrganisationKind]
    subject: Annotated[SubjectKind, Meta(description="its kind under Sichuan's plan of 2021")]
    city: str | None
    agency: str | None
    state: OrganisationState
    state_why: str | None
    licences: list[LicenceView]
    revision: Annotated[int, Meta(description="the ETag of the organisation; edits carry it as If-Match")]
    created_at: Instant
