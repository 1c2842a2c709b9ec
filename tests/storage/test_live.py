"""Redis may be emptied at any moment: a picture that calls itself whole is the database's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

from backend.storage.live_counts.cells import CountCell, Picture
from backend.storage.live_counts.publisher import Publisher
from backend.storage.live_counts.stored_counts import picture_of_event
from backend.storage.redis import Counts
from tests.service import Service


class Emptied(Counts):
    """Redis is emptied by somebody between the last cell and the word that the picture is whole."""

    times = 1

    async def mark_whole(self, event_id: UUID, cells: int) -> bool:
        if self.times:
            self.times -= 1
            await self._redis.flushdb()
        return await super().mark_whole(event_id, cells)


class Late(Counts):
    """Redis is emptied by somebody between two calls that carry cells."""

    times = 1

    async def apply(self, event_id: UUID, cells: Sequence[CountCell]) -> bool:
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
    true = await picture_of_event(service.components.database, event_id, [])
    # First let the service's own publisher finish, which would put right what this one does wrong.
    while (await _picture(service.components.counts, event_id)).total != true.total:
        pass
    await counts._redis.flushdb()
    publisher = Publisher(counts, service.components.database)
    publisher.start()
    publisher.rebuild(event_id)
    told = await _picture(counts, event_id)
    await publisher.stop()
    assert told.total == true.total


async def _picture(counts: Counts, event_id: UUID) -> Picture:
    """The first one that is called whole."""
    async with asyncio.timeout(5):
        while True:
            picture = await counts.picture(event_id, [0], [])
            if picture is not None:
                return picture
            await asyncio.sleep(0.01)


async def test_picture_is_not_called_whole_when_redis_was_emptied_before_that_word(service: Service) -> None:
    event_id = await _scan(service, 3)
    await _whole_is_true(service, Emptied(service.components.counts._redis), event_id)


async def test_picture_is_not_called_whole_when_redis_was_emptied_half_way(service: Service) -> None:
    event_id = await _scan(service, 3)
    await _whole_is_true(service, Late(service.components.counts._redis), event_id)


async def test_publisher_ends_at_whatever_moment_of_its_work_it_is_stopped(service: Service) -> None:
    event_id = await _scan(service, 1)
    for turns in range(30):
        publisher = Publisher(service.components.counts, service.components.database)
        publisher.start()
        publisher.rebuild(event_id)
        for _ in range(turns):
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await publisher.stop()
