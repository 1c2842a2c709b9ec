"""A server process loads what every request may need, and not what is drawn or done once in a long while."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.house.source import ROOT

DRAWS_AND_DECODES = {
    "fpdf",
    "fontTools",
    "PIL.JpegImagePlugin",
    "backend.render.drawing",
    "backend.outside.photo_decoder",
}
"""Together some 20 MB, and work that is done in a process of its own. The library of QR codes brings Pillow's core."""
MADE = """
import sys
from backend.app import create_app
from backend.settings import Settings
create_app(Settings(environment="demo"))
print(*sys.modules)
"""


def loaded() -> set[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIANFU_")}
    words = [sys.executable, "-c", MADE]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_a_server_process_loads_neither_the_jobs_of_a_worker_nor_what_draws_or_decodes() -> None:
    modules = loaded()
    assert "backend.services.venue.scans" in modules, "this is a server process"
    jobs = {name for name in modules if name.startswith("backend.jobs.")}
    assert jobs == {"backend.jobs.process_upkeep"}
    assert modules & DRAWS_AND_DECODES == set()
