"""Server processes for a baseline, with the options that the product's have."""

from __future__ import annotations

from backend.launcher import run_processes
from backend.logging import configure_logging
from backend.settings import load_settings


def serve(app: str) -> None:
    """Run `module:function` as TIANFU_WORKERS processes on TIANFU_HOST and TIANFU_PORT until SIGTERM."""
    settings = load_settings()
    configure_logging(settings)
    run_processes(settings, app)
