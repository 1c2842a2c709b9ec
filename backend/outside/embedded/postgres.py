"""A PostgreSQL of one directory: made, started, asked, stopped."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time

from backend.outside.embedded.place import Place
from backend.outside.embedded.processes import (
    KILL_WAIT_S_MAX,
    STOP_WAIT_S_MAX,
    as_account,
    clean_environment,
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

NAME = "postgres"
MAJOR = "18"
PORT = "5432"  # names the socket; nothing listens on TCP
READY_WAIT_S_MAX = 180.0
COMMAND_WAIT_S_MAX = 60.0
SHARED_BUFFERS_MB_MAX = 256
SHARED_BUFFERS_MB_MIN = 32

SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    # fsync, synchronous_commit and full_page_writes are on as PostgreSQL has them: an acknowledged transfer survives
    # a power cut, also in a demo.
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # One file for each day of the week, begun anew when the day comes round again.
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
}

# Safe to run at every start: a starter that was killed half way leaves the rest to the next one.
# The lock is for a psql that outlived its starter and is still making the database.
PREPARE_SQL = """
SELECT pg_advisory_lock(18);
SELECT 'CREATE ROLE tianfu_owner LOGIN'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tianfu_owner') \\gexec
SELECT 'CREATE ROLE tianfu_app LOGIN'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tianfu_app') \\gexec
SELECT 'CREATE DATABASE tianfu OWNER tianfu_owner'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'tianfu') \\gexec
"""

# A city's database and roles; another city's roles cannot even connect to it. %s stands for the city's name.
CITY_SQL = """
SELECT pg_advisory_lock(18);
SELECT 'CREATE ROLE tianfu_%s_owner LOGIN'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tianfu_%s_owner') \\gexec
SELECT 'CREATE ROLE tianfu_%s_app LOGIN'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tianfu_%s_app') \\gexec
SELECT 'CREATE DATABASE tianfu_%s OWNER tianfu_%s_owner'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'tianfu_%s') \\gexec
REVOKE CONNECT ON DATABASE tianfu, tianfu_%s FROM PUBLIC;
GRANT CONNECT ON DATABASE tianfu TO tianfu_app;
GRANT CONNECT ON DATABASE tianfu_%s TO tianfu_%s_app;
"""
CITY_FORM = re.compile(r"[a-z][a-z0-9_]{0,31}")


class Postgres:
    def __init__(self, place: Place) -> None:
        self._place = place
        self._data = place.home / "postgres"
        self._pid_file = self._data / "postmaster.pid"
        self._start_log = place.log / "postgres-start.log"

    def pid(self) -> int | None:
        """The postmaster's pid while it runs."""
        pid = read_pid(self._pid_file)
        return pid if pid is not None and is_ours(pid, NAME, self._place.token) else None

    def begin(self, programs: Programs) -> int:
        """Make sure that a postmaster runs; it may not be ready yet. Its pid."""
        self._initialise(programs)
        pid = self.pid()
        if pid is not None and self._state() != "stopping":
            return pid
        if pid is not None:
            wait_until(lambda: not is_alive(pid), STOP_WAIT_S_MAX)
        end_strays(NAME, self._place.token)
        for left_over in self._place.run.glob(".s.PGSQL.*"):
            left_over.unlink(missing_ok=True)
        return self._launch(programs)

    def await_ready(self, pid: int, programs: Programs) -> None:
        """Wait until connections are accepted and the roles and the database are there."""

        def ready_or_dead() -> bool:
            return (self.pid() == pid and self._state() == "ready") or not is_alive(pid)

        # A crash may have left much to replay: as long as the process lives there is hope.
        wait_until(ready_or_dead, READY_WAIT_S_MAX)
        if self.pid() != pid or self._state() != "ready":
            raise self._failure()
        self._psql(programs, PREPARE_SQL)

    def prepare_city(self, name: str, programs: Programs) -> None:
        """Make sure that a city has a database, tianfu_NAME, and roles of its own, tianfu_NAME_owner and …_app."""
        assert CITY_FORM.fullmatch(name), name
        self._psql(programs, CITY_SQL.replace("%s", name))

    def _psql(self, programs: Programs, text: str) -> None:
        self._run(programs, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self._place.run),
                  "-p", PORT, "-U", "postgres", "-d", "postgres", text=text)  # fmt: skip

    def ask_to_stop(self) -> int | None:
        """Fast shutdown: connections are ended, a checkpoint is written."""
        pid = self.pid()
        if pid is not None:
            send(pid, signal.SIGINT)
        return pid

    def await_stop(self, pid: int | None) -> None:
        if pid is not None and not wait_until(lambda: not is_alive(pid), STOP_WAIT_S_MAX):
            send(pid, signal.SIGQUIT)
            wait_until(lambda: not is_alive(pid), KILL_WAIT_S_MAX)
        end_strays(NAME, self._place.token)

    def _state(self) -> str:
        try:
            return self._pid_file.read_text().splitlines()[7].strip()
        except (OSError, IndexError):
            return "starting"

    def _initialise(self, programs: Programs) -> None:
        """Make the data directory under another name first, so that a half-made one is never used."""
        if self._data.exists():
            made_by = (self._data / "PG_VERSION").read_text().strip()
            if made_by != MAJOR:
                raise EmbeddedUnavailable(
                    f"{self._data} was made by PostgreSQL {made_by}, this is {MAJOR}. "
                    "Dump it with the old version, or remove it to start afresh."
                )
            return
        # The name has our pid in it: an initdb whose starter was killed may still be writing to its own.
        for left_over in self._place.home.glob("postgres.unfinished.*"):
            shutil.rmtree(left_over, ignore_errors=True)
        unfinished = self._place.home / f"postgres.unfinished.{os.getpid()}"
        # `trust` asks nobody for a password. That is right only because the socket lies in a directory
        # of mode 0700: whoever can reach it is root or the account that owns the data anyway.
        # The built-in locale gives C.UTF-8 also where the system has none, and sorts the same for ever.
        self._run(programs, "initdb", "-D", str(unfinished), "-U", "postgres", "--encoding=UTF8",
                  "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                  "--auth-local=trust", "--auth-host=reject")  # fmt: skip
        unfinished.rename(self._data)

    def _launch(self, programs: Programs) -> int:
        settings = SETTINGS | {
            "unix_socket_directories": str(self._place.run),
            "log_directory": str(self._place.log),
            "shared_buffers": f"{_shared_buffers_mb()}MB",
            "cluster_name": self._place.token,  # marks every process in its title
        }
        command = [str(programs.postgres_bin / NAME), "-D", str(self._data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        # PostgreSQL does not start while the pid in its lock file lives, though it be a stranger of the
        # same user. Only strangers are left when we come here. This variable names a pid to look past;
        # the lock file stays, so that shared memory still in use is noticed.
        stale = read_pid(self._pid_file)
        environment = {"PG_GRANDPARENT_PID": str(stale)} if stale is not None else {}
        return launch(
            command,
            account=self._place.account,
            directory=self._place.home,
            log=self._start_log,
            environment=environment,
        )

    def _run(self, programs: Programs, program: str, *arguments: str, text: str = "") -> None:
        try:
            subprocess.run(
                [str(programs.postgres_bin / program), *arguments],
                input=text,
                text=True,
                cwd=self._place.home,
                env=clean_environment(),
                capture_output=True,
                timeout=COMMAND_WAIT_S_MAX,
                check=True,
                **as_account(self._place.account),
            )
        except subprocess.CalledProcessError as error:
            raise self._failure(f"{program} said: {str(error.stderr).strip()}") from error
        except subprocess.TimeoutExpired as error:
            raise self._failure(f"{program} took more than {COMMAND_WAIT_S_MAX:.0f} seconds.") from error

    def _failure(self, said: str = "") -> EmbeddedUnavailable:
        today = self._place.log / time.strftime("postgres-%a.log", time.gmtime())
        return EmbeddedUnavailable(
            f"PostgreSQL did not start. {said}\nIts last lines were:\n{last_words(self._start_log, today)}\n"
            f"The logs are in {self._place.log}. If the data may go, remove {self._data} and start again."
        )


def _shared_buffers_mb() -> int:
    """An eighth of the memory, at most 256 MB: a small machine has other uses for it."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(SHARED_BUFFERS_MB_MIN, min(SHARED_BUFFERS_MB_MAX, memory_mb // 8))
