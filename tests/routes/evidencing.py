"""Scenes, photos and reviews as tests make them."""

from __future__ import annotations

import io
import random
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2 as httpx
from PIL import Image

from backend.outside.photo_files import PhotoFiles
from tests.service import Json, Service

PLACE = {"lat": 30.657_12, "lon": 104.065_77}
CSV_HEADER = "kind,name_zh,name_en,district,address,stars,grade,lat,lon"


async def new_scene(service: Service, kind: str = "restaurant", **changes: Any) -> Json:
    """A certified scene and its sign, as the operator gets them."""
    body = {
        "kind": kind,
        "name": {"zh-CN": f"柴门饭儿 {uuid4().hex[:8]}", "en": "Chaimen"},
        "district": "锦江区",
        "reason": "第一批名录",
    } | changes
    answer = await service.post("/v1/scenes", body, await service.staff("operator"))
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def change_scene(service: Service, code: str, **changes: Any) -> httpx.Response:
    body = {"reason": "巡查"} | changes
    return await service.post(f"/v1/scenes/{code}/changes", body, await service.staff("operator"))


async def import_scenes(service: Service, content: bytes | str, reason: str = "名录") -> httpx.Response:
    raw = content.encode() if isinstance(content, str) else content
    headers = await service.staff("operator") | {"Content-Type": "text/csv"}
    return await service.client.post(
        "/v1/scene-imports", params={"reason": reason}, content=raw, headers=headers
    )


def picture(size: tuple[int, int] = (320, 240), form: str = "JPEG", **saving: Any) -> bytes:
    """A picture that no other one equals."""
    colour = tuple(random.randrange(256) for _ in range(3))
    image = Image.new("RGB", size, colour)
    for _ in range(40):
        image.putpixel((random.randrange(size[0]), random.randrange(size[1])), (0, 0, 0))
    found = io.BytesIO()
    image.resize(size).save(found, form, **saving)
    return found.getvalue()


async def send(
    service: Service, citizen: dict[str, str], raw: bytes, media_type: str = "image/jpeg"
) -> httpx.Response:
    headers = citizen | {"Content-Type": media_type}
    return await service.client.post("/v1/me/photos", content=raw, headers=headers)


async def new_photo(service: Service, citizen: dict[str, str]) -> str:
    answer = await send(service, citizen, picture())
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sha256"])


async def act_with_photo(
    service: Service, citizen: dict[str, str], photo: str, method: str = "clean_plate", **body: Any
) -> httpx.Response:
    evidence = {"tier": "E4", "photo": photo, **PLACE}
    return await service.act(citizen, method, evidence=evidence, **body)


async def pending(service: Service, method: str = "clean_plate", **body: Any) -> tuple[dict[str, str], Json]:
    """A citizen with an action that waits for a person, and that action."""
    citizen = await (service.resident() if "occurred_at" in body else service.citizen())
    answer = await act_with_photo(service, citizen, await new_photo(service, citizen), method, **body)
    assert answer.status_code == 201, answer.text
    return citizen, answer.json()


async def reviewer(service: Service) -> dict[str, str]:
    """Headers of a member of staff whose duty is to review for the whole city."""
    await service.city_duties()
    return await service.staff("staff")


async def decide(
    service: Service, id_: str, decision: str = "approve", role: str = "staff", reason: str = "看清了"
) -> httpx.Response:
    body = {"decision": decision, "reason": reason}
    return await service.post(
        f"/v1/reviews/{id_}/decision",
        body,
        await (reviewer(service) if role == "staff" else service.staff(role)),
    )


def files_of(service: Service) -> PhotoFiles:
    return PhotoFiles(service.settings.photo_dir)


async def kept(service: Service, rows: asyncpg.Connection, sha256: str) -> bytes | None:
    owner = await rows.fetchval("SELECT citizen_id FROM photos WHERE sha256 = $1", bytes.fromhex(sha256))
    return await files_of(service).get(f"{sha256}-{owner.hex}")
