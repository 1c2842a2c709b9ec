"""The `tianfu` command."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from getpass import getuser
from importlib.metadata import version
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import msgspec
import structlog
import typer

from backend.settings import Settings, SettingsError, load_settings, outdated_variables
from backend.tenant import within
from backend.tenants_file import CHOSEN, DEMO, VARIABLE, ServedCity, load_cities

if TYPE_CHECKING:
    from backend.messages.operations.jobs import JobItem
    from backend.storage.database import Database

log = structlog.get_logger(__name__)

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    help="Low-carbon actions, points, and personal carbon offsets at events.",
)


Result = TypeVar("Result")
AsJson = Annotated[bool, typer.Option("--json", help="one JSON document on standard output, for programs")]

staff_app = typer.Typer(no_args_is_help=True, help="Staff accounts.")
app.add_typer(staff_app, name="staff")


class StaffRole(StrEnum):
    staff = "staff"
    organiser = "organiser"
    operator = "operator"
    regulator = "regulator"
    verifier = "verifier"


def _show_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"tianfu {version('tianfu-carbon')}")
        raise typer.Exit


@app.callback()
def all_commands(
    is_version_asked: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="the version, and no more"),
    ] = False,
    city: Annotated[
        str, typer.Option("--city", help="of several cities (TIANFU_CITIES) the one that the command is for")
    ] = "",
) -> None:
    """Low-carbon actions, points, and personal carbon offsets at events."""
    _Chosen.city = city


class _Chosen:
    """What stands before the command."""

    city = ""


def _cities() -> tuple[ServedCity, ...]:
    """The cities that the command is for: the one that was chosen, or all of the file; none where there is no file."""
    if os.environ.get(VARIABLE) == DEMO:
        os.environ.setdefault("TIANFU_ENVIRONMENT", "demo")
    if _Chosen.city:
        os.environ[CHOSEN] = _Chosen.city
        if not os.environ.get(VARIABLE):
            fail(f"There is no city {_Chosen.city}, for {VARIABLE} is not set.")
    return load_cities(os.environ)


def _one_city() -> ServedCity | None:
    """The city of a command that is for one of them; None where the server has one city alone."""
    found = _cities()
    if len(found) > 1:
        fail(f"Name the city: tianfu --city {found[0].tenant.id} …")
    return found[0] if found else None


def main() -> None:
    try:
        app()
    except SettingsError as error:
        fail(str(error))


def fail(sentence: str) -> NoReturn:
    """Print one sentence at the terminal and exit with status 1."""
    typer.secho(sentence, fg=typer.colors.RED, err=True)
    raise SystemExit(1)


def _print_json(document: object) -> None:
    typer.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


def _settings_here() -> Settings:
    """The settings; without a database URL those of the embedded servers, which are a demo's.

    The demo's staff have passwords that everybody knows: a database that was named must ask for them.
    """
    if not any(os.environ.get(name) for name in ("TIANFU_DATABASE_URL", "TIANFU_DATABASE_URL_FILE")):
        os.environ.setdefault("TIANFU_ENVIRONMENT", "demo")
    return _load_settings(os.environ)


def _load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of an environment, with a warning in the log for each that goes by an old name."""
    from backend.logging import configure_logging

    settings = load_settings(environ)
    outdated = outdated_variables(environ)
    if outdated:
        configure_logging(settings)
    for old, new in outdated:
        log.warning("setting_renamed", old=old, new=new)
    return settings


@app.command()
def run() -> None:
    """Everything on this machine, with the demo event: migrate, fill, serve. Ctrl-C ends it."""
    from backend.launcher import run_demo, run_demo_cities

    if _cities():
        run_demo_cities(os.environ)
    else:
        run_demo(_settings_here())


@app.command()
def serve() -> None:
    """Server processes on databases that are there and migrated."""
    from backend.launcher import serve as serve_processes
    from backend.launcher import serve_cities

    if cities := _cities():
        serve_cities(cities)
        return
    settings = _load_settings(os.environ)
    if not settings.database_url or not settings.redis_url:
        fail("Set TIANFU_DATABASE_URL and TIANFU_REDIS_URL, or use `tianfu run` for embedded servers.")
    if not settings.public_url and not settings.is_demo:
        fail("Set TIANFU_PUBLIC_URL: it is printed into every QR code and certificate.")
    serve_processes(settings)


@app.command()
def worker() -> None:
    """Do the periodic jobs, send notices. Any number of workers may run; each job is done by one of them."""
    from backend.launcher import city_servers, servers, work, work_for

    if cities := _cities():
        with city_servers(cities) as served:
            work_for(served)
        return
    # Embedded servers live in var/, and `tianfu run` has a worker beside its servers.
    with servers(_settings_here()) as chosen:
        work(chosen)


@app.command()
def jobs(as_json: AsJson = False) -> None:
    """The periodic jobs: how the last run went, when the next one is due; exit status 1 when one is late or fails.

    With --json also tasks and dead letters: the document of GET /v1/jobs.
    """
    from backend.services.operations.jobs import overview

    answer = _with_database(overview)
    if as_json:
        _print_json(answer)
    else:
        _print_jobs(answer.jobs)
    if not answer.jobs:
        fail("No worker has run on this database yet: start one with `tianfu worker`.")
    if any(item.state in ("late", "failing") for item in answer.jobs):
        raise typer.Exit(1)


