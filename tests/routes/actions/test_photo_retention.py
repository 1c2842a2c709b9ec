"""How many photos a citizen may send, and when they leave again."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg

from backend.jobs.actions.photo_retention import remove_old_photos
from backend.settings import Settings
from tests.routes.contract import watch
from tests.routes.evidencing import (
    act_with_photo,
    files_of,
    kept,
    new_photo,
    pending,
    picture,
    reviewer,
    send,
)
from tests.service import Service, open_service


async def test_a_citizen_sends_so_many_a_day_however_fast(settings: Settings) -> None:
    async with open_service(replace(settings, photos_per_day_max=3)) as service:
        watch(service)
        citizen, raws = await service.citizen(), [picture() for _ in range(8)]
        answers = await asyncio.gather(*(send(service, citizen, raw) for raw in raws))
        assert Counter(answer.status_code for answer in answers) == {201: 3, 429: 5}
        there = next(raw for raw, answer in zip(raws, answers, strict=True) if answer.status_code == 201)
        assert (await send(service, citizen, there)).status_code == 201, "the same one again is no new one"
        assert (await send(service, await service.citizen(), picture())).status_code == 201


async def test_photos_leave_after_their_time_and_a_used_one_cannot_come_back(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen, action = await pending(service)
    fresh = await new_photo(service, citizen)
    (row,) = await owner.fetch("SELECT sha256, citizen_id FROM photos WHERE used_by IS NOT NULL")
    content = await kept(service, owner, row["sha256"].hex())
    assert content is not None
    long_ago = datetime.now(UTC) - timedelta(days=91)
    await owner.execute("UPDATE photos SET created_at = $1 WHERE used_by IS NOT NULL", long_ago)
    args = (service.components.database, files_of(service), datetime.now(UTC))
    assert await remove_old_photos(*args, days_max=90) == 1
    assert await remove_old_photos(*args, days_max=90) == 0
    assert await kept(service, owner, row["sha256"].hex()) is None
    assert await kept(service, owner, fresh) is not None
    staff = await reviewer(service)
    view = (await service.client.get(f"/v1/reviews/{action['id']}", headers=staff)).json()
    assert (view["has_photo"], view["evidence"]) == (False, {})
    gone = await service.client.get(f"/v1/reviews/{action['id']}/photo", headers=staff)
    assert (gone.status_code, gone.json()["code"]) == (404, "photo_not_found")
    assert (await send(service, citizen, content)).status_code in (201, 409)
    again = await act_with_photo(service, citizen, row["sha256"].hex())
    assert (again.status_code, again.json()["code"]) == (409, "photo_used")


async def test_an_unused_photo_that_was_removed_may_be_sent_again(
    service: Service, owner: asyncpg.Connection
) -> None:
    citizen, raw = await service.citizen(), picture()
    photo = (await send(service, citizen, raw)).json()["sha256"]
    later = datetime.now(UTC) + timedelta(days=91)
    assert await remove_old_photos(service.components.database, files_of(service), later, days_max=90) == 1
    missing = await act_with_photo(service, citizen, photo)
    assert missing.status_code == 409
    assert (await send(service, citizen, raw)).json()["sha256"] == photo
    assert await kept(service, owner, photo) is not None
    assert (await act_with_photo(service, citizen, photo)).status_code == 201


async def test_who_leaves_takes_their_photos_along(service: Service, owner: asyncpg.Connection) -> None:
    raw = picture()
    leaving, staying = await service.citizen(), await service.citizen()
    for citizen in (leaving, staying):
        await send(service, citizen, raw)
    assert (await service.client.delete("/v1/me", headers=leaving)).status_code == 200
    (gone,) = await owner.fetch("SELECT citizen_id, sha256 FROM photos WHERE removed_at IS NOT NULL")
    assert await kept_of(service, gone) is None, "at once, without waiting for the job"
    now = datetime.now(UTC)
    assert await remove_old_photos(service.components.database, files_of(service), now, days_max=90) == 0
    left = await owner.fetch("SELECT citizen_id, sha256 FROM photos WHERE removed_at IS NULL")
    assert len(left) == 1
    assert await kept_of(service, left[0]) is not None


async def kept_of(service: Service, row: asyncpg.Record) -> bytes | None:
    return await files_of(service).get(f"{row['sha256'].hex()}-{row['citizen_id'].hex}")


async def test_who_signs_in_with_a_passkey_alone_keeps_their_photos(
    service: Service, owner: asyncpg.Connection
) -> None:
    """No identity leads to them; only an erasure says that somebody has left."""
    citizen = await service.citizen()
    photo = await new_photo(service, citizen)
    await owner.execute("DELETE FROM identities")
    args = (service.components.database, files_of(service), datetime.now(UTC))
    assert await remove_old_photos(*args, days_max=90) == 0
    assert await kept(service, owner, photo) is not None
