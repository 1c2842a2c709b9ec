"""Who uses a directory, kept in file locks so that the kernel forgets whoever dies.

    start   held exclusively while servers start or stop: one at a time, everybody else waits
    users   shared by every user; asked for exclusively, without waiting, and only under `start`
    wake    shared by every user; the guard sleeps until it can have it exclusively
    guard   held by the one guard, which gets it already locked from whoever started it

`users` and `wake` are two files because a sleeping guard would sometimes be given the lock at the
moment when the last user asks whether it is the last, and that user would leave the servers running.
Locks end by closing the file, never by unlocking it: after a fork both processes hold one lock.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.outside.embedded.processes import wait_until
from backend.outside.embedded.unavailable import EmbeddedUnavailable

START_WAIT_S_MAX = 240.0
# Longer than the slowest start: PostgreSQL may have two gigabytes of log to replay after a crash.


def open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_exclusive(fd: int) -> bool:
    import fcntl  # not at the top: Windows has none, and the rest of the program runs there

    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_still_at(fd: int, path: Path) -> bool:
    """Whether the open lock is the one found at this path; not so after `rm -rf` of the directory."""
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except OSError:
        return False


@contextmanager
def start_lock(locks: Path) -> Iterator[None]:
    """Be the only one who starts or stops servers of this directory."""
    path = locks / "start"
    held: list[int] = []

    def take() -> bool:
        fd = open_lock(path)
        # A lock on a file that was deleted while we waited excludes nobody: open it again.
        if try_exclusive(fd) and is_still_at(fd, path):
            held.append(fd)
            return True
        os.close(fd)
        return False

    if not wait_until(take, START_WAIT_S_MAX):
        raise EmbeddedUnavailable(
            f"Another process has been starting or stopping the embedded servers for "
            f"{START_WAIT_S_MAX:.0f} seconds. Find it with: fuser {path}"
        )
    try:
        yield
    finally:
        os.close(held[0])


class Lease:
    """One user's hold on the servers. Taken and given back under the start lock."""

    def __init__(self, locks: Path) -> None:
        self._locks = locks
        self._fds: list[int] = []

    def take(self) -> None:
        import fcntl

        for name in ("users", "wake"):
            fd = open_lock(self._locks / name)
            self._fds.append(fd)
            # The guard holds `wake` for no longer than it takes to let it go again, and `users` only
            # under the start lock, which is ours now: neither makes us wait.
            fcntl.flock(fd, fcntl.LOCK_SH)

    def drop(self) -> None:
        """Let go without asking, where the start lock is not to be had; the guard does the rest."""
        while self._fds:
            os.close(self._fds.pop())

    def give_back(self) -> bool:
        """Let go; true when nobody else uses the servers."""
        self.drop()
        fd = open_lock(self._locks / "users")
        try:
            return try_exclusive(fd)
        finally:
            os.close(fd)
