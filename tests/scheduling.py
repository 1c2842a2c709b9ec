"""Which tests a test process takes together: those that would otherwise each start the same servers again."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling

BROWSER_LANES = 2
"""Each starts a demo and a browser. The other test processes have work for as long as these two take."""


class Scheduling(LoadFileScheduling):
    """Whole files, and those of a folder with costly servers to as few processes as the run's length allows."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        for folder in ("tests/chaos", "tests/miniprogram"):
            if file.startswith(f"{folder}/"):
                return folder
        if file.startswith("tests/browser/"):
            # By chance, but the same in every run.
            return f"tests/browser {len(file) % BROWSER_LANES}"
        return file
