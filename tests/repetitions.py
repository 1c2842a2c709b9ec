"""How often a test repeats what it tries: a few times in every run, many times in `make nightly`."""

from __future__ import annotations

import os

IS_NIGHTLY = bool(os.environ.get("NIGHTLY"))


def times(usual: int, *, nightly: int) -> int:
    return nightly if IS_NIGHTLY else usual
