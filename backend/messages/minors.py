"""Months of birth, guardians' consents, yearly figures on minors' data."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.minors.ages import Band
from backend.messages.account.erasures import ErasureReceipt
from backend.messages.shape import Answer, Bilingual, Instant, Request, Statement

Month = Annotated[
    str, Meta(pattern=r"^(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])$(?!\n)", description="YYYY-MM, nothing finer")
]
GuardianCodeText = Annotated[str, Meta(min_length=10, max_length=40)]
Figure = Literal[
    "accounts",
    "consents_given",
    "consents_withdrawn",
    "consents_ended",
    "actions",
    "points",
    "reviews",
    "photos",
    "complaints",
    "erasures",
]


class AgeRequest(Request):
    born: Month


class AgeView(Answer, kw_only=True):
    """What a citizen told of their age, and what follows from it today."""

    born: str | None
    band: Annotated[Band | None, Meta(description="child: under 14, youth: under 18; null until told")]
    until: Annotated[date | None, Meta(description="the day on which the next band begins")]
    may_earn: bool
    needs_guardian: bool
    guardians: Annotated[int, Meta(ge=0, description="consents of guardians that hold")]


class GuardianCodeView(Answer, kw_only=True):
    """Shown to a guardian, who gives the consent with it from an account of their own."""

    code: str
    url: Annotated[str, Meta(description="the account page with the code behind the #, to be drawn as a QR")]
    expires_at: Instant


class GuardianCodeRequest(Request):
    code: GuardianCodeText


class ChildBrief(Answer, kw_only=True):
    """What a guardian sees before they consent."""

    name: Bilingual
    about: Annotated[Statement, Meta(description="what the consent is for, and what becomes of it")]
    policy_version: str


class ChildView(Answer, kw_only=True):
    """A child whose guardian the citizen is."""

    id: str
    name: Bilingual
    since: Instant
    until: Annotated[date, Meta(description="the day on which the child is 14 and decides alone")]
    policy_version: str
    guardians: int


class GuardianView(Answer, kw_only=True):
    """A guardian whose consent holds for the child who asks."""

    id: str
    name: Bilingual
    since: Instant


class ConsentEnd(Answer, kw_only=True):
    """A guardian's consent is withdrawn."""

    receipt: Annotated[
        ErasureReceipt | None,
        Meta(description="of the child's data, erased with the last consent; null while another one holds"),
    ]


class MinorsFigure(Answer, kw_only=True):
    """One figure of one band of age; of the accounts also `adult` and `untold`."""

    figure: Figure
    band: Literal["child", "youth", "adult", "untold"]
    count: Annotated[
        int | None, Meta(description="null where one to four people are behind it: fewer than is shown")
    ]


class MinorsReport(Answer, kw_only=True):
    """A year of minors' data, of the accounts that are there; bands of age are those of the day it is made for."""

    year: int
    as_of: date
    hidden_below: int
    items: list[MinorsFigure]
