"""Partners' reports, citizens' consent grants, and the administration of partners."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from backend.messages.actions.actions import Reduced
from backend.messages.organisations.organisations import OrganisationCode
from backend.messages.shape import Answer, Bilingual, Edited, Grams, Instant, Request, Slug, Statement

ITEMS_MAX = 1000

PartnerKind = Literal["metro", "bus", "shared_bike", "recycler", "parcel", "charging", "exchange", "other"]
ItemStatus = Literal["posted", "capped", "pending", "waiting", "refused"]
# Visible ASCII: what can be printed, compared and kept anywhere. `$` alone also matches before a line feed.
ExternalId = Annotated[str, Meta(pattern=r"^[\x21-\x7e]{1,64}$(?!\n)", max_length=64)]
Subject = Annotated[
    str,
    Meta(
        pattern=r"^[\x21-\x7e]{1,128}$(?!\n)",
        max_length=128,
        description="the partner's own id of the person, never a phone or identity number in clear",
    ),
]
MethodCode = Annotated[str, Meta(min_length=1, max_length=40)]
Reason = Annotated[str, Meta(min_length=1, max_length=400, description="why; kept with the record")]


class PartnerAction(Request):
    """One action of one citizen. `external_id` names it for good: a repeated item is credited once."""

    external_id: ExternalId
    subject: Subject
    method: MethodCode
    occurred_at: Instant
    quantity: Annotated[Decimal | None, Meta(description="in the method's unit")] = None
    parameters: dict[Annotated[str, Meta(max_length=40)], str | int | float] | UnsetType = UNSET
    ended_at: Instant | None = None


class PartnerActions(Request):
    items: Annotated[list[PartnerAction], Meta(min_length=1, max_length=ITEMS_MAX)]


class PartnerResult(Answer):
    """What became of one item, in the order of the request."""

    external_id: Annotated[str | None, Meta(description="null when it could not be read")]
    status: ItemStatus
    action_id: str | None = None
    reduction_g: Grams = 0
    points: int = 0
    code: Annotated[str | None, Meta(description="why it was refused; /problems/<code> says more")] = None
    facts: Annotated[dict[str, str], Meta(description="what the refusal is about")] = {}
    reductions: Annotated[list[Reduced], Meta(description="what caps and guards took off, rule by rule")] = []


class PartnerResults(Answer):
    items: list[PartnerResult]
    counts: Annotated[dict[str, int], Meta(description="how many items have each status")]


class PartnerReversalRequest(Request):
    """An item that a partner reported by mistake, by the partner's own id."""

    external_id: Annotated[str, Meta(min_length=1, max_length=64)]
    reason: Annotated[str, Meta(min_length=1, max_length=400)]


class BindingRequest(Request):
    subject: Subject


class BindingAnswer(Answer):
    """A binding code for the partner's customer, who enters it here. It is not stored and cannot be shown again."""

    binding_code: str
    expires_at: Instant


class ConsentView(Answer):
    version: str
    text: Statement


class SourceView(Answer):
    """A partner as citizens see it, with the text that they consent to."""

    code: str
    name: Bilingual
    kind: PartnerKind
    methods: list[str]
    consent: ConsentView


class GrantRequest(Request):
    partner: Slug
    binding_code: Annotated[str, Meta(min_length=8, max_length=40)]
    consent: Annotated[Literal[True], Meta(description="the text of /v1/sources was read and agreed to")]
    consent_version: Annotated[str, Meta(min_length=1, max_length=40)]


class SourceBrief(Answer):
    code: str
    name: Bilingual
    kind: PartnerKind


class GrantView(Answer):
    id: str
    partner: SourceBrief
    subject_hint: Annotated[str | None, Meta(description="the end of your id there; null once withdrawn")]
    consent_version: str
    granted_at: Instant
    withdrawn_at: Instant | None


class NewGrantView(Answer):
    grant: GrantView
    credited: Annotated[int, Meta(description="actions that waited and are in your account now")]


class PartnerRequest(Request):
    code: Slug
    name: Bilingual
    kind: PartnerKind
    methods: Annotated[list[MethodCode], Meta(min_length=1, max_length=100)]
    reason: Reason
    organisation: Annotated[
        OrganisationCode | None,
        Meta(
            description="the code of the organisation that it belongs to; left out: one with a provisional code"
        ),
    ] = None


class PartnerChangeRequest(Request):
    """Changes to a partner; fields left out stay."""

    reason: Reason
    name: Bilingual | None = None
    methods: Annotated[list[MethodCode], Meta(min_length=1, max_length=100)] | None = None
    is_open: bool | None = None


class PartnerKeyView(Answer):
    key_id: str
    valid_from: Instant
    valid_to: Annotated[Instant | None, Meta(description="the key signs until just before; null: no end yet")]


class PartnerView(Edited, kw_only=True):
    id: str
    code: str
    name: Bilingual
    kind: PartnerKind
    methods: list[str]
    is_open: bool
    organisation: Annotated[str | None, Meta(description="the code of its organisation")]
    created_at: Instant
    keys: list[PartnerKeyView]


class PartnerKeyRequest(Request):
    reason: Reason
    valid_from: Annotated[Instant | None, Meta(description="from now on without it")] = None


class NewPartnerKey(PartnerKeyView):
    secret: Annotated[str, Meta(description="shown this once; its ASCII bytes are the key of the HMAC")]


class PartnerKeyEndRequest(Request):
    reason: Reason
    at: Annotated[Instant | None, Meta(description="at once without it")] = None


class WaitingBody(msgspec.Struct, frozen=True):
    """What is stored of a waiting item besides its subject."""

    method: str
    quantity: Decimal | None
    parameters: dict[str, str | int | float]
    occurred_at: datetime
    ended_at: datetime | None
