"""A crowd of phones that scan, log an action, and send the same request again until it is answered."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import httpx2 as httpx

from tests.chaos.world import Person, World

AT_ONCE = 30
AGAIN_S = (0.02, 0.2)
OFFSET_G = 1000
REQUEST_S_MAX = 30.0


@dataclass
class Told:
    """What the server acknowledged to one person."""

    certificate: str | None = None
    action_id: str | None = None


@dataclass
class Crowd:
    """Everybody's acknowledgements, and how it went."""

    world: World
    people: Sequence[Person]
    told: dict[UUID, Told] = field(default_factory=dict)
    acknowledged: int = 0
    repeats: Counter[str] = field(default_factory=Counter)
    is_over: bool = False
    """No server will come back: a phone that is not answered gives up."""
    think_s_max: float = 0.0
    """How long people read their certificate before they log their ride."""
    running: asyncio.Task[None] | None = None
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def reached(self, acknowledged: int) -> None:
        """Return when so many requests have been acknowledged; raise what ended the crowd before."""

        async def count() -> None:
            async with self._changed:
                await self._changed.wait_for(lambda: self.acknowledged >= acknowledged)

        assert self.running is not None
        counting = asyncio.create_task(count())
        try:
            await asyncio.wait({counting, self.running}, return_when=asyncio.FIRST_COMPLETED)
            if self.running.done():
                self.running.result()
                assert self.acknowledged >= acknowledged
        finally:
            counting.cancel()

    async def run(self) -> None:
        """All people, AT_ONCE at a time, until every one is done."""
        waiting = iter(self.people)
        limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
        async with httpx.AsyncClient(
            base_url=self.world.base, limits=limits, timeout=REQUEST_S_MAX
        ) as client:

            async def phones() -> None:
                for person in waiting:
                    await self._person(client, person)

            await asyncio.gather(*(phones() for _ in range(AT_ONCE)))

    async def _person(self, client: httpx.AsyncClient, person: Person) -> None:
        told = self.told.setdefault(person.id, Told())
        if told.certificate is None:
            scan = {"code": person.code, "offset": {"grams": OFFSET_G}}
            answer = await self._until_answered(client, "/v1/scans", scan, person.headers)
            if answer is not None:
                assert answer.status_code in (200, 201), answer.text
                assert answer.json()["offset"]["grams"] == OFFSET_G
                told.certificate = answer.json()["certificate"]["number"]
                await self._count()
        if self.think_s_max:
            await asyncio.sleep(random.uniform(0.0, self.think_s_max))
        if told.action_id is None:
            headers = person.headers | {"Idempotency-Key": f"bike-{person.id}"}
            action = {"method": "bike_own", "quantity": 5}
            answer = await self._until_answered(client, "/v1/actions", action, headers)
            if answer is not None:
                assert answer.status_code == 201, answer.text
                told.action_id = answer.json()["id"]
                await self._count()

    async def _until_answered(
        self, client: httpx.AsyncClient, path: str, body: object, headers: dict[str, str]
    ) -> httpx.Response | None:
        """The answer to this very request, sent as often as it takes."""
        while True:
            try:
                answer = await client.post(path, json=body, headers=headers)
            except httpx.TransportError as error:
                self.repeats[type(error).__name__] += 1
                if self.is_over:
                    return None
            else:
                if answer.status_code != 503:
                    return answer
                self.repeats[answer.json()["code"]] += 1
                assert int(answer.headers["retry-after"]) >= 1
                if self.is_over:
                    return None
            await asyncio.sleep(random.uniform(*AGAIN_S))

    async def _count(self) -> None:
        async with self._changed:
            self.acknowledged += 1
            self._changed.notify_all()


@dataclass(frozen=True)
class Reckoning:
    """What was acknowledged against what the database holds."""

    acknowledged: int
    lost: int
    double: int
    unacknowledged: int
    """Written, and nobody was told."""


async def reckon(crowd: Crowd) -> Reckoning:
    """Compare, and print the numbers."""
    world = crowd.world
    certificates = {told.certificate for told in crowd.told.values()} - {None}
    actions = {told.action_id for told in crowd.told.values()} - {None}
    offsets = await world.rows("SELECT citizen_id, certificate_number FROM offsets")
    logged = await world.rows("SELECT citizen_id, id::text FROM actions")
    attended = await world.rows("SELECT citizen_id, badge_serial FROM attendances")
    kept = {row["certificate_number"] for row in offsets} | {row["id"] for row in logged}
    lost = len((certificates | actions) - kept)
    double = sum(
        len(rows) - len({row[0] for row in rows}) for rows in (offsets, logged, attended)
    ) + len(attended) - len({row["badge_serial"] for row in attended})  # fmt: skip
    unacknowledged = len(kept - certificates - actions)
    found = Reckoning(len(certificates) + len(actions), lost, double, unacknowledged)
    print(f"\n  {found}, repeats {dict(crowd.repeats)}")
    return found


@asynccontextmanager
async def under_load(world: World, *, think_s_max: float = 0.0) -> AsyncIterator[Crowd]:
    """A crowd that scans while the block runs; on leaving everybody has been answered."""
    crowd = Crowd(world, world.people, think_s_max=think_s_max)
    crowd.running = asyncio.create_task(crowd.run())
    try:
        yield crowd
        await crowd.running
    finally:
        crowd.running.cancel()
        await asyncio.wait({crowd.running})
