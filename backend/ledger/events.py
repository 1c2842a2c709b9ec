"""An event's row as the ledger's rules need it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from backend.domain.days import day_of
from backend.domain.footprint.footprint import EventProfile
from backend.ledger.state import EventFacts
from backend.messages.encoding import encode
from backend.messages.events.scans import EventBrief
from backend.messages.shape import Bilingual


def event_facts(row: Mapping[str, Any]) -> EventFacts:
    """Facts of a row of `events`; `profile` there is JSON text with what the organiser set."""
    name = Bilingual(row["name_zh"], row["name_en"])
    brief = EventBrief(slug=row["slug"], name=name, city=row["city"])
    told = row["profile"]
    settings: dict[str, Any] = msgspec.json.decode(told) if isinstance(told, str | bytes) else dict(told)
    neutralises = row["neutralises"]
    if isinstance(neutralises, str | bytes):
        neutralises = msgspec.json.decode(neutralises)
    profile = msgspec.convert(
        settings
        | {
            "city": row["city"],
            "starts_day": day_of(row["starts_at"]),
            "ends_day": day_of(row["ends_at"]),
            "factor_set": row["factor_set"],
            "boundary": row["boundary"],
            "neutralises": neutralises,
        },
        EventProfile,
    )
    return EventFacts(
        id=row["id"],
        code=row["code"],
        slug=row["slug"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        city=row["city"],
        boundary=row["boundary"],
        state=row["state"],
        factor_set=row["factor_set"],
        join_points=row["join_points"],
        revision=row["revision"],
        profile=profile,
        brief=msgspec.Raw(encode(brief)),
    )
