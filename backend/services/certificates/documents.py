"""Makes a certificate's document from rows, the same for the certificate's page and for the log."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from backend.domain.certificates.canonical_json import Document
from backend.domain.certificates.commitment import lines_salt
from backend.domain.certificates.document import (
    EventFacts,
    FootprintFacts,
    OffsetFacts,
    Part,
    certificate_document,
    spelled_lines,
)
from backend.domain.contribution import claim_of, contribution_g
from backend.domain.days import day_of
from backend.domain.footprint.footprint import Footprint
from backend.messages.shape import view_of
from backend.models import Event

Row = Any
"""A row of the view certified_offsets."""

_PARTS = msgspec.json.Decoder(list[Part])
_FOOTPRINT = msgspec.json.Decoder(Footprint)


async def event_facts(event_ids: Iterable[UUID]) -> dict[UUID, EventFacts]:
    """What certificates say of their events."""
    events = await Event.filter(id__in=list(event_ids))
    return {
        event.id: view_of(
            EventFacts,
            event,
            id=str(event.id),
            starts_on=day_of(event.starts_at),
            ends_on=day_of(event.ends_at),
        )
        for event in events
    }


def read_footprint(body: bytes) -> Footprint:
    """A stored footprint."""
    return _FOOTPRINT.decode(body)


class StoredFootprint(msgspec.Struct, frozen=True):
    """What certificates say of a footprint that many may share, and its lines as they are digested for each."""

    facts: FootprintFacts
    lines: bytes


def stored_footprint(footprint: Footprint) -> StoredFootprint:
    """A footprint as certificates say it, but for the digest that is each certificate's own."""
    return StoredFootprint(
        view_of(FootprintFacts, footprint, organiser_g=footprint.neutralised_g, lines_sha256=""),
        spelled_lines(msgspec.structs.asdict(line) for line in footprint.lines),
    )


def document_of(row: Row, event: EventFacts, stored: StoredFootprint) -> Document:
    """The document of one offset as it is now."""
    digest = sha256(lines_salt(row["seed"]) + stored.lines).digest()
    # Of a journey that is not kept the attendee has salt and lines.
    digest = row["lines_digest"] or digest
    footprint = msgspec.structs.replace(stored.facts, lines_sha256=digest.hex())
    offset = view_of(
        OffsetFacts,
        row,
        number=row["certificate_number"],
        parts=_PARTS.decode(row["parts"]) if row["parts"] else [],
        # What goes beyond the emissions that the organiser leaves open can be no offset of them.
        claim=claim_of(contribution_g(row["grams"], footprint.total_g, footprint.organiser_g)),
    )
    return certificate_document(event, footprint, offset)


def subject_of(number: str, revision: int) -> tuple[str, str]:
    """Kind and subject of a log entry: the certificate's number, and for a change its revision too."""
    return ("offset", number) if revision == 0 else ("offset_change", f"{number}:{revision}")
