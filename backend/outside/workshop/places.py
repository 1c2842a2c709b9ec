"""How many costly jobs are done at once on a machine, whichever server processes asked for them.

A place is a locked file, so a process that dies leaves its own. Who waits, waits at one more file, where the kernel
lets them in in the order in which they came: a workshop with many jobs stands behind the others after each.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOOK_S = 0.005


def places_here() -> int:
    """Half of the processors: the others are there for the scans."""
    return max(1, len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(2)) // 2)


@contextmanager
def place(folder: Path, places: int) -> Iterator[None]:
    """One of so many places, once it is free."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    import fcntl  # not at the top: Windows has none, and the rest of the program runs there

    with _open(folder / "turn") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        taken = _first_free(folder, places)
    try:
        yield
    finally:
        os.close(taken)


def _first_free(folder: Path, places: int) -> int:
    import fcntl

    while True:
        for number in range(places):
            descriptor = os.open(folder / f"place-{number}", os.O_RDWR | os.O_CREAT, 0o600)
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return descriptor
            os.close(descriptor)
        time.sleep(LOOK_S)


@contextmanager
def _open(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
