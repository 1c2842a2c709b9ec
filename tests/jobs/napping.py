"""A worker in a process of its own, whose only job never ends; it says when it has begun."""

from __future__ import annotations

import asyncio
import sys

from backend.catalogue import load_catalogue
from backend.domain.operations.schedules import Every
from backend.jobs.job import Job, WorkerComponents
from backend.jobs.worker import Worker
from backend.settings import load_settings
from backend.worker_assembly import open_worker_components

LEASE_S = 1.0


async def nap(components: WorkerComponents) -> None:
    print("begun", flush=True)
    await asyncio.sleep(3600)


async def main() -> None:
    job = Job(name=sys.argv[1], rhythm=Every(3600), run=nap)
    async with open_worker_components(load_settings(), load_catalogue()) as components:
        await Worker(components, [job], lease_s=LEASE_S, poll_every_s=0.05).work()


if __name__ == "__main__":
    asyncio.run(main())
