"""Puts together the parts of a worker process and has it work.

Apart from backend.assembly, so that a server process never loads the jobs that only a worker does.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

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

log = structlog.get_logger(__name__)

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
    async with (
        open_signer(log_keys(settings), settings.signer_path),
        open_worker_components(settings, load_catalogue()) as components,
    ):
        worker = Worker(components, JOBS)
        for number in ends_on:
            asyncio.get_running_loop().add_signal_handler(number, worker.stop)
        log.info("worker_started", jobs=len(JOBS))
        await worker.work()
    log.info("worker_ended")
