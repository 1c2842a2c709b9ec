"""A Redis (Valkey) of one directory. It keeps nothing: what it counts can be counted again from the database."""

from __future__ import annotations

import signal
import socket
from contextlib import suppress
from pathlib import Path

from backend.outside.embedded.place import Place
from backend.outside.embedded.processes import (
    STOP_WAIT_S_MAX,
    end_strays,
    is_alive,
    is_ours,
    last_words,
    launch,
    read_pid,
    send,
    wait_until,
)
from backend.outside.embedded.programs import Programs
from backend.outside.embedded.unavailable import EmbeddedUnavailable

NAME = "valkey-server"
READY_WAIT_S_MAX = 30.0
PING_WAIT_S_MAX = 5.0
DATABASES = 32
"""Numbered from 0, which is the demo's; each load test counts in one of its own."""

SETTINGS = {
    "databases": str(DATABASES),
    "port": "0",  # no TCP at all
    "unixsocketperm": "700",
    "protected-mode": "yes",
    "save": "",
    "appendonly": "no",
    "maxmemory": "256mb",
    # Refuse what does not fit: to evict a counter silently would lift somebody's limit.
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
    "loglevel": "notice",
}


class Redis:
    def __init__(self, place: Place) -> None:
        self._place = place
        self._directory = place.home / "redis"
        self._pid_file = self._directory / "redis.pid"
        self._log = place.log / "redis.log"

    @property
    def socket(self) -> Path:
        return self._place.run / "redis.sock"

    def pid(self) -> int | None:
        pid = read_pid(self._pid_file)
        return pid if pid is not None and is_ours(pid, NAME, self._place.token) else None

    def begin(self, programs: Programs) -> int:
        """Make sure that a server runs; it may not be ready yet. Its pid."""
        pid = self.pid()
        if pid is not None:
            return pid
        end_strays(NAME, self._place.token)
        settings = SETTINGS | {
            "dir": str(self._directory),
            "pidfile": str(self._pid_file),
            "unixsocket": str(self.socket),
            "proc-title-template": f"{NAME} {self._place.token}",
        }
        command = [str(programs.redis_server)]
        for name, value in settings.items():
            command += [f"--{name}", value]
        return launch(command, account=self._place.account, directory=self._directory, log=self._log)

    def await_ready(self, pid: int, _programs: Programs) -> None:
        """Wait until it answers."""
        wait_until(lambda: self._answers() or not is_alive(pid), READY_WAIT_S_MAX)
        if not is_alive(pid):
            raise EmbeddedUnavailable(
                f"Redis did not start. Its last lines were:\n{last_words(self._log)}\n"
                f"Put right what they name; the log is {self._log}."
            )
        if not self._answers():
            raise EmbeddedUnavailable(
                f"Redis runs as process {pid} but does not answer. End that process and start again."
            )

    def ask_to_stop(self) -> int | None:
        pid = self.pid()
        if pid is not None:
            send(pid, signal.SIGTERM)
        return pid

    def await_stop(self, pid: int | None) -> None:
        if pid is not None:
            wait_until(lambda: not is_alive(pid), STOP_WAIT_S_MAX)
        end_strays(NAME, self._place.token)

    def _answers(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(PING_WAIT_S_MAX)
            connection.connect(str(self.socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False
