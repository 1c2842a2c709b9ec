"""Starts and stops processes: embedded servers, migrations, server processes, the demo and its welcome."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import NoReturn, Self, TypeVar

import structlog
import typer
import uvicorn

from backend.catalogue import CatalogueError, load_catalogue
from backend.domain.encryption import Encryptor
from backend.domain.qr_codes import CodeKeys
from backend.logging import configure_logging
from backend.models import IssuanceBudget
from backend.outside.embedded import EmbeddedServers, EmbeddedUnavailable
from backend.services.catalogue.publish import publish_catalogue
from backend.services.operations.demo import (
    DEMO_PASSWORD,
    DEMO_STAFF,
    demo_staff_with_known_password,
    ensure_demo,
    ensure_demo_partner,
)
from backend.settings import Settings, load_settings
from backend.storage.database import UNAVAILABLE, Database, dsn_parts
from backend.storage.migrate import migrate as migrate_tables
from backend.storage.statements import read
from backend.tenant import within
from backend.tenants_file import ServedCity, addresses_of, load_cities

log = structlog.get_logger(__name__)

KEEP_ALIVE_S = 75
"""Longer than a proxy in front keeps an idle connection, or it would send a request into a closing one."""
BACKLOG = 4096
"""Connections that may wait to be accepted: thousands of attendees arrive within one second."""
LOOP = "auto"
"""uvloop, or asyncio's own loop where it is not to be had (Windows)."""
HTTP = "backend.routes.http.unreadable:Protocol"
"""uvicorn's httptools, with a 400 of ours."""
READY_WAIT_S_MAX = 30.0
WORKER_AGAIN_S = 1.0
WORKER_STOP_S_MAX = 20.0
DEFAULT_PORT = 8000

Result = TypeVar("Result")


def serve(settings: Settings, *, with_worker: bool = False) -> None:
    """Run the server processes until SIGTERM or Ctrl-C; accepted requests are finished first."""
    _check_port(settings)
    configure_logging(settings)
    _check_database(settings)
    if settings.transparency_log_keys and not with_worker:
        log.warning("signing_key_dropped", advice="give TIANFU_TRANSPARENCY_LOG_KEYS to the worker alone")
    _hand_down(settings)
    run_processes(
        settings,
        "backend.app:create_app",
        SupervisedWorker(settings.transparency_log_keys) if with_worker else nullcontext(),
    )


def work(settings: Settings) -> None:
    """Run one worker until SIGTERM or Ctrl-C."""
    from backend.worker_assembly import run_worker

    _check_worker(settings)
    asyncio.run(run_worker(settings, (signal.SIGTERM, signal.SIGINT)))


def work_for(cities: Sequence[ServedCity]) -> None:
    """Run one worker for several cities until SIGTERM or Ctrl-C."""
    from backend.worker_assembly import run_workers

    for city in cities:
        with within(city.tenant):
            _check_worker(city.settings)
    asyncio.run(run_workers(cities, (signal.SIGTERM, signal.SIGINT)))


def _check_worker(settings: Settings) -> None:
    if not settings.transparency_log_keys and not settings.is_demo:
        fail("Set TIANFU_TRANSPARENCY_LOG_KEYS: the worker signs certificates and heads of the log.")
    configure_logging(settings)
    _check_database(settings)


def serve_cities(cities: Sequence[ServedCity], *, with_worker: bool = False) -> None:
    """Run the server processes of several cities until SIGTERM or Ctrl-C; accepted requests are finished first.

    Server processes read the file of cities themselves.
    """
    process = cities[0].settings
    _check_port(process)
    configure_logging(process)
    for city in cities:
        with within(city.tenant):
            _check_database(city.settings)
    os.environ["TIANFU_ENVIRONMENT"] = process.environment
    run_processes(process, "backend.app:create_app", SupervisedWorker("") if with_worker else nullcontext())


def fail(sentence: str) -> NoReturn:
    """Print one sentence at the terminal and exit with status 1."""
    typer.secho(sentence, fg=typer.colors.RED, err=True)
    raise SystemExit(1)


