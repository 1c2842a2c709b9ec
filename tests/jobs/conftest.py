"""The parts of a worker on this test's own database, and a WeChat server to send to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from backend.catalogue import load_catalogue
from backend.jobs.job import WorkerComponents
from backend.settings import Settings
from backend.worker_assembly import open_worker_components
from tests.outside.conftest import listening, server  # noqa: F401 - fixtures
from tests.outside.wechat_server import APPID, SECRET, WeChatServer

TEMPLATES = "points_expiring:tpl-1,review_result:tpl-2,offset_done:tpl-3,monthly_report:tpl-4"


@pytest.fixture
async def components(settings: Settings) -> AsyncIterator[WorkerComponents]:
    """A worker's parts, without WeChat."""
    async with open_worker_components(settings, load_catalogue()) as opened:
        await opened.redis.flushdb()
        yield opened


@pytest.fixture
async def sending(settings: Settings, server: WeChatServer) -> AsyncIterator[WorkerComponents]:  # noqa: F811
    """A worker's parts with the local WeChat server."""
    chosen = replace(
        settings,
        wechat_base_url=server.base_url,
        wechat_appid=APPID,
        wechat_secret=SECRET,
        wechat_templates=TEMPLATES,
    )
    async with open_worker_components(chosen, load_catalogue()) as opened:
        await opened.redis.flushdb()
        yield opened
