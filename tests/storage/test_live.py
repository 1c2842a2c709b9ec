"""Redis may be emptied at any moment: a picture that calls itself whole is the database's."""

from __future__ import annotations

import asyncio
from uuid import UUID

from backend.storage.cells import CountCell
from backend.storage.live import Publisher
from backend.storage.reads import picture_of_event
from backend.storage.redis import Counts
from tests.service import Service


class Emptied(Counts):
    """Redis is emptied by somebody between the last cell and the word that the picture is whole."""

    times = 1

    async def mark_whole(self, *event: UUID) -> None:
        if self.times:
            self.times -= 1
            await self._redis.flushdb()
        await super().mark_whole(*event)


class Late(Counts):
    """Redis is emptied by somebody between two calls that carry cells."""

    times = 1

    async def apply(self, event_id: UUID, cells: list[CountCell]) -> bool:  # type: ignore[override]
        applied = await super().apply(event_id, cells)
        if self.times:
            self.times -= 1
            await self._redis.flushdb()
        return applied


async def _scan(service: Service, people: int) -> UUID:
    event = await service.event()
    badges = await service.badges(people)
    for badge in badges:
        assert (await service.scan(badge["code"], await service.citizen())).status_code == 201
    return UUID(event["id"])


async def _whole_is_true(service: Service, counts: Counts, event_id: UUID) -> None:
    publisher = Publisher(counts, service.parts.database)
    publisher.start()
    publisher.rebuild(event_id)
    true = await picture_of_event(service.parts.database, event_id, [])
    async with asyncio.timeout(5):
        while (told := await counts.picture(event_id, [0], [])) is None:
            publisher.rebuild(event_id)
            await asyncio.sleep(0.01)
    await publisher.stop()
    assert told.total == true.total


async def test_picture_is_not_called_whole_when_redis_was_emptied_before_that_word(service: Service) -> None:
    event_id = await _scan(service, 3)
    await _whole_is_true(service, Emptied(service.parts.counts._redis), event_id)


async def test_picture_is_not_called_whole_when_redis_was_emptied_half_way(service: Service) -> None:
    event_id = await _scan(service, 3)
    await _whole_is_true(service, Late(service.parts.counts._redis), event_id)
