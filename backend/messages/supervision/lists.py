"""The green, black and negative list: proposals, hearings, confirmations, appeals, cases."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.supervision.lists import EntryState, ListName
from backend.messages.organisations.organisations import OrganisationBrief
from backend.messages.shape import Answer, Bilingual, Instant, Request
from backend.messages.supervision.freezes import Why

AgencyCode = Literal[
    "ecology_environment", "culture_tourism", "sport", "government_offices", "forestry_grassland"
]
AppealState = Literal["open", "upheld", "rejected"]
Text = Annotated[str, Meta(min_length=1, max_length=4000)]


class Evidence(Request, kw_only=True):
    """What an entry rests on."""

    title: Annotated[str, Meta(min_length=1, max_length=200)]
    reference: (
        Annotated[str, Meta(max_length=300, description="a file's number, a certificate, a link")] | None
    ) = None
    is_public: Annotated[bool, Meta(description="whether anybody may see it; it names no person then")]


class EntryRequest(Request, kw_only=True):
    """Propose an organisation for a list; another person confirms it."""

    organisation: Annotated[str, Meta(max_length=40, description="its unified social credit code")]
    reason: Annotated[str, Meta(min_length=1, max_length=400, description="published with the entry")]
    rule: Annotated[str, Meta(max_length=40, description="of the negative list: what was broken")] | None = (
        None
    )
    evidence: Annotated[list[Evidence], Meta(min_length=1, max_length=20)]
    publisher: AgencyCode = "ecology_environment"
    valid_to: Annotated[date | None, Meta(description="the last day of the entry; null: until it is removed")]
    case: Annotated[str, Meta(max_length=40, description="the case that it comes from")] | None = None


EvidenceList = list[Evidence]
Act = Literal["confirm", "remove", "decide_appeal", "answer", "appeal"]
Acts = list[Act]


class EntryDecision(Request):
    decision: Literal["confirmed", "rejected"]
    reason: Why


class RemovalRequest(Request):
    """Propose that an entry is removed, or confirm what another person proposed."""

    reason: Why


class StatementRequest(Request):
    """What the organisation says before it is listed; it is heard once."""

    text: Text


class AppealRequest(Request):
    text: Text


class AppealDecision(Request):
    """An upheld appeal removes the entry at once."""

    decision: Literal["upheld", "rejected"]
    reason: Why


class CaseDismissal(Request):
    reason: Why


class AppealBrief(Answer):
    state: AppealState
    filed_at: Instant
    decided_at: Instant | None
    decision_reason: str | None


class ListEntryView(Answer, kw_only=True):
    """An entry as anybody may see it."""

    id: str
    list: ListName
    organisation: OrganisationBrief
    state: EntryState
    is_in_force: Annotated[bool, Meta(description="today")]
    reason: str
    rule: str | None
    evidence: Annotated[EvidenceList, Meta(description="what is public of it")]
    publisher: Bilingual
    valid_from: date | None
    valid_to: date | None
    published_at: Instant | None
    ended_at: Instant | None
    removal_reason: Annotated[str | None, Meta(description="of an entry that was removed")]
    appeals_until: Annotated[date | None, Meta(description="the last day for an appeal")]
    appeal: AppealBrief | None


class ListEntryItem(ListEntryView, kw_only=True):
    """An entry as the supervising authority and the organisation itself see it."""

    proposed_by: Annotated[str | None, Meta(description="user name; null for the organisation's members")]
    proposed_at: Instant
    confirmed_by: str | None
    decision_reason: str | None
    hearing_until: date | None
    statement: str | None
    statement_at: Instant | None
    is_heard: Annotated[bool, Meta(description="the organisation has answered, or had its days")]
    removal_waits: Annotated[bool, Meta(description="a removal is proposed and waits for a second person")]
    appeal_id: str | None
    appeal_text: str | None
    may: Annotated[Acts, Meta(description="what the caller may do with it now")]


class NegativeRule(Answer):
    """One rule of the negative list."""

    code: str
    name: Bilingual
    about: Bilingual


class ListCaseItem(Answer):
    """What a detector found; numbers and codes, no person's name."""

    id: str
    rule: str
    subject: str
    organisation: OrganisationBrief | None
    facts: dict[str, int | str | list[str]]
    state: Literal["open", "dismissed", "entered"]
    found_at: Instant
    decision_reason: str | None
    entry: Annotated[str | None, Meta(description="the entry that it became")]
