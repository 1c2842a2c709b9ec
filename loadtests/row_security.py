"""`python -m loadtests.row_security`: what row-level security between cities would cost a scan.

The writer alone, without HTTP: batches of first scans on the embedded servers, in turn on a database as it is and on
one where every table has the city in a column, and a policy that lets the application see the rows of one city alone.
Statements are the ledger's own, the same in both. Prints scans a second of each round. It is the least that row-level
security costs: the city is set once a connection, where one pool for all cities would set it once a transaction, and
no key begins with it. docs/decisions/0030 says why cities have databases instead. Ends with status 1 when a scan is
not in the database, or a table has no policy, or another city's rows can be seen.
"""

from __future__ import annotations

import argparse
import sys
import time

import asyncpg

from backend.catalogue import load_catalogue
from backend.domain.qr_codes import CodeKeys
from backend.ledger.batch import Ledger
from backend.services.operations.demo import ensure_demo
from backend.settings import Settings
from backend.storage.database import Database, dsn_parts
from backend.storage.writer import Writer
from loadtests.databases import database_name, drop_database, fresh_database
from loadtests.foreign_keys import BATCH, BATCHES, FIRST_SERIAL, ROUNDS, crowd_of
from loadtests.rig import Rig, new_parser, parse, run

NAME = "row_security"
SMOKE = {"batches": 3, "rounds": 1}
VARIABLE = "tianfu.city"
OURS, ANOTHER = "1", "2"
TABLES = """
    SELECT relname::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1
"""
TO_ONE_CITY = f"""
    ALTER TABLE %s ADD COLUMN city_number int NOT NULL DEFAULT current_setting('{VARIABLE}')::int;
    ALTER TABLE %s ENABLE ROW LEVEL SECURITY;
    CREATE POLICY of_one_city ON %s
        USING (city_number = current_setting('{VARIABLE}')::int)
        WITH CHECK (city_number = current_setting('{VARIABLE}')::int)
"""


class NotApart(Exception):
    """A scan is not in the database, a table has no policy, or another city's rows can be seen."""


async def scans_per_s(admin_url: str, settings: Settings, batches: int, *, with_policies: bool) -> float:
    """First scans a second that the writer alone makes durable, on a fresh database. Raises NotApart."""
    database = Database(settings.database_url, pool_size_max=2)
    await database.open()
    owner = await asyncpg.connect(settings.owner_database_url)
    writer = Writer(database.connect_writer)
    try:
        await ensure_demo(database, load_catalogue(), CodeKeys(settings.keys("code_keys")))
        await owner.execute(f"SET {VARIABLE} = '{OURS}'")
        if with_policies:
            await _divide(admin_url, settings, owner)
        commands = await crowd_of(owner, BATCH * batches)
        ledger = Ledger(writer, load_catalogue(), "http://127.0.0.1")
        await ledger.run(commands[:BATCH])
        began = time.perf_counter()
        for first in range(BATCH, len(commands), BATCH):
            await ledger.run(commands[first : first + BATCH])
        seconds = time.perf_counter() - began
        await _check(settings, owner, len(commands), with_policies=with_policies)
        return (len(commands) - BATCH) / seconds
    finally:
        await writer.close()
        await owner.close()
        await database.close()


async def _divide(admin_url: str, settings: Settings, owner: asyncpg.Connection) -> None:
    """Give every table the city, and the application's role one city in this database."""
    for row in await owner.fetch(TABLES):
        await owner.execute(TO_ONE_CITY.replace("%s", f'"{row["relname"]}"'))
    admin = await asyncpg.connect(admin_url)
    role = dsn_parts(settings.database_url)["user"]
    await admin.execute(f"ALTER ROLE {role} IN DATABASE {database_name(NAME)} SET {VARIABLE} = '{OURS}'")
    await admin.close()


async def _check(settings: Settings, owner: asyncpg.Connection, scans: int, *, with_policies: bool) -> None:
    written = await owner.fetchval("SELECT count(*) FROM attendances WHERE badge_serial >= $1", FIRST_SERIAL)
    if written != scans:
        raise NotApart(f"{written:,} of {scans:,} scans are in the database")
    if not with_policies:
        return
    tables = {row["relname"] for row in await owner.fetch(TABLES)}
    bare = tables - {row["tablename"] for row in await owner.fetch("SELECT tablename FROM pg_policies")}
    application = await asyncpg.connect(settings.database_url)
    await application.execute(f"SET {VARIABLE} = '{ANOTHER}'")
    seen = await application.fetchval("SELECT count(*) FROM attendances")
    await application.close()
    if bare or seen:
        raise NotApart(f"{len(bare)} tables have no policy; another city sees {seen} attendances")


async def _on_fresh_database(rig: Rig, batches: int, *, with_policies: bool) -> float:
    settings = await fresh_database(rig.servers, NAME)
    try:
        return await scans_per_s(rig.servers.admin_url, settings, batches, with_policies=with_policies)
    finally:
        await drop_database(rig.servers, NAME)


async def compare(rig: Rig, rounds: int, batches: int) -> bool:
    for number in range(1, rounds + 1):
        try:
            without = await _on_fresh_database(rig, batches, with_policies=False)
            with_policies = await _on_fresh_database(rig, batches, with_policies=True)
        except NotApart as error:
            rig.say(f"[red]{error}")
            return False
        rig.say(
            f"round {number}: {without:,.0f} scans/s as it is, {with_policies:,.0f} with row-level security: "
            f"{with_policies / without:.2f} of it"
        )
    return True


def parser() -> argparse.ArgumentParser:
    made = new_parser(NAME, __doc__)
    made.add_argument("--rounds", type=int, default=ROUNDS)
    made.add_argument("--batches", type=int, default=BATCHES, help=f"of {BATCH} scans each")
    return made


def main(arguments: list[str] | None = None) -> int:
    chosen = parse(parser(), arguments, **SMOKE)
    return run(NAME, lambda rig: compare(rig, chosen.rounds, chosen.batches), is_smoke=chosen.smoke)


if __name__ == "__main__":
    sys.exit(main())