def _print_jobs(items: list[JobItem]) -> None:
    for item in items:
        is_well = item.state in ("running", "waiting")
        typer.secho(f"{item.state:8}", fg=typer.colors.GREEN if is_well else typer.colors.RED, nl=False)
        last = f"{item.last_ended_at:%Y-%m-%d %H:%M:%S}Z" if item.last_ended_at else "never"
        told = item.last_error or ", ".join(
            f"{name} {count}" for name, count in (item.last_result or {}).items()
        )
        typer.echo(f"{item.name:18} {item.rhythm.en:31} last {last:20} runs {item.runs:<7} {told}")
        if item.failures:
            typer.echo(
                f"{'':8}{'':18} failed {item.failures} times in a row; next at {item.next_at:%H:%M:%S}Z"
            )


@app.command()
def migrate(
    target: Annotated[
        str | None,
        typer.Option(help="stop at this migration, going up or down to it; default: the newest"),
    ] = None,
) -> None:
    """Bring the tables up to date as their owner, grant rights, publish the catalogue."""
    from backend.launcher import migrate as migrate_all

    if cities := _cities():
        for city in cities:
            with within(city.tenant):
                published = asyncio.run(migrate_all(city.settings, target))
            typer.echo(f"{city.tenant.id}: tables are up to date; {published} catalogue entries published.")
        return
    settings = _load_settings(os.environ)
    if not settings.database_url and not settings.owner_database_url:
        fail("Set TIANFU_OWNER_DATABASE_URL (the owner's role) and TIANFU_DATABASE_URL (the application's).")
    published = asyncio.run(migrate_all(settings, target))
    typer.echo(f"Tables are up to date; {published} catalogue entries published.")


@app.command()
def reencrypt() -> None:
    """Encrypt kept secrets again under the first of TIANFU_SECRET_KEYS, as the tables' owner: an old key can go."""
    from backend.launcher import with_servers
    from backend.services.operations.reencryption import reencrypt as reencrypt_all
    from backend.storage.database import Database

    async def call(settings: Settings) -> tuple[dict[str, int], dict[str, int]]:
        database = Database(settings.owner_database_url or settings.database_url, pool_size_max=2)
        await database.open()
        try:
            return await reencrypt_all(database, settings.keys("secret_keys"))
        finally:
            await database.close()

    city = _one_city()
    settings = city.settings if city else _settings_here()
    # The migration's container, which has the owner's address, has none of Redis'.
    is_named = bool(settings.owner_database_url or settings.database_url)
    done, lost = asyncio.run(call(settings)) if is_named else with_servers(settings, call)
    for kept_in, number in sorted(done.items()):
        typer.echo(f"{kept_in}: {number} encrypted again.")
    if not done and not lost:
        typer.echo("Everything is under the first key.")
    if lost:
        fail("; ".join(f"{kept_in}: {number} that no key opens" for kept_in, number in sorted(lost.items())))


@app.command()
def audit(
    is_quiet: Annotated[bool, typer.Option("--quiet", help="print only what is broken")] = False,
    as_json: AsJson = False,
) -> None:
    """Check the ledger's promises against the database and Redis; exit status 1 when one is broken."""
    from backend.ledger.audit.ledger import Finding, audit_all

    async def check(settings: Settings) -> list[Finding]:
        return await audit_all(settings)

    findings = _with_servers(check)
    is_whole = not any(finding.is_broken for finding in findings)
    shown = [finding for finding in findings if finding.is_broken or not is_quiet]
    if as_json:
        _print_json({"is_whole": is_whole, "findings": shown})
    for finding in () if as_json else shown:
        colour = typer.colors.RED if finding.is_broken else typer.colors.GREEN
        typer.secho("BROKEN " if finding.is_broken else "ok     ", fg=colour, nl=False)
        typer.echo(f"{finding.promise}: {finding.sentence}")
    if not is_whole:
        raise typer.Exit(1)


