"""The year of a venue, an enterprise or an institution, as part of an event."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta

from backend.messages.organisations.organisations import OrganisationBrief
from backend.messages.shape import Answer, Bilingual


class YearBrief(Answer, kw_only=True):
    """Another year, where it is counted or counts."""

    slug: str
    name: Bilingual


class YearScene(Answer, kw_only=True):
    code: str
    name: Bilingual


class YearView(Answer, kw_only=True):
    """Whose year it is, and which twelve months."""

    organisation: OrganisationBrief
    scene: Annotated[YearScene | None, Meta(description="the venue, where it is a listed scene")]
    starts_on: date
    ends_on: Annotated[date, Meta(description="the last day, counted")]
    includes: Annotated[
        list[YearBrief], Meta(description="years of venues that are counted within this one, once")
    ]
    within: Annotated[YearBrief | None, Meta(description="the year that counts this venue's year")]
