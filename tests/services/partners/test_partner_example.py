"""The example that partners are given runs as it stands, against the demo's partner."""

from __future__ import annotations

import asyncio
import re
import sys
from contextlib import nullcontext
from typing import Any

import uvicorn

from backend.services.operations.demo import (
    DEMO_PARTNER,
    DEMO_PARTNER_KEY,
    DEMO_PARTNER_SECRET,
    ensure_demo_partner,
)
from tests.house.source import ROOT
from tests.service import Service

DOCUMENT = (ROOT / "docs" / "partners.md").read_text(encoding="utf-8")


class _Server(uvicorn.Server):
    """uvicorn that leaves the test runner's signals alone."""

    def capture_signals(self) -> Any:
        return nullcontext()


def example() -> str:
    found = re.search(r"<!-- example -->\n```python\n(.*?)```\n<!-- /example -->", DOCUMENT, re.DOTALL)
    assert found
    return found[1]


def test_the_example_names_the_demos_partner() -> None:
    for word in (DEMO_PARTNER, DEMO_PARTNER_KEY, DEMO_PARTNER_SECRET):
        assert f'"{word}"' in example()


async def test_the_example_runs_as_it_stands(service: Service) -> None:
    components = service.components
    await service.staff("operator")
    for _ in range(2):  # safe at every start
        await ensure_demo_partner(
            components.database, components.catalogue, components.partner_authenticator.encryptor
        )
    app = service.client._transport.app  # type: ignore[attr-defined]
    server = _Server(
        uvicorn.Config(app, port=0, lifespan="off", ws="none", log_config=None, access_log=False)
    )
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    text = example().replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", text, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, errors = await process.communicate()
    server.should_exit = True
    await running
    assert process.returncode == 0, errors.decode()
    assert "'status': 'waiting'" in said.decode()
    assert "binding_code" in said.decode()
