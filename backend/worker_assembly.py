"""Puts together the parts of a worker process and has it work.

Apart from backend.assembly, so that a server process never loads the jobs that only a worker does.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import structlog

from backend.catalogue import Catalogue, load_catalogue
from backend.infrastructure import open_infrastructure
from backend.jobs.job import WorkerComponents
from backend.jobs.schedule import JOBS
from backend.jobs.worker import Worker
from backend.logging import configure_logging
from backend.outside.wechat_messages import SubscribeMessages
from backend.services.certificates.signer import open_signer
from backend.services.certificates.transparency_log import log_keys
from backend.services.community.community import Community
from backend.settings import Settings
from backend.storage.redis_access_tokens import AccessTokenCache
from backend.storage.sqlfiles import preload
from backend.tenant import enter_tenant
from backend.tenants_file import ServedCity

log = structlog.get_logger(__name__)

AGAIN_S = 5.0
WORKER_POOL_SIZE_MAX = 6
"""Three jobs at once, their leases, and the outbox."""


@asynccontextmanager
async def open_worker_components(settings: Settings, catalogue: Catalogue) -> AsyncIterator[WorkerComponents]:
    """What a worker process holds: it serves no requests, so no tokens and no streams."""
    async with open_infrastructure(settings, catalogue, pool_size_max=WORKER_POOL_SIZE_MAX) as infrastructure:
        messages = None
        if infrastructure.wechat is not None:
            cache = AccessTokenCache(infrastructure.redis, infrastructure.encryptor, settings.wechat_appid)
            messages = SubscribeMessages(infrastructure.wechat, cache)
        yield WorkerComponents(
            settings=settings,
            catalogue=catalogue,
            database=infrastructure.database,
            redis=infrastructure.redis,
            queue=infrastructure.queue,
            community=Community.open(catalogue, infrastructure.redis),
            messages=messages,
        )


async def run_worker(settings: Settings, ends_on: Sequence[signal.Signals]) -> None:
    """Do jobs until one of the signals comes; what is under way is given back."""
    configure_logging(settings)
    preload()
    await _work(settings, _on_signals(ends_on))
    log.info("worker_ended")


async def run_workers(cities: Sequence[ServedCity], ends_on: Sequence[signal.Signals]) -> None:
    """Do the jobs of several cities, each in a task of its own, until one of the signals comes.

    Jobs that fail are run again by each city's own worker. A city that cannot even begin, or whose worker dies, is
    begun anew after a while, and the others go on meanwhile.
    """
    configure_logging(cities[0].settings)
    preload()
    ending = _on_signals(ends_on)
    async with asyncio.TaskGroup() as group:
        for city in cities:
            group.create_task(_work_for(city, ending), name=f"worker-{city.tenant.id}")
    log.info("worker_ended")


def _on_signals(ends_on: Sequence[signal.Signals]) -> asyncio.Event:
    ending = asyncio.Event()
    for number in ends_on:
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    return ending


async def _work_for(city: ServedCity, ending: asyncio.Event) -> None:
    enter_tenant(city.tenant)
    while not ending.is_set():
        try:
            # A task of its own: what the attempt leaves in its context is gone with it.
            await asyncio.create_task(_work(city.settings, ending))
        except Exception:
            log.exception("worker_of_city_died", city=city.tenant.id)
            with suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), AGAIN_S)


async def _work(settings: Settings, ending: asyncio.Event) -> None:
    async with (
        open_signer(log_keys(settings), settings.signer_path),
        open_worker_components(settings, load_catalogue()) as components,
    ):
        worker = Worker(components, JOBS)
        stopping = asyncio.create_task(_stop_at_end(worker, ending))
        log.info("worker_started", jobs=len(JOBS))
        try:
            await worker.work()
        finally:
            stopping.cancel()


async def _stop_at_end(worker: Worker, ending: asyncio.Event) -> None:
    await ending.wait()
    worker.stop()
