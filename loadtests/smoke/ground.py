"""What the commands stand on: databases that are empty, ports that are free, settings, and a certificate to verify."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from backend.outside.embedded import EmbeddedServers
from backend.storage.redis import connect
from loadtests.databases import database_name, settings_of
from loadtests.smoke.documents import ROOT
from loadtests.targets import HOST, free_port
from loadtests.world import World

ANSWER_S_MAX = 20.0
SEALED_S_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Ground:
    known: Mapping[str, str]
    """What stands in a command's words between braces."""
    environments: Mapping[str, Mapping[str, str]]
    scratch: Path
    """A copy of this checkout, for commands that write into one."""


def prepare_ground(servers: EmbeddedServers, directory: Path) -> Ground:
    """Nothing of an earlier run is left: databases, files; everybody listens on loopback alone."""
    files = directory / "files"
    shutil.rmtree(files, ignore_errors=True)
    files.mkdir()
    world = World("product", settings_of(servers, "product"))
    asyncio.run(_empty(servers, servers.redis_url, "tianfu"))
    asyncio.run(_empty(servers, world.settings.redis_url, database_name("product")))
    port, server_port = str(free_port()), str(free_port())
    here = {"TIANFU_HOST": HOST, "TIANFU_VAR_DIR": str(directory)}
    return Ground(
        known={
            "files": str(files.relative_to(ROOT)),
            "url": f"http://{HOST}:{port}",
            "server_url": f"http://{HOST}:{server_port}",
        },
        environments={
            "": {},
            # One process: others would start servers of their own for a handful of tests.
            "scratch": {"MYPY_CACHE_DIR": str(ROOT / ".mypy_cache"), "TEST_PROCESSES": "0"},
            "demo": here | {"TIANFU_PORT": port},
            "production": here
            | world.environment
            | {
                "TIANFU_PORT": server_port,
                "TIANFU_OWNER_DATABASE_URL": world.settings.owner_database_url,
            },
        },
        scratch=_copy_checkout(directory / "tree"),
    )


def _copy_checkout(there: Path) -> Path:
    """The files as they are now, committed or not, in a repository of their own, with this environment."""
    shutil.rmtree(there, ignore_errors=True)
    left_out = shutil.ignore_patterns(".git", ".venv", "var", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, there, ignore=left_out)
    # A link: `make clean` in the copy removes no more than that.
    (there / ".venv").symlink_to(ROOT / ".venv")
    subprocess.run(["git", "init", "--quiet"], cwd=there, check=True)
    return there


async def _empty(servers: EmbeddedServers, redis_url: str, database: str) -> None:
    """An empty database without a table: making them is part of what is tried."""
    admin = await asyncpg.connect(servers.admin_url)
    try:
        await admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        await admin.execute(f"CREATE DATABASE {database} OWNER tianfu_owner")
    finally:
        await admin.close()
    redis = connect(redis_url, timeout_ms=1000)
    try:
        await redis.flushdb()
    finally:
        await redis.aclose()


def scan_badge(known: Mapping[str, str]) -> None:
    """Scan a badge of the demo event as a phone does, with an offset of the whole footprint."""
    url = known["url"]
    session = _ask(f"{url}/v1/sessions", {"provider": "demo", "code": "Smoke"})
    badge = _ask(f"{url}/demo/badge")
    scan = {"code": badge["url"], "offset": {"share": 100}}
    joined = _ask(f"{url}/v1/scans", scan, token=session["access_token"])
    _keep(known, "scan", joined)


def take_certificate(known: Mapping[str, str]) -> None:
    """Keep the certificate of that scan and the log's public keys as files, once the certificate is in the log."""
    url, number = known["url"], json.loads(_file(known, "scan").read_text())["certificate"]["number"]
    deadline = time.monotonic() + SEALED_S_MAX
    while not (record := _ask(f"{url}/v1/certificates/{number}"))["log"]:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{number} was not in the log after {SEALED_S_MAX:.0f} s")
        time.sleep(0.2)
    _keep(known, "certificate", record)
    _keep(known, "keys", _ask(f"{url}/.well-known/tianfu-log.json"))


def _keep(known: Mapping[str, str], name: str, content: object) -> None:
    _file(known, name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _file(known: Mapping[str, str], name: str) -> Path:
    return ROOT / known["files"] / f"{name}.json"


def _ask(url: str, body: object = None, *, token: str = "") -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, content, headers)  # noqa: S310 - our own address
    with urllib.request.urlopen(request, timeout=ANSWER_S_MAX) as answer:  # noqa: S310
        return json.load(answer)
