"""What a certificate says, as the document that is signed and logged. No name and no id of a person is in it.

Chinese: 抵消, 全部 or 部分, never neutral. English: a contribution, as EU Directive 2024/825 asks. Where the organiser
neutralises the same emissions already, both languages say contribution (domain rules on double counting).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal

import msgspec

from backend.domain.certificates.canonical_json import Document, canonical_bytes
from backend.domain.certificates.signatures import instant
from backend.domain.contribution import Claim, contribution_g
from backend.domain.mass import kilograms
from backend.texts import name_of, say

CERTIFICATE_TYPE = "tianfu-certificate-v2"
FIRST_TYPE = "tianfu-certificate-v1"
"""Logged itself, with its number; its `lines_sha256` has no salt, so it is shown to the holder alone."""
PERIOD_BOUNDARY = "personal_life"
"""The boundary of a period of somebody's life: nobody attended it, and no organiser neutralises a part of it."""
LINE_FIELDS = ("source", "quantity", "unit", "factor_id", "factor_g", "emission_g")

Reading = Literal["offset", "mixed", "contribution"]
"""How the grams are called: `mixed` where some of them offset and the others are a contribution."""


class EventFacts(msgspec.Struct, frozen=True):
    """The event of a certificate."""

    id: str
    slug: str
    name_zh: str
    name_en: str
    city: str
    starts_on: date
    ends_on: date
    boundary: str


class FootprintFacts(msgspec.Struct, frozen=True):
    """The footprint of a certificate; `lines_sha256` stands for its lines, each with quantity, factor and grams.

    It is salted: without the salt, which the holder has, nobody finds a journey by trying the cities.
    """

    total_g: int
    basis: str
    uncertainty_pct: int
    default_pct: int
    factor_set: str
    organiser_g: int
    lines_sha256: str


class Part(msgspec.Struct, frozen=True):
    """Grams of one retired batch, by their serials."""

    batch_id: str
    product: str
    project: str
    retirement_ref: str
    grams: int
    serial_from: int
    serial_to: int


class OffsetFacts(msgspec.Struct, frozen=True):
    """One person's offset, without the person."""

    number: str
    revision: int
    grams: int
    kind: str
    issued_at: datetime
    parts: Sequence[Part]
    claim: Claim = "offset"
    released_g: int = 0


def certificate_document(event: EventFacts, footprint: FootprintFacts, offset: OffsetFacts) -> Document:
    """The document of a certificate."""
    zh, en = statement(event, footprint, offset)
    return {
        "type": CERTIFICATE_TYPE,
        "number": offset.number,
        "revision": offset.revision,
        "issued_at": instant(offset.issued_at),
        "event": {
            "id": event.id,
            "slug": event.slug,
            "name": {"zh-CN": event.name_zh, "en": event.name_en},
            "city": event.city,
            "starts_on": event.starts_on.isoformat(),
            "ends_on": event.ends_on.isoformat(),
            "boundary": event.boundary,
        },
        "footprint": msgspec.structs.asdict(footprint),
        "offset": {
            "grams": offset.grams,
            "kind": offset.kind,
            "claim": offset.claim,
            "contribution_g": contribution_of(footprint, offset),
            "released_g": offset.released_g,
            "allocations": [msgspec.structs.asdict(part) for part in offset.parts],
        },
        "statement": {"zh-CN": zh, "en": en},
    }


def contribution_of(footprint: FootprintFacts, offset: OffsetFacts) -> int:
    """Grams that go beyond the emissions which the organiser leaves open: they can be no offset of them."""
    return contribution_g(offset.grams, footprint.total_g, footprint.organiser_g)


def reading_of(grams: int, contribution_g: int) -> Reading:
    if contribution_g <= 0:
        return "offset"
    return "mixed" if contribution_g < grams else "contribution"


def statement(event: EventFacts, footprint: FootprintFacts, offset: OffsetFacts) -> tuple[str, str]:
    """The sentence of a certificate in Chinese and English. It says part when it is a part."""
    said = "certificate.says.period" if event.boundary == PERIOD_BOUNDARY else "certificate.says"
    return (
        _sentence("zh-CN", said, event.name_zh, footprint, offset),
        _sentence("en", said, event.name_en, footprint, offset),
    )


def _sentence(language: str, said: str, event: str, footprint: FootprintFacts, offset: OffsetFacts) -> str:
    if not offset.parts:
        return say(language, f"{said}.nothing", event=event)
    beyond_g = contribution_of(footprint, offset)
    comma = say(language, "list.names")
    products = {name_of(language, "product", part.product) for part in offset.parts}
    projects = dict.fromkeys(part.project for part in offset.parts)
    return say(
        language,
        f"{said}.{reading_of(offset.grams, beyond_g)}",
        event=event,
        total=kilograms(footprint.total_g),
        grams=kilograms(offset.grams),
        share=say(language, f"certificate.says.{'full' if offset.kind == 'full' else 'partial'}"),
        products=comma.join(sorted(products)),
        projects=comma.join(say(language, "certificate.says.project", name=project) for project in projects),
        serials=comma.join(f"{part.serial_from}–{part.serial_to}" for part in offset.parts),
        # What the organiser takes care of is said of that part alone.
        contribution=kilograms(beyond_g),
        rest=kilograms(offset.grams - beyond_g),
        factor_set=footprint.factor_set,
        default_pct=footprint.default_pct,
    )


def spelled_lines(lines: Iterable[Mapping[str, Any]]) -> bytes:
    """A footprint's lines in one spelling, whatever way their numbers were spelled."""
    return canonical_bytes([[_spelled(line[name]) for name in LINE_FIELDS] for line in lines])


def lines_digest(lines: Iterable[Mapping[str, Any]], salt: bytes = b"") -> str:
    """SHA-256 over a salt and a footprint's lines; the first documents had no salt."""
    return sha256(salt + spelled_lines(lines)).hexdigest()


def _spelled(value: object) -> str:
    if isinstance(value, str):
        return value
    number = format(Decimal(str(value)), "f")
    return number.rstrip("0").rstrip(".") if "." in number else number
