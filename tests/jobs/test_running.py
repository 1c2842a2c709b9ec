"""`tianfu run` has a worker beside its servers, starts it again when it dies, and takes it along at the end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from backend.settings import Settings
from tests.jobs.test_worker import ROOT, environment, until

pytestmark = pytest.mark.timeout(240)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


async def test_worker_runs_beside_the_server_and_is_started_again(settings: Settings, tmp_path: Path) -> None:
    port = free_port()
    settings = replace(settings, var_dir=str(tmp_path))
    variables = environment(settings) | {
        "TIANFU_OWNER_DATABASE_URL": settings.owner_database_url,
        "TIANFU_PORT": str(port),
        "TIANFU_WORKERS": "2",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "backend.cli", "run"),
        cwd=ROOT,
        env=variables,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            await until(lambda: _is_ready(client), wait_s=120)
            jobs = await _jobs(client)
            assert {job["state"] for job in jobs} <= {"running", "waiting"}
            await until(lambda: _worker_pid(tmp_path) != 0, wait_s=60)
            first = _worker_pid(tmp_path)
            assert first != process.pid
            os.kill(first, signal.SIGKILL)
            await until(lambda: _worker_pid(tmp_path) not in (0, first), wait_s=60)
            second = _worker_pid(tmp_path)
        # As Ctrl-C at a terminal: to every process of the group.
        os.killpg(process.pid, signal.SIGINT)
        assert process.stderr is not None
        told = await asyncio.wait_for(process.stderr.read(), 40)
        await asyncio.wait_for(process.wait(), 10)
        assert b"worker_died" in told
        assert b"Traceback" not in told, told.decode()[-3000:]
        with pytest.raises(ProcessLookupError):
            os.kill(second, 0)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _worker_pid(var_dir: Path) -> int:
    """The worker writes it each time it has looked for work; 0 before the first time, or half way."""
    with suppress(OSError, ValueError):
        return int((var_dir / "worker.pulse").read_text())
    return 0


async def _is_ready(client: httpx.AsyncClient) -> bool:
    with suppress(httpx.HTTPError):
        return (await client.get("/readyz")).status_code == 200
    return False


async def _jobs(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    signed_in = await client.post("/v1/staff/sessions", json={"username": "operator", "password": "demo"})
    headers = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
    jobs: list[dict[str, Any]] = []

    async def are_there() -> bool:
        jobs[:] = (await client.get("/v1/jobs", headers=headers)).json()["jobs"]
        return any(job["last_ended_at"] for job in jobs)

    await until(are_there, wait_s=60)
    return jobs
