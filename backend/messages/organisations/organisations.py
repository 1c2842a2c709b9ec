"""Organisations as people see them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.shape import VISIBLE, Answer, Bilingual, Edited, Instant, Request

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


class OrganisationView(Edited, kw_only=True):
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
    created_at: Instant


Reason = Annotated[str, Meta(min_length=1, max_length=400)]
City = Annotated[str, VISIBLE, Meta(min_length=1, max_length=40)]
Username = Annotated[str, VISIBLE, Meta(min_length=1, max_length=64)]
Duties = Annotated[list[OrganisationDuty], Meta(min_length=1, max_length=5)]
Secret = Annotated[str, Meta(min_length=1, max_length=64)]
Kinds = Annotated[list[OrganisationKind], Meta(min_length=1, max_length=9)]


class RegistrationRequest(Request):
    """An organisation registers itself. A unified social credit code is checked by its last character."""

    code: OrganisationCode
    name: Bilingual
    kinds: Kinds
    city: City | None = None
    username: Annotated[
        Username | None,
        Meta(
            description="of the account that the first owner gets; left out by organisers who are signed in"
        ),
    ] = None


class RegistrationReceipt(Answer):
    code: str
    state: OrganisationState
    receipt: Annotated[
        str | None,
        Meta(
            description="shown this once: it finds the outcome and opens the account; null for signed-in organisers"
        ),
    ]


class ReceiptRequest(Request):
    receipt: Secret


class RegistrationOutcome(Answer):
    code: str
    name: Bilingual
    state: OrganisationState
    state_why: str | None
    username: Annotated[str | None, Meta(description="of the account that was opened")]
    url: Annotated[
        str | None,
        Meta(
            description="once, after the acceptance: where the password is set; its key stands behind the #"
        ),
    ]


class OrganisationReviewRequest(Request):
    decision: Literal["accepted", "rejected"]
    reason: Reason


class OrganisationStateRequest(Request):
    to: Literal["active", "suspended", "closed"]
    reason: Reason


class OrganisationChangeRequest(Request):
    """Changes to an organisation; fields left out, or null, stay."""

    reason: Reason
    name: Bilingual | None = None
    kinds: Kinds | None = None
    city: City | None = None


class OrganisationCodeRequest(Request):
    """The true code in the place of a provisional one, once."""

    code: OrganisationCode
    reason: Reason


class LicenceRequest(Request, kw_only=True):
    kind: LicenceKind
    number: Annotated[str, VISIBLE, Meta(min_length=1, max_length=80)]
    issuer: Annotated[str, VISIBLE, Meta(min_length=1, max_length=120)]
    valid_from: date
    valid_to: Annotated[date | None, Meta(description="its last day; null where it has none")] = None
    reason: Reason


class OrganisationReasonRequest(Request):
    reason: Reason


class OrganisationMemberRequest(Request):
    """What a member does at an organisation from now on; duties left out end."""

    duties: Duties
    reason: Reason


class OrganisationMemberView(Answer):
    id: str
    username: str
    duties: list[OrganisationDuty]
    since: Instant
    is_own: Annotated[bool, Meta(description="the caller's own membership")]


class OrganisationInvitationRequest(Request):
    duties: Duties
    reason: Reason


class OrganisationInvitationView(Answer):
    id: str
    duties: list[OrganisationDuty]
    created_by: str
    created_at: Instant
    expires_at: Instant


class NewOrganisationInvitation(Answer):
    invitation: OrganisationInvitationView
    url: Annotated[str, Meta(description="shown this once; it works once, and its key stands behind the #")]


class InvitationTokenRequest(Request):
    token: Secret


class InvitationAccountRequest(Request):
    """Who has no account opens one by the invitation, and is a member at once."""

    token: Secret
    username: Username
    password: Annotated[str, Meta(min_length=1, max_length=256)]


class InvitationOffer(Answer):
    organisation: OrganisationBrief
    duties: list[OrganisationDuty]
    expires_at: Instant


class OrganisationMembership(Answer):
    """An organisation that the caller is a member of."""

    organisation: OrganisationView
    duties: list[OrganisationDuty]
    wanted_code: Annotated[str | None, Meta(description="the true code that waits for a review")]


class OrganisationItem(Answer):
    """An organisation as operators and regulators see it."""

    organisation: OrganisationView
    is_applied_by_caller: bool
    wanted_username: str | None
    wanted_code: str | None
    reviewed_at: Instant | None
    listed_namesakes: Annotated[
        list[str],
        Meta(description="codes of other organisations of this name that are on the black list today"),
    ]


class EventOrganisationView(Answer):
    """An organisation that runs an event."""

    organisation: OrganisationBrief
    part: Annotated[Literal["host", "co_host"], Meta(description="the host invites; both run the event")]


class EventOrganisationRequest(Request):
    organisation: OrganisationCode
    reason: Reason


class EventInvitationView(Answer):
    """A host asks an organisation to run an event with it."""

    id: str
    slug: str
    event: Bilingual
    host: OrganisationBrief | None
    organisation: OrganisationBrief
    invited_at: Instant


class EventInvitationAnswer(Request):
    answer: Literal["accepted", "refused"]
    reason: Reason
