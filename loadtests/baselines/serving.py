"""Server processes for a baseline, with the options that the product's have (a test compares them)."""

from __future__ import annotations

import os
import shutil
import tempfile

import uvicorn

from backend.logs import configure_logging
from backend.running import BACKLOG, KEEP_ALIVE_S
from backend.settings import load_settings


def serve(app: str) -> None:
    """Run `module:function` as TIANFU_WORKERS processes on TIANFU_HOST and TIANFU_PORT until SIGTERM."""
    settings = load_settings()
    configure_logging(settings)
    metrics_dir = tempfile.mkdtemp(prefix="tianfu-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics_dir
    try:
        uvicorn.run(
            app,
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            loop="uvloop",
            http="httptools",
            ws="none",
            backlog=BACKLOG,
            access_log=False,
            log_config=None,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=settings.drain_s_max,
        )
    finally:
        shutil.rmtree(metrics_dir, ignore_errors=True)
