"""The service as a city runs it: `tianfu serve` and `tianfu worker` in production mode, with keys of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes, token_hex

import asyncpg
import httpx2 as httpx
import pypdfium2
import zxingcpp
from PIL import Image

from backend.models import Staff
from backend.outside.embedded import EmbeddedServers
from backend.settings import PREFIX, Settings, load_settings
from tests.databases import Databases, url_of
from tests.routes.filing import moved
from tests.service import Service, open_service

ROOT = Path(__file__).parents[2]
READY_S_MAX = 60.0
STOP_S_MAX = 40.0
REDIS_DB = 5
# The template's people are adults by default; these are asked.
ASKED_FOR_THEIR_AGE = """
    ALTER TABLE citizens ALTER born_month DROP DEFAULT, ALTER age_told_at DROP DEFAULT;
    ALTER TABLE accounts ALTER earns_from DROP DEFAULT
"""


@dataclass(frozen=True)
class Production:
    base: str
    settings: Settings
    badges: list[Path]
    """Pictures of printed badges, each of a person who has not come yet."""


def read_code(picture: Path) -> str:
    """What a camera reads off a printed badge: an address."""
    with Image.open(picture) as image:
        (found,) = zxingcpp.read_barcodes(image)
    return found.text


def production_settings(servers: EmbeddedServers, database: str, var: Path, **chosen: object) -> Settings:
    """Keys drawn at random, a free port, nothing of the demo."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    keys = {f"{PREFIX}{name}_KEYS": f"k:{token_hex(32)}" for name in ("TOKEN", "CODE", "SECRET")}
    keys[f"{PREFIX}TRANSPARENCY_LOG_KEYS"] = f"k1:{b64encode(token_bytes(32)).decode()}"
    return replace(
        load_settings(keys, environment="production"),
        database_url=url_of(servers.app_url, database),
        owner_database_url=url_of(servers.owner_url, database),
        redis_url=f"{servers.redis_url}?db={REDIS_DB}",
        # A page may make passkeys and use the camera where its name is localhost.
        public_url=f"http://localhost:{port}",
        host="127.0.0.1",
        port=port,
        workers=1,
        var_dir=str(var),
        drawing_priority="equal",
        **chosen,  # type: ignore[arg-type]
    )


@asynccontextmanager
async def running_production(
    servers: EmbeddedServers, databases: Databases, var: Path, badges: int, **chosen: object
) -> AsyncIterator[Production]:
    """A running event with a pool, its badges printed, and the processes that serve it."""
    async with databases.given_away() as database:
        settings = production_settings(servers, database, var, **chosen)
        owner = await asyncpg.connect(settings.owner_database_url)
        await owner.execute(ASKED_FOR_THEIR_AGE)
        await owner.close()
        async with open_service(settings) as service:
            pictures = await _furnish(service, var, badges)
            # Tests give all staff one password that everybody knows; production does not start beside it.
            await Staff.all().update(disabled_at=datetime.now(UTC))
        with (var / "processes.log").open("wb") as log:
            processes = [_start(settings, command, log) for command in ("worker", "serve")]
            try:
                await _await_ready(settings, processes, var / "processes.log")
                yield Production(settings.public_url, settings, pictures)
            finally:
                for process in processes:
                    process.send_signal(signal.SIGTERM)
                for process in processes:
                    await asyncio.to_thread(process.wait, STOP_S_MAX)


async def _furnish(service: Service, var: Path, badges: int) -> list[Path]:
    await service.event(state="draft", plan="高铁优先")
    await moved(service, "fair", "submitted")
    await moved(service, "fair", "accepted", "operator", note="材料齐全")
    await moved(service, "fair", "running")
    await service.pool(grams=10_000_000)
    await service.badges(badges)
    pictures = []
    for serial in range(1, badges + 1):
        sheet = await service.client.get(
            f"/v1/events/fair/badges.pdf?from={serial}&to={serial}", headers=await service.staff("operator")
        )
        assert sheet.status_code == 200, sheet.text
        picture = var / f"badge-{serial}.png"
        pypdfium2.PdfDocument(sheet.content)[0].render(scale=3).to_pil().save(picture)
        pictures.append(picture)
    return pictures


def environ_of(settings: Settings) -> dict[str, str]:
    """The variables that say what these settings say."""
    found = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    for each in fields(settings):
        value = getattr(settings, each.name)
        if value != each.default:
            found[f"{PREFIX}{each.name.upper()}"] = str(value)
    return found


def _start(settings: Settings, command: str, log: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "backend.cli", command],
        cwd=ROOT,
        env=environ_of(settings),
        stdout=log,  # type: ignore[call-overload]
        stderr=log,
    )


async def _await_ready(settings: Settings, processes: list[subprocess.Popen[bytes]], log: Path) -> None:
    end = time.monotonic() + READY_S_MAX
    async with httpx.AsyncClient(base_url=settings.public_url, timeout=2) as client:
        while time.monotonic() < end:
            if any(process.poll() is not None for process in processes):
                break
            try:
                if (await client.get("/readyz")).status_code == 200 and settings.signer_path.exists():
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
    raise AssertionError(await asyncio.to_thread(log.read_text))
