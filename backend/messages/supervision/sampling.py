"""Certificates drawn at random, each with the chain that it rests on."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from msgspec import Meta

from backend.domain.supervision.chain import Basis, LinkName
from backend.messages.shape import Answer, Bilingual, Instant, Request, Slug
from backend.messages.supervision.desk import RemitBrief

SAMPLE_SIZE_MAX = 50


class SampleRequest(Request):
    """How many certificates to draw, of an event or of those issued on some days (Shanghai, both inclusive)."""

    size: Annotated[int, Meta(ge=1, le=SAMPLE_SIZE_MAX)]
    reason: Annotated[str, Meta(min_length=1, max_length=400, description="why; kept in the record")]
    event: Annotated[Slug | None, Meta(description="slug of the event; or else a period")] = None
    period_from: date | None = None
    period_to: date | None = None
    seed: Annotated[
        Annotated[str, Meta(pattern="^[0-9A-Za-z]{1,64}$")] | None,
        Meta(description="of draws that are to be repeated; drawn at random when left out"),
    ] = None


class ChainLink(Answer):
    """One link of the chain. `is_ok` is null where what it rests on is not kept any more."""

    name: LinkName
    is_ok: bool | None
    wrong: Annotated[list[str], Meta(description="what does not hold, as codes")]
    items: Annotated[
        list[dict[str, Any]], Meta(description="facts of the link: lines, factors, serials, batches")
    ]


class SampledCertificate(Answer):
    """A drawn certificate as it was found; nothing of it names a person."""

    position: int
    number: str
    url: str
    basis: Annotated[
        Basis,
        Meta(
            description="lines: as they are kept; sums: the lines are not kept, and their sums with the event's "
            "were looked at; holder_copy: the lines of the holder's copy, which the signature covers"
        ),
    ]
    is_ok: bool
    chain: list[ChainLink]
    checks: Annotated[int, Meta(description="how often it was looked at; this is the last one")]
    checked_by: str
    checked_at: Instant


class SampleBrief(Answer):
    """A draw. Who has the seed and the population's numbers draws the same certificates (docs/supervision.md)."""

    id: str
    number: str
    event: str | None
    event_name: Bilingual | None
    period_from: date | None
    period_to: date | None
    remits: Annotated[list[RemitBrief], Meta(description="of who drew; empty: the province")]
    seed: str
    size: int
    population: int
    reason: str
    drawn_by: str
    drawn_at: Instant
    failed: Annotated[int, Meta(description="certificates of which a link does not hold")]


class SampleView(SampleBrief, kw_only=True):
    certificates: list[SampledCertificate]


class HolderCopyRequest(Request):
    """A further look, with the record of the certificate as its holder has it: the JSON of /v1/certificates/{number},
    with its lines.
    """

    certificate: Annotated[
        Annotated[dict[str, Any], Meta(max_length=60)] | None,
        Meta(description="null: what is kept here is looked at once more"),
    ] = None
