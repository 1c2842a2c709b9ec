"""Start, recognise and end servers that outlive whoever started them.

A pid on disk proves nothing: after a crash the number may belong to a stranger. A server is ours when
its program name fits and its command line carries the token of the directory. The command line and
not the working directory, because root in an ordinary container may not read the latter.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

POLL_S = 0.01
STOP_WAIT_S_MAX = 30.0
KILL_WAIT_S_MAX = 10.0
TAIL_BYTES_MAX = 4_000

# The shell lets go of the server at once, so the server's parent is init: nobody has to reap it, and
# it does not matter which of several users of one directory started it.
_DETACH = 'umask 077; "$@" </dev/null >"$0" 2>&1 & echo $!'


class Account(NamedTuple):
    """The system user that the servers run as. `switch` is true when that is not ourselves."""

    uid: int
    gid: int
    switch: bool


def as_account(account: Account) -> dict[str, Any]:
    """Arguments of `subprocess` that start a child as this user, without root's other groups."""
    if not account.switch:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def clean_environment() -> dict[str, str]:
    """Servers get none of our variables: PGPORT or PGDATA would redirect them, and secrets are not theirs."""
    return {"PATH": os.defpath, "LANG": "C"}


def launch(
    command: Sequence[str],
    *,
    account: Account,
    directory: Path,
    log: Path,
    environment: dict[str, str] | None = None,
    pass_fds: Sequence[int] = (),
) -> int:
    """Start a server in a session of its own, so that Ctrl-C in the terminal passes it by; its pid."""
    if log.exists():
        log.replace(log.with_name(log.name + ".1"))
    started = subprocess.run(
        ["/bin/sh", "-c", _DETACH, str(log), *command],
        cwd=directory,
        env=clean_environment() | (environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=pass_fds,
        check=True,
        **as_account(account),
    )
    return int(started.stdout)


def read_pid(path: Path) -> int | None:
    """The number on the first line of a pid file, or None when there is none to be read."""
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def is_alive(pid: int) -> bool:
    """Whether anything runs under this pid. The dead that nobody has reaped do not count."""
    import psutil  # type: ignore[import-untyped]

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def is_ours(pid: int, name: str, token: str) -> bool:
    """Whether this pid is a server of ours, and not somebody who was given the number later."""
    import psutil

    try:
        process = psutil.Process(pid)
        return process.name() == name and token in " ".join(process.cmdline())
    except psutil.Error:
        return False


def end_strays(name: str, token: str) -> None:
    """Kill what is left of a server whose first process, or whose directory, is gone.

    Backends of a dead postmaster still hold its shared memory, and no new one starts before they end.
    """
    import psutil

    strays = [process.pid for process in psutil.process_iter() if is_ours(process.pid, name, token)]
    for pid in strays:
        send(pid, signal.SIGKILL)
    for pid in strays:
        wait_until(lambda pid=pid: not is_alive(pid), KILL_WAIT_S_MAX)  # type: ignore[misc]


def send(pid: int, number: int) -> None:
    """Send a signal; a process that has gone meanwhile is no error."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def wait_until(done: Callable[[], bool], wait_s_max: float) -> bool:
    """Ask every 10 ms until the answer is yes or the time is over; the last answer."""
    deadline = time.monotonic() + wait_s_max
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True


def last_words(*logs: Path) -> str:
    """The last lines of the logs, for the person who has to find out why a server would not start."""
    lines: list[str] = []
    for log in logs:
        try:
            with log.open("rb") as file:
                file.seek(max(0, log.stat().st_size - TAIL_BYTES_MAX))
                lines += file.read().decode(errors="replace").splitlines()[-10:]
        except OSError:
            continue
    return "\n".join(f"    {line}" for line in lines) or "    (nothing)"
