"""How often a test repeats what it tries: a few times in every run, many times in `make nightly`.

What takes long takes turns by the day, so that a run ends while somebody waits for it.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

IS_NIGHTLY = bool(os.environ.get("NIGHTLY"))


def times(usual: int, *, nightly: int) -> int:
    return nightly if IS_NIGHTLY else usual


def is_turn(number: int, *, days: int) -> bool:
    """Whether the one of this number is tried today: each of them once in so many days, by night all."""
    return IS_NIGHTLY or number % days == datetime.now(UTC).toordinal() % days
