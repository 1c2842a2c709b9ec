"""The embedded servers as the rest of the program sees them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from backend.outside.embedded.guard import check_guard, ensure_guard, stop_servers
from backend.outside.embedded.lease import Lease, start_lock
from backend.outside.embedded.place import Place, prepare_locks, prepare_place
from backend.outside.embedded.postgres import Postgres
from backend.outside.embedded.processes import KILL_WAIT_S_MAX, is_alive, wait_until
from backend.outside.embedded.programs import Programs, find_programs, programs_for
from backend.outside.embedded.redis import Redis
from backend.outside.embedded.unavailable import EmbeddedUnavailable

SIGKILL = 9
"""signal.SIGKILL, a name that Windows lacks: the rest of the program runs there."""


class EmbeddedServers:
    """A real PostgreSQL 18 and a real Redis under one directory, shared by all processes that use it.

    The first user starts them, the last one stops them, also when users are killed. They listen on
    sockets in a private directory and on no port. To forget everything, remove the directory.

    Raises EmbeddedUnavailable on entry, with a remedy. Blocks for up to some seconds: not for use inside
    a running event loop.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory.absolute()
        self._lease: Lease | None = None
        self._place: Place | None = None

    def __enter__(self) -> EmbeddedServers:
        if self._lease is not None:
            raise RuntimeError("These servers are in use already; make another EmbeddedServers")
        programs = find_programs()
        try:
            self._directory = self._directory.resolve()
            locks = prepare_locks(self._directory)
            with start_lock(locks):
                self._start(locks, programs)
        except OSError as error:
            raise EmbeddedUnavailable(
                f"The embedded servers cannot live in {self._directory}: {error}. Choose a directory "
                "that you may write to, with 200 MB free, or give the URLs of your own PostgreSQL and Redis."
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Whatever fails here is left to the guard. That includes a directory that is gone already.
        with suppress(OSError, EmbeddedUnavailable), start_lock(self._locks):
            self._leave()
        self._forget()

    @property
    def owner_url(self) -> str:
        """The owner of the database, who migrates it."""
        return f"postgresql://tianfu_owner@/tianfu?host={self._here.run}"

    @property
    def app_url(self) -> str:
        """The application: may log in, owns nothing, may do what migrations grant."""
        return f"postgresql://tianfu_app@/tianfu?host={self._here.run}"

    @property
    def admin_url(self) -> str:
        """The superuser, for tests that make databases."""
        return f"postgresql://postgres@/postgres?host={self._here.run}"

    @property
    def redis_url(self) -> str:
        return f"unix://{Redis(self._here).socket}"

    def prepare_city(self, city: str) -> tuple[str, str]:
        """Make sure that a city has a database and roles of its own. URLs of its owner and of its application."""
        name = city.replace("-", "_")
        with start_lock(self._locks):
            Postgres(self._here).prepare_city(name, programs_for(self._here, find_programs()))
        owner, app = (
            f"postgresql://tianfu_{name}_{role}@/tianfu_{name}?host={self._here.run}"
            for role in ("owner", "app")
        )
        return owner, app

    def postgres_pid(self) -> int | None:
        """The pid of the postmaster, or None while it does not run."""
        return Postgres(self._here).pid()

    def redis_pid(self) -> int | None:
        return Redis(self._here).pid()

    def start_postgres(self) -> None:
        """Start it if it does not run; return when it accepts connections."""
        with start_lock(self._locks):
            _start(Postgres(self._here), programs_for(self._here, find_programs()))

    def start_redis(self) -> None:
        with start_lock(self._locks):
            _start(Redis(self._here), programs_for(self._here, find_programs()))

    def kill_postgres(self, number: int = SIGKILL) -> None:
        """Send a signal to the postmaster; for tests of what happens then."""
        _kill(self.postgres_pid(), number)

    def kill_redis(self, number: int = SIGKILL) -> None:
        _kill(self.redis_pid(), number)

    @property
    def _here(self) -> Place:
        if self._place is None:
            raise RuntimeError("The embedded servers are used outside their `with` block")
        return self._place

    @property
    def _locks(self) -> Path:
        return self._directory / "guard"

    def _start(self, locks: Path, wheels: Programs) -> None:
        self._lease = Lease(locks)
        try:
            self._lease.take()
            self._place = prepare_place(self._directory)
            programs = programs_for(self._place, wheels)
            ensure_guard(self._directory, locks)
            _start(Redis(self._place), programs)
            _start(Postgres(self._place), programs)
            check_guard(locks)
        except BaseException:
            self._leave()
            self._forget()
            raise

    def _leave(self) -> None:
        """Give the lease back; the last one stops the servers, so that they are gone when we return."""
        if self._lease is not None and self._lease.give_back() and self._place is not None:
            stop_servers(self._place)

    def _forget(self) -> None:
        if self._lease is not None:
            self._lease.drop()
        self._lease = None
        self._place = None


def _start(server: Postgres | Redis, programs: Programs) -> None:
    found = server.pid()
    pid = server.begin(programs)
    try:
        server.await_ready(pid, programs)
    except EmbeddedUnavailable:
        # One that we found running may have been dying; one that we started ourselves has failed.
        if pid != found or is_alive(pid):
            raise
        server.await_ready(server.begin(programs), programs)


def _kill(pid: int | None, number: int) -> None:
    if pid is None:
        return
    os.kill(pid, number)
    if number == SIGKILL:
        # The kernel takes a moment; until then the process would still be taken for a running one.
        wait_until(lambda: not is_alive(pid), KILL_WAIT_S_MAX)
