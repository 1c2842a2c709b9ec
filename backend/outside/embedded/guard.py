"""The guard: a tiny process that outlives every user and then stops the servers.

A user that ends in order stops the servers itself when it is the last. The guard is for the others:
the kernel drops the locks of a process however it dies, and that wakes the guard.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

import backend
from backend.outside.embedded.lease import is_still_at, open_lock, try_exclusive
from backend.outside.embedded.place import Place, recorded_place
from backend.outside.embedded.postgres import Postgres
from backend.outside.embedded.processes import Account, last_words, launch
from backend.outside.embedded.redis import Redis
from backend.outside.embedded.unavailable import EmbeddedUnavailable

AGAIN_S = 0.05


def stop_servers(place: Place) -> None:
    """Stop both at once, wait for both. Under the start lock."""
    postgres, redis = Postgres(place), Redis(place)
    postgres_pid, redis_pid = postgres.ask_to_stop(), redis.ask_to_stop()
    redis.await_stop(redis_pid)
    postgres.await_stop(postgres_pid)
    if place.run.parent != place.home:
        with suppress(OSError):
            place.run.rmdir()


def ensure_guard(directory: Path, locks: Path) -> None:
    """Start a guard where there is none. Its lock is handed over locked: never two, never a gap."""
    fd = open_lock(locks / "guard")
    try:
        if not try_exclusive(fd):
            return
        source = Path(backend.__file__).resolve().parent.parent
        launch(
            [sys.executable, "-m", "backend.outside.embedded", "guard", str(directory), str(fd)],
            account=Account(os.geteuid(), os.getegid(), switch=False),
            directory=source,
            log=locks / "guard.log",
            environment={"PYTHONPATH": os.pathsep.join((str(source), *filter(None, sys.path)))},
            pass_fds=(fd,),
        )
    finally:
        os.close(fd)


def check_guard(locks: Path) -> None:
    """Raise when the guard is not there: without it the servers would outlive a killed user for ever."""
    fd = open_lock(locks / "guard")
    try:
        if try_exclusive(fd):
            raise EmbeddedUnavailable(
                f"The process that stops the embedded servers in the end ({sys.executable}) did not start:\n"
                f"{last_words(locks / 'guard.log')}\nPut right what it names."
            )
    finally:
        os.close(fd)


def guard(directory: Path, guard_fd: int) -> None:
    """Sleep until the last user is gone, then stop the servers."""
    import fcntl  # not at the top, as in lease.py

    locks = directory / "guard"
    place = recorded_place(directory)
    # All opened now: later the directory may be gone, and must not be littered while it is being removed.
    start, users, wake = (open_lock(locks / name) for name in ("start", "users", "wake"))
    while True:
        fcntl.flock(wake, fcntl.LOCK_EX)
        # Let go before waiting for the start lock: its holder may be a new user who wants this one.
        fcntl.flock(wake, fcntl.LOCK_UN)
        fcntl.flock(start, fcntl.LOCK_EX)
        if try_exclusive(users):
            break
        fcntl.flock(start, fcntl.LOCK_UN)
        time.sleep(AGAIN_S)
    # A directory that was removed and made again has a guard of its own, and servers that are not ours.
    if is_still_at(start, locks / "start") or not locks.exists():
        stop_servers(place)
    # Before the start lock: whoever comes next must see that it needs a new guard.
    os.close(guard_fd)
