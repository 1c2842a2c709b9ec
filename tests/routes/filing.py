"""Verbs of an event's application, for tests: moving, sending documents, people who were there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2 as httpx

from backend.domain.footprint.inputs import Footprint, FootprintLine
from backend.messages.encoding import encode
from tests.service import Json, Service

PDF = b"%PDF-1.7\n" + b"p" * 2_000
PAST: Json = {"starts_at": "2026-05-01T09:00:00+08:00", "ends_at": "2026-05-02T18:00:00+08:00"}


async def move(service: Service, slug: str, to: str, role: str, **body: Any) -> httpx.Response:
    return await service.post(f"/v1/events/{slug}/transitions", {"to": to} | body, await service.staff(role))


async def moved(service: Service, slug: str, to: str, role: str = "organiser", **body: Any) -> Json:
    """The event after a step that is taken."""
    answer = await move(service, slug, to, role, **body)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def refused(
    service: Service, slug: str, to: str, code: str, role: str = "organiser", **body: Any
) -> None:
    answer = await move(service, slug, to, role, **body)
    assert (answer.status_code, answer.json()["code"]) == (409, code), answer.text


async def send(
    service: Service,
    slug: str,
    kind: str,
    content: bytes = PDF,
    *,
    name: str = "文件.pdf",
    media_type: str = "application/pdf",
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    headers = headers if headers is not None else await service.staff("organiser")
    return await service.client.post(
        f"/v1/events/{slug}/documents",
        params={"kind": kind, "name": name},
        content=content,
        headers=headers | {"Content-Type": media_type},
    )


def _footprint(total_g: int) -> Footprint:
    line = FootprintLine(
        source="lodging",
        quantity=Decimal(1),
        unit="room_night",
        factor_id="x",
        factor_g=Decimal(total_g),
        emission_g=total_g,
        source_kind="assumption",
    )
    return Footprint(
        total_g=total_g, basis="default", uncertainty_pct=50, factor_set="cn-2026", lines=(line,)
    )


async def attend(rows: asyncpg.Connection, slug: str, grams: list[int]) -> None:
    """People who were at an event, with their footprints, as the ledger would have written them."""
    event_id = await rows.fetchval("SELECT id FROM events WHERE slug = $1", slug)
    for total_g in grams:
        digest = uuid4().bytes * 2
        await rows.execute(
            "INSERT INTO footprints (event_id, digest, total_g, basis, factor_set, body) "
            "VALUES ($1, $2, $3, 'default', 'cn-2026', $4)",
            event_id,
            digest,
            total_g,
            encode(_footprint(total_g)),
        )
        await rows.execute(
            "INSERT INTO attendances (event_id, citizen_id, id, footprint_digest, offset_status, points, joined_at) "
            "VALUES ($1, $2, $3, $4, 'none', 0, now())",
            event_id,
            uuid4(),
            uuid4(),
            digest,
        )
