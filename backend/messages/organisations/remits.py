"""What regulators watch: remits as operators give and end them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from backend.domain.events.agencies import AgencyCode
from backend.messages.shape import Answer, Instant, Request

Reason = Annotated[str, Meta(min_length=1, max_length=400, description="why; kept in the record")]


class RemitRequest(Request):
    """What a regulator watches from now on, besides what they watch already: an agency's events, a city's, or both."""

    reason: Reason
    agency: Annotated[AgencyCode | None, Meta(description="null: of every agency")] = None
    city: Annotated[
        Annotated[str, Meta(min_length=1, max_length=40)] | None, Meta(description="null: everywhere")
    ] = None


class RemitEndRequest(Request):
    """The end of a remit."""

    reason: Reason
    becomes_province: Annotated[
        bool, Meta(description="of the last remit: the regulator watches the whole province from then on")
    ] = False


class RemitView(Answer):
    id: str
    agency: AgencyCode | None
    city: str | None
    given_by: Annotated[str, Meta(description="user name")]
    given_at: Instant


class RegulatorView(Answer):
    """A regulator's account with what it watches."""

    id: str
    username: str
    is_province: Annotated[bool, Meta(description="without a remit: the whole province")]
    remits: list[RemitView]
