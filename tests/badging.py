"""Badges in tests: files of them, and how they are asked for."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2 as httpx

from tests.service import Json, Service

CSV = {"Content-Type": "text/csv"}


def table(*rows: str, header: str = "category,holder_ref,label,alias") -> bytes:
    """A CSV file as a spreadsheet writes it."""
    return "\r\n".join((header, *rows, "")).encode()


async def send_file(
    service: Service, content: bytes, slug: str = "fair", role: str = "organiser"
) -> httpx.Response:
    headers = await service.staff(role) | CSV
    return await service.client.post(f"/v1/events/{slug}/badge-imports", content=content, headers=headers)


async def imported(service: Service, content: bytes, slug: str = "fair") -> Json:
    """The import of a file, once it has ended."""
    answer = await send_file(service, content, slug)
    assert answer.status_code in (200, 202), answer.text
    return await ended(service, answer.json()["id"], slug)


async def ended(service: Service, import_id: str, slug: str = "fair") -> Json:
    headers = await service.staff("organiser")
    async with asyncio.timeout(60):
        while True:
            path = f"/v1/events/{slug}/badge-imports/{import_id}"
            found: Json = (await service.client.get(path, headers=headers)).json()
            if found["state"] not in ("queued", "running"):
                return found
            await asyncio.sleep(0.02)


async def ask(service: Service, path: str, slug: str = "fair", **query: Any) -> httpx.Response:
    headers = await service.staff("organiser")
    return await service.client.get(f"/v1/events/{slug}/{path}", headers=headers, params=query)


async def tell(service: Service, path: str, body: Json, slug: str = "fair") -> httpx.Response:
    return await service.post(f"/v1/events/{slug}/{path}", body, await service.staff("organiser"))
