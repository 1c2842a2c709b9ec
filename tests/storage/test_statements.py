"""What a statement's header says it does is what PostgreSQL will do, and what the code uses it for."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from backend.models import Job
from backend.models.keys import uuid7
from backend.storage.sqlfiles import DIRECTORY, sql, statement
from backend.storage.statements import lock, read, snapshot, write
from tests.house.source import Module, modules
from tests.service import Service

NAMES = sorted(path.stem for path in (DIRECTORY / "sql").rglob("*.sql"))
KINDS = {name: match[1] for name in NAMES if (match := re.match(r"-- \w+: \[(\w+)\]", sql(name)))}
# Who calls a statement by name, outside of the door itself.
DOORS = {"read", "lock", "write"}
# Functions of the owner that write; a plan does not show what is inside of them.
WRITING = re.compile(r"\b(remove_old_security_records|forget_journey|move_account)\(")
ADVISORY = re.compile(r"\bpg_(try_)?advisory_")


def nodes(plan: Any) -> Iterator[str]:
    """The kinds of nodes of a plan."""
    if isinstance(plan, dict):
        if "Node Type" in plan:
            yield plan["Node Type"]
        for inner in plan.values():
            yield from nodes(inner)
    elif isinstance(plan, list):
        for inner in plan:
            yield from nodes(inner)


@pytest.mark.parametrize("name", NAMES)
async def test_a_header_says_what_the_statement_does(tables: asyncpg.Connection, name: str) -> None:
    text = sql(name)
    code = re.sub(r"--.*", "", text)
    nothing = [None] * max((int(number) for number in re.findall(r"\$(\d+)", code)), default=0)
    # The plan also shows that the statement fits the tables.
    plan = json.loads(await tables.fetchval(f"EXPLAIN (GENERIC_PLAN, FORMAT JSON) {code}", *nothing))
    found = set(nodes(plan))
    if "ModifyTable" in found or WRITING.search(code):
        does = "write"
    elif "LockRows" in found or ADVISORY.search(code):
        does = "lock"
    else:
        does = "read"
    assert KINDS.get(name) == does


def named(module: Module) -> Iterator[tuple[int, str, str]]:
    """Line, verb and name of each call that names a statement."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        verb = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        for value in node.args[:2]:
            if isinstance(value, ast.Constant) and value.value in KINDS:
                yield node.lineno, verb, value.value


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_statement_is_used_for_what_it_does(module: Module) -> None:
    assert {
        (line, verb, name) for line, verb, name in named(module) if verb in DOORS and KINDS[name] != verb
    } == set()


def test_nobody_but_storage_takes_the_text_of_a_statement() -> None:
    knowing = {
        module.name
        for module in modules()
        if module.room != "storage" and "backend.storage.sqlfiles" in module.imports
    }
    assert knowing == {"backend.app", "backend.worker_assembly"}, "they read every file at start"


async def test_a_statement_does_nothing_else(service: Service) -> None:
    database = service.components.database
    with pytest.raises(ValueError, match="end_job is no statement that does this: read"):
        await read(database, "end_job")
    with pytest.raises(ValueError, match="read_lots is no statement that does this: write"):
        await write("read_lots")
    with pytest.raises(ValueError, match="lock_accounts"):
        statement("lock_accounts", "read")
    with pytest.raises(AssertionError, match="a lock outside a transaction"):
        await lock("lock_accounts", [])


async def test_what_is_written_is_lost_with_the_transaction_around_it(service: Service) -> None:
    database, now = service.components.database, datetime.now(UTC)
    values = (["tried"], ["每天"], ["daily"], ["试"], ["try"], [now])

    async def write_and_fail() -> None:
        async with database.transaction():
            await write("register_jobs", *values)
            assert await Job.exists(name="tried")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_fail()
    assert not await Job.exists(name="tried")
    await write("register_jobs", *values)
    assert await Job.exists(name="tried")


async def test_a_snapshot_sees_one_moment_and_writes_nothing(
    service: Service, owner: asyncpg.Connection
) -> None:
    database, citizen = service.components.database, uuid7()
    await owner.execute("INSERT INTO accounts (id, kind) VALUES ($1, 'citizen')", citizen)
    async with snapshot(database) as look:
        assert await look("load_lots", [citizen]) == []
        await owner.execute("INSERT INTO lots VALUES ($1, '2027-01-01', 5)", citizen)
        assert await look("load_lots", [citizen]) == []
        assert await read(database, "load_lots", [citizen]) == [], "whoever reads inside is in it too"
    assert len(await read(database, "load_lots", [citizen])) == 1
    async with snapshot(database):
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await write("remove_unknown_jobs", [])