def run_processes(settings: Settings, app: str, beside: AbstractContextManager[object] | None = None) -> None:
    """Run server processes of `module:function`, which makes the application, with options for peak load.

    `beside` runs beside them.
    """
    metrics_dir = tempfile.mkdtemp(prefix="tianfu-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics_dir
    try:
        with beside or nullcontext():
            _run_uvicorn(settings, app)
    finally:
        shutil.rmtree(metrics_dir, ignore_errors=True)


def _run_uvicorn(settings: Settings, app: str) -> None:
    uvicorn.run(
        app,
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop=LOOP,
        http=HTTP,
        ws="none",
        backlog=BACKLOG,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=settings.drain_s_max,
    )


def _check_database(settings: Settings) -> None:
    """Refuse, outside demo mode, a database role that could rewrite the ledger, and demo staff."""

    async def look() -> tuple[list[str], list[str], bool]:
        database = Database(settings.database_url, pool_size_max=1)
        await database.open()
        try:
            rows = await read(database, "audit_rights")
            excess = [f"{row['right_name']} on {row['table_name']}" for row in rows]
            has_budget = await IssuanceBudget.exists(sponsor="city", closed_at__isnull=True)
            return excess, await demo_staff_with_known_password(), has_budget
        finally:
            await database.close()

    if settings.is_demo:
        return
    try:
        excess, demo_staff, has_budget = asyncio.run(look())
    except UNAVAILABLE as error:
        # A server that starts before its database serves when it comes; `tianfu audit` looks again.
        log.warning("rights_not_checked", error=type(error).__name__)
        return
    if excess:
        typer.secho(
            f"The database role of TIANFU_DATABASE_URL may change the ledger ({', '.join(excess[:3])} …). "
            "Give the server a role of its own and run `tianfu migrate` with TIANFU_OWNER_DATABASE_URL.",
            fg=typer.colors.RED,
            err=True,
        )
        raise SystemExit(1)
    if not has_budget:
        log.warning(
            "no_city_budget", says="nobody earns points until an operator opens one at /staff/budgets"
        )
    if demo_staff:
        typer.secho(
            f"This database has demo sign-ins with a password that everybody knows ({', '.join(demo_staff)}). "
            "Give them another with `tianfu staff password NAME`, or close them with `tianfu staff disable NAME`.",
            fg=typer.colors.RED,
            err=True,
        )
        raise SystemExit(1)


def run_demo(settings: Settings) -> None:
    """Start embedded servers where no URL is given, migrate, create the demo, serve, print the welcome."""
    _check_port(settings)
    began = time.monotonic()
    try:
        with servers(settings) as chosen:
            typer.echo("PostgreSQL and Redis are up.")
            asyncio.run(migrate(chosen, None))
            if chosen.is_demo:
                asyncio.run(_fill_demo(chosen))
            typer.echo("Tables, catalogue and demo event are ready.")
            threading.Thread(target=_welcome, args=(chosen, began), daemon=True).start()
            serve(chosen, with_worker=True)
    except (EmbeddedUnavailable, CatalogueError) as error:
        typer.secho(str(error), fg=typer.colors.RED, err=True)
        raise SystemExit(1) from None


def run_demo_cities(environ: MutableMapping[str, str]) -> None:
    """As `run_demo`, for every city of the file: embedded servers hold a database for each that names none."""
    began = time.monotonic()
    cities = load_cities(environ)
    _check_port(cities[0].settings)
    try:
        with city_servers(cities) as chosen:
            typer.echo("PostgreSQL and Redis are up.")
            for city in chosen:
                with within(city.tenant):
                    asyncio.run(migrate(city.settings, None))
                    if city.settings.is_demo:
                        asyncio.run(_fill_demo(city.settings))
            typer.echo(f"Tables, catalogue and demo event are ready in {len(chosen)} cities.")
            others = [city.settings.public_base for city in chosen[1:]]
            arguments = (chosen[0].settings, began, others)
            threading.Thread(target=_welcome, args=arguments, daemon=True).start()
            # Processes that are started read where embedded servers listen from the environment.
            environ.update(addresses_of(chosen))
            serve_cities(chosen, with_worker=True)
    except (EmbeddedUnavailable, CatalogueError) as error:
        typer.secho(str(error), fg=typer.colors.RED, err=True)
        raise SystemExit(1) from None


@contextmanager
def city_servers(cities: Sequence[ServedCity]) -> Iterator[tuple[ServedCity, ...]]:
    """The cities with the URLs of real servers: their own ones, or embedded ones while the block runs."""
    if all(city.settings.database_url and city.settings.redis_url for city in cities):
        yield tuple(cities)
        return
    # One pair of servers for all of them. The first city has the database that a server without a file has.
    with EmbeddedServers(cities[0].home) as embedded:
        chosen = []
        for city in cities:
            settings = city.settings
            if not settings.redis_url:
                settings = replace(settings, redis_url=f"{embedded.redis_url}?db={city.number}")
            if not settings.database_url:
                owner, app = embedded.owner_url, embedded.app_url
                if city.number:
                    owner, app = embedded.prepare_city(city.tenant.id)
                settings = replace(settings, database_url=app, owner_database_url=owner)
            chosen.append(replace(city, settings=settings))
        yield tuple(chosen)


class SupervisedWorker:
    """A worker process beside the server processes, restarted whenever it dies."""

    def __init__(self, log_keys: str) -> None:
        self._log_keys = log_keys
        self._ending = threading.Event()
        self._spawn = multiprocessing.get_context("spawn")
        self._process: SpawnProcess | None = None
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._start()
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        assert self._process is not None
        self._process.terminate()
        self._watcher.join(WORKER_STOP_S_MAX)
        if self._process.is_alive():
            self._process.kill()

    def _start(self) -> None:
        self._process = self._spawn.Process(
            target=_work_beside, args=(self._log_keys,), name="tianfu-worker", daemon=True
        )
        self._process.start()

    def _watch(self) -> None:
        while True:
            assert self._process is not None
            self._process.join()
            if self._ending.is_set():
                return
            log.warning("worker_died", exit_status=self._process.exitcode)
            if self._ending.wait(WORKER_AGAIN_S):
                return
            self._start()
            if self._ending.is_set():  # asked to end while the new one was starting
                self._process.terminate()


def _work_beside(log_keys: str) -> None:
    """Run the worker's own process. Ctrl-C at a terminal reaches it as well; its parent decides when it ends."""
    from backend.worker_assembly import run_worker, run_workers

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end_with_parent() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=end_with_parent, daemon=True).start()
    cities = load_cities(os.environ)
    if cities:
        asyncio.run(run_workers(cities, (signal.SIGTERM,)))
        return
    asyncio.run(run_worker(load_settings(transparency_log_keys=log_keys), (signal.SIGTERM,)))


