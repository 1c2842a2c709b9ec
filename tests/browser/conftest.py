"""`tianfu run` as a newcomer starts it, and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import pytest
from playwright.async_api import Browser, async_playwright

from tests.conftest import PROCESS

ROOT = Path(__file__).parents[2]
VAR = ROOT / "var" / f"test-browser{PROCESS}"
READY_S_MAX = 60
# The first draws the same pages for a third of the time of a processor.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Without these a closed network makes Chromium try, again and again, to reach its maker.
BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Demo:
    base: str
    process: subprocess.Popen[str]
    environment: dict[str, str]


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """The demo on a free port, from nothing."""
    with running_demo(VAR) as found:
        yield found


@contextmanager
def running_demo(var: Path, host: str = "") -> Iterator[Demo]:
    """A demo from nothing in a folder of its own; `host` is what browsers call it, where that is no address."""
    shutil.rmtree(var, ignore_errors=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://{host or '127.0.0.1'}:{port}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIANFU_")}
    environment |= {"TIANFU_PORT": str(port), "TIANFU_VAR_DIR": str(var), "TIANFU_DRAWING_PRIORITY": "equal"}
    environment |= {"TIANFU_PUBLIC_URL": base} if host else {}
    process = subprocess.Popen(
        [sys.executable, "-m", "backend.cli", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _wait_until_ready(base, process)
        yield Demo(base, process, environment)
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _wait_until_ready(base: str, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + READY_S_MAX
    while time.monotonic() < end:
        assert process.poll() is None, process.communicate()[0]
        try:
            if httpx.get(f"{base}/readyz", timeout=1).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("`tianfu run` did not become ready")


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium. A machine without one fails here: a page nobody looked at is not tested."""
    program = next((path for path in map(shutil.which, BROWSERS) if path), None)
    assert program, "No Chromium found; `make browser` installs it or says how."
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=program, args=list(BROWSER_ARGUMENTS))
        yield launched
        await launched.close()
