"""Databases of a load test: made afresh from the migrations, each with a Redis database of its own."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

import asyncpg

from backend.launcher import migrate
from backend.outside.embedded import EmbeddedServers
from backend.settings import Settings, load_settings
from backend.storage.redis import connect

BACKEND = Path(__file__).resolve().parent.parent / "backend"
# Not secret: they guard a database that exists for the length of a run. Production mode wants 32 bytes.
KEYS = {
    "TIANFU_TOKEN_KEYS": "bench:not-a-secret-only-for-load-tests-0123456789",
    "TIANFU_CODE_KEYS": "b:not-a-secret-only-for-load-tests-9876543210",
    "TIANFU_TRANSPARENCY_LOG_KEYS": "bench:bG9hZC10ZXN0LXNlZWQtdGhhdC1pcy1ub3Qtc2VjcmU=",
    "TIANFU_SECRET_KEYS": "bench:not-a-secret-only-for-load-tests-5647382910",
}
# 0 is the demo's.
REDIS_DBS = {
    name: number
    for number, name in enumerate(
        (
            *("product", "event_report", "foreign_keys", "log", "boards", "baseline"),
            *(
                "scans",
                "orm",
                "actions",
                "city",
                "partners",
                "flash",
                "badges",
                "devices",
                "inventory",
                "noise",
                "freeze",
                "disclosure",
                "search",
                "row_security",
                "cities",
            ),
        ),
        start=1,
    )
}
TEMPLATE = "bench_template"
# Who is made or signs in there is an adult who told their age, so that points are earned.
ADULTS = """
    ALTER TABLE citizens ALTER born_month SET DEFAULT '1990-06-01', ALTER age_told_at SET DEFAULT '2000-01-01';
    ALTER TABLE accounts ALTER earns_from SET DEFAULT '2004-07-01'
"""
TEMPLATE_LOCK = 7_283_012


def database_name(name: str) -> str:
    return f"bench_{name}"


def settings_of(servers: EmbeddedServers, name: str) -> Settings:
    """How a load test's databases are reached, in production mode."""
    database = database_name(name)
    return replace(
        load_settings(KEYS, environment="production"),
        database_url=servers.app_url.replace("/tianfu?", f"/{database}?"),
        owner_database_url=servers.owner_url.replace("/tianfu?", f"/{database}?"),
        redis_url=f"{servers.redis_url}?db={REDIS_DBS[name]}",
    )


async def fresh_database(servers: EmbeddedServers, name: str) -> Settings:
    """An empty database with all tables, and an empty Redis database; what an earlier run left is dropped.

    It is copied from one to which the migrations were applied once: applying them takes a second or two, and a
    smoke run of all load tests makes a dozen databases.
    """
    settings = settings_of(servers, name)
    admin = await asyncpg.connect(servers.admin_url)
    try:
        await admin.execute("SELECT pg_advisory_lock($1)", TEMPLATE_LOCK)
        if await _mark(admin) != _tables_digest():
            await _make_template(servers, admin)
        await admin.execute(f"DROP DATABASE IF EXISTS {database_name(name)} WITH (FORCE)")
        await admin.execute(f"CREATE DATABASE {database_name(name)} OWNER tianfu_owner TEMPLATE {TEMPLATE}")
    finally:
        await admin.close()
    await _forget_counts(settings)
    return settings


async def drop_database(servers: EmbeddedServers, name: str) -> None:
    admin = await asyncpg.connect(servers.admin_url)
    try:
        await admin.execute(f"DROP DATABASE IF EXISTS {database_name(name)} WITH (FORCE)")
    finally:
        await admin.close()


async def settle(servers: EmbeddedServers, name: str) -> None:
    """Vacuum and write out what was filled in: the first requests must not pay for it."""
    admin = await asyncpg.connect(servers.admin_url.replace("/postgres?", f"/{database_name(name)}?"))
    try:
        await admin.execute("VACUUM (ANALYZE)")
        await admin.execute("CHECKPOINT")
    finally:
        await admin.close()


async def _mark(admin: asyncpg.Connection) -> str | None:
    found: str | None = await admin.fetchval(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", TEMPLATE
    )
    return found


async def _make_template(servers: EmbeddedServers, admin: asyncpg.Connection) -> None:
    await admin.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {TEMPLATE} OWNER tianfu_owner")
    settings = replace(
        load_settings(KEYS, environment="production"),
        database_url=servers.app_url.replace("/tianfu?", f"/{TEMPLATE}?"),
        owner_database_url=servers.owner_url.replace("/tianfu?", f"/{TEMPLATE}?"),
    )
    await migrate(settings, None)
    owner = await asyncpg.connect(settings.owner_database_url)
    try:
        await owner.execute(ADULTS)
    finally:
        await owner.close()
    # Written last: a template that was left half made has no mark, and the next run makes it anew.
    await admin.execute(f"COMMENT ON DATABASE {TEMPLATE} IS '{_tables_digest()}'")


@cache
def _tables_digest() -> str:
    """Of everything that a new database holds: migrations, the age of its people, the catalogue that is in it."""
    digest = hashlib.sha256()
    digest.update(ADULTS.encode())
    for folder in ("migrations", "catalogue"):
        for path in sorted((BACKEND / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()


async def _forget_counts(settings: Settings) -> None:
    # An earlier run counted the same event; its higher revisions would stand against this one's.
    redis = connect(settings.redis_url, timeout_ms=1000)
    try:
        await redis.flushdb()
    finally:
        await redis.aclose()