async def migrate(settings: Settings, target: str | None) -> int:
    """Migrate the tables, grant rights, publish the catalogue; returns how many of its entries were new."""
    owner_url = settings.owner_database_url or settings.database_url
    app_role = dsn_parts(settings.database_url or owner_url)["user"]
    await migrate_tables(owner_url, app_role=app_role, target=target)
    if target is not None:
        return 0
    return await publish_catalogue(owner_url, load_catalogue())


@contextmanager
def servers(settings: Settings) -> Iterator[Settings]:
    """Settings with the URLs of real servers: the given ones, or embedded ones while the block runs."""
    if settings.database_url and settings.redis_url:
        yield settings
        return
    with EmbeddedServers(Path(settings.var_dir)) as embedded:
        chosen = replace(settings, redis_url=settings.redis_url or embedded.redis_url)
        if not settings.database_url:
            chosen = replace(chosen, database_url=embedded.app_url, owner_database_url=embedded.owner_url)
        yield chosen


def with_servers(settings: Settings, work: Callable[[Settings], Awaitable[Result]]) -> Result:
    """Run asynchronous work with the given servers, or with the embedded ones of `var/`."""

    async def call(chosen: Settings) -> Result:
        return await work(chosen)

    try:
        with servers(settings) as chosen:
            return asyncio.run(call(chosen))
    except EmbeddedUnavailable as error:
        typer.secho(str(error), fg=typer.colors.RED, err=True)
        raise SystemExit(1) from None


async def _fill_demo(settings: Settings) -> None:
    # As the application's role, so that a right that is missing shows here and not at a visitor's scan.
    database = Database(settings.database_url, pool_size_max=2)
    await database.open()
    try:
        await ensure_demo(database, load_catalogue(), CodeKeys(settings.keys("code_keys")))
        await ensure_demo_partner(database, load_catalogue(), Encryptor(settings.keys("secret_keys")))
    finally:
        await database.close()


def _check_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            typer.secho(
                f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. "
                "Stop what is using it, or choose another port with TIANFU_PORT.",
                fg=typer.colors.RED,
                err=True,
            )
            raise SystemExit(1) from None


def _hand_down(settings: Settings) -> None:
    """Pass settings to server processes through their environment."""
    os.environ["TIANFU_ENVIRONMENT"] = settings.environment
    for name in ("database_url", "redis_url"):
        variable = f"TIANFU_{name.upper()}"
        os.environ.pop(f"{variable}_FILE", None)
        os.environ[variable] = getattr(settings, name)
    # Server processes never act as the owner, and never sign for the log.
    for name in ("OWNER_DATABASE_URL", "TRANSPARENCY_LOG_KEYS", "LOG_KEYS"):
        for variable in (f"TIANFU_{name}", f"TIANFU_{name}_FILE"):
            os.environ.pop(variable, None)


def _welcome(settings: Settings, began: float, other_cities: Sequence[str] = ()) -> None:
    """Print the addresses of everything, once the server answers."""
    base = settings.public_base
    deadline = time.monotonic() + READY_WAIT_S_MAX
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{base}/readyz", timeout=1):  # noqa: S310 - our own address
                break
        except OSError:
            time.sleep(0.1)
    else:
        return
    names = ", ".join(DEMO_STAFF)
    others = "".join(f"  Another city        {address}/\n" for address in other_cities)
    # As it was called, so that the line can be copied: the environment is seldom on the path.
    tianfu = sys.argv[0] if sys.argv[0].endswith("tianfu") else "tianfu"
    url = "" if settings.port == DEFAULT_PORT else f" --url {base}"
    typer.echo(
        f"""
Tianfu Carbon is ready after {time.monotonic() - began:.1f} s.

  Start page          {base}/
  Staff, live counts  {base}/staff      sign in as {names}; password: {DEMO_PASSWORD}
{others}  A badge's page      {base}/demo       opens the phone page of a fresh badge
  API reference       {base}/docs
  Jobs                {tianfu} jobs     what the worker beside the server does by itself

  Send a crowd:       {tianfu} simulate --attendees 500 --seconds 20{url}
  Check the ledger:   {tianfu} audit

Ctrl-C stops everything.
""",
        nl=False,
    )
    sys.stdout.flush()
