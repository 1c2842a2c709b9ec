"""The application alone on a database of its own, its answers held against the OpenAPI document."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from backend.settings import Settings
from tests.routes.contract import watch
from tests.service import Service, open_service


@pytest.fixture
async def service(settings: Settings) -> AsyncIterator[Service]:
    """As everywhere, and every answer is watched."""
    async with open_service(settings) as running:
        yield watch(running)
