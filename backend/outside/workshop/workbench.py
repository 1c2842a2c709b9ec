"""The process of a workshop: `python -m backend.outside.workshop.workbench MEMORY_BYTES CPU_S IS_LAST [PLACES]`.

It does one job after another from its standard input and ends with it. A job is a pickled function; what comes back
is bytes behind one byte that says how it went, so that nothing a decoder was tricked into is unpickled by the server.
It holds no secret of the settings and no connection.
"""

from __future__ import annotations

import math
import os
import pickle
import resource
import sys
import time
import traceback
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

from backend.outside.workshop.places import place, places_here

DONE, FAILED, OUT_OF_MEMORY = 0, 1, 2
LENGTH_BYTES = 8
FILES_MAX = 64
NICENESS = 5
"""Where there is no class of processes that run only when nobody else wants to."""


def main(memory_bytes: int, cpu_s: int, is_last: bool, places: Path | None = None) -> None:
    if is_last:
        _let_others_first()
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_NOFILE, FILES_MAX)
    if sys.platform != "darwin":  # which knows the limit and does not keep it
        _bound(resource.RLIMIT_AS, memory_bytes)
    requests = sys.stdin.buffer
    # What a library prints must not come between two answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while job := _read(requests):
        with place(places, places_here()) if places is not None else nullcontext():
            _bound_processor(cpu_s)
            status, answer = _do(job)
        answers.write((1 + len(answer)).to_bytes(LENGTH_BYTES, "big") + bytes([status]) + answer)
        answers.flush()
        del job, answer


def _do(job: bytes) -> tuple[int, bytes]:
    try:
        answer: bytes = pickle.loads(job)()  # noqa: S301 - the server that started this process sent it
    except MemoryError:
        return OUT_OF_MEMORY, b""
    except Exception:
        return FAILED, traceback.format_exc().encode()
    return DONE, answer


def _read(requests: BinaryIO) -> bytes:
    head = requests.read(LENGTH_BYTES)
    return requests.read(int.from_bytes(head, "big")) if len(head) == LENGTH_BYTES else b""


def _let_others_first() -> None:
    """Whoever else wakes on this processor takes it at once.

    A nicer process alone would still end its slice of some milliseconds, and a scan waits for several wakings: the
    server's, the database's, the server's again.
    """
    os.nice(NICENESS)
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _bound_processor(cpu_s: int) -> None:
    """The limit counts what a process has used in all its life; one that exceeds it is killed by SIGXCPU."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + cpu_s, hard))


def _bound(what: int, limit: int) -> None:
    _, hard = resource.getrlimit(what)
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(what, (limit, limit))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "1", *map(Path, sys.argv[4:]))