@app.command()
def verify(
    file: Annotated[
        Path, typer.Argument(help="the JSON of /v1/certificates/NUMBER or /v1/disclosures/NUMBER")
    ],
    keys: Annotated[
        Path | None, typer.Option(help="the log's public keys: the JSON of /.well-known/tianfu-log.json")
    ] = None,
    url: Annotated[
        str,
        typer.Option(help="the log's server: its newest head is checked too, and its keys without --keys"),
    ] = "",
    head: Annotated[
        Path | None, typer.Option(help="a head that was kept; a log that went back is refused")
    ] = None,
    proof: Annotated[
        Path | None, typer.Option(help="a proof of consistency between the two, without --url")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a certificate or a release: document, signature, proof, head. Without --url only the files are read.

    With --json the result is verified, refused, unreadable or unreachable.
    """
    from backend.services.certificates.offline_verification import Forged, LogAway, Unreadable
    from backend.services.certificates.offline_verification import verify as verify_files

    if keys is None and not url:
        fail("Name the file of the log's public keys (--keys), or the log's server (--url).")
    sentences: list[str] = []
    result, reason = "verified", None
    try:
        sentences = verify_files(file, keys, url, head, proof)
    except (Forged, Unreadable, LogAway) as error:
        result = {Forged: "refused", Unreadable: "unreadable"}.get(type(error), "unreachable")
        reason = str(error)
    unsigned = [sentence for sentence in sentences if sentence.startswith("Not signed")]
    if as_json:
        holds = [sentence for sentence in sentences if sentence not in unsigned]
        _print_json({"result": result, "reason": reason, "holds": holds, "unsigned": unsigned})
        raise typer.Exit(int(result != "verified"))
    if reason is not None:
        fail(f"REFUSED {reason}" if result == "refused" else reason)
    for sentence in sentences:
        is_ok = sentence not in unsigned
        mark, colour = ("ok     ", typer.colors.GREEN) if is_ok else ("--     ", typer.colors.YELLOW)
        typer.secho(mark, fg=colour, nl=False)
        typer.echo(sentence)


@app.command()
def simulate(
    attendees: Annotated[int, typer.Option(min=1, max=20_000, help="how many people come")] = 200,
    seconds: Annotated[float, typer.Option(min=1, max=3600, help="over how many seconds they come")] = 10,
    url: Annotated[str, typer.Option(help="the server; default: the one that `tianfu run` starts")] = "",
    event: Annotated[str, typer.Option(help="slug of a running event")] = "demo",
) -> None:
    """Let attendees scan through HTTP: each signs in, decodes a badge's PNG, scans it; some log actions."""
    from backend.simulation import SimulationError, simulate_attendees

    settings = _load_settings({**os.environ, "TIANFU_ENVIRONMENT": "demo"})
    try:
        is_clean = asyncio.run(simulate_attendees(url or settings.public_base, event, attendees, seconds))
    except SimulationError as error:
        fail(str(error))
    if not is_clean:
        raise typer.Exit(1)


@staff_app.command("add")
def add_staff(
    username: str,
    role: Annotated[StaffRole, typer.Option(help="what the account may do")],
) -> None:
    """Create an account; the password is asked for, or read from standard input."""
    from backend.services.identity.staff_accounts import create_account

    password = _new_password()
    _with_database(
        lambda _: create_account(username, role.value, password), changes=f"add {username} as {role.value}"
    )
    typer.echo(f"{username} may sign in as {role.value}.")


@staff_app.command("password")
def set_staff_password(username: str) -> None:
    """Set a new password and end the account's sessions."""
    from backend.services.identity.staff_accounts import set_password

    password = _new_password()
    _with_database(lambda _: set_password(username, password), changes=f"password {username}")
    typer.echo(f"{username} has a new password.")


@staff_app.command("disable")
def disable_staff(username: str) -> None:
    """Disable an account and end its sessions."""
    from backend.services.identity.staff_accounts import close_account

    _with_database(lambda _: close_account(username), changes=f"disable {username}")
    typer.echo(f"{username} can sign in no more.")


@staff_app.command("reset-second-factor")
def reset_second_factor(username: str) -> None:
    """Forget an account's second factors and end its sessions, where no second operator can do it."""
    from backend.services.identity.staff_accounts import forget_second_factors

    _with_database(lambda _: forget_second_factors(username), changes=f"reset second factor {username}")
    typer.echo(f"{username} sets up a second factor at the next sign-in.")


def _new_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer


def _with_database(work: Callable[[Database], Awaitable[Result]], *, changes: str | None = None) -> Result:
    """Work with the database; `changes` says what the command does to an account, which is put on record with it."""
    from backend.services.identity.staff_accounts import StaffAccountError
    from backend.services.security.records import record_security
    from backend.storage.database import Database

    async def call(settings: Settings) -> Result:
        database = Database(settings.database_url, pool_size_max=1)
        await database.open()
        try:
            async with database.transaction():
                done = await work(database)
                if changes is not None:
                    actor, host = f"{getuser()} at the command line", gethostname()
                    await record_security("account_changed", actor=actor, source=host, subject=changes)
            return done
        finally:
            await database.close()

    try:
        return _with_servers(call)
    except StaffAccountError as error:
        fail(str(error))


def _with_servers(work: Callable[[Settings], Awaitable[Result]]) -> Result:
    """Run asynchronous work for the city that the command is for, or for the only one."""
    from backend.launcher import city_servers, with_servers

    city = _one_city()
    if city is None:
        return with_servers(_settings_here(), work)
    with city_servers([city]) as served, within(city.tenant):
        return with_servers(served[0].settings, work)


@app.command(name="settings")
def show_settings(as_json: AsJson = False) -> None:
    """Every setting with its default."""
    from backend.settings import SETTINGS

    if as_json:
        _print_json(SETTINGS)
        return
    for setting in SETTINGS:
        unit = f" {setting.unit}" if setting.unit else ""
        typer.echo(f"{setting.env:32} {setting.default + unit:28} {setting.help}")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    main()
