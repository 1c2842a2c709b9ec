"""The application outside demo mode: a second person for everything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from backend.settings import Settings
from tests.routes.contract import watch
from tests.service import Service, open_service


@pytest.fixture(scope="module")
async def production(stage_settings: Settings) -> AsyncIterator[Service]:
    async with open_service(replace(stage_settings, environment="production")) as running:
        yield watch(running)
