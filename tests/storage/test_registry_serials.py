"""Serials of a registry are of one batch alone, and one that was made void gives them back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from uuid import uuid4

import asyncpg
import pytest

from backend.settings import Settings

NOW = datetime(2026, 11, 1, 4, tzinfo=UTC)


@pytest.fixture
async def book(tables: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    transaction = tables.transaction()
    await transaction.start()
    yield tables
    await transaction.rollback()


async def enter(
    connection: asyncpg.Connection, first: int, last: int, space: str = "SUEE|CDCER-#", **changes: object
) -> None:
    row = {
        "id": uuid4(),
        "product": "cdcer",
        "project_name": "forest",
        "vintage": 2024,
        "quantity_t": last - first + 1,
        "retirement_ref": uuid4().hex,
        "retired_on": date(2026, 1, 15),
        "registry": "suee",
        "registry_serial_from": f"CDCER-{first}",
        "registry_serial_to": f"CDCER-{last}",
        "serial_space": space,
        "serial_first": first,
        "serial_last": last,
    } | changes
    row.setdefault("retirement_key", row["retirement_ref"])
    columns, places = ", ".join(row), ", ".join(f"${place}" for place in range(1, len(row) + 1))
    statement = f"INSERT INTO credit_batches ({columns}) VALUES ({places})"  # noqa: S608 - names from above
    async with connection.transaction():
        await connection.execute(statement, *row.values())


@pytest.mark.parametrize(("first", "last"), [(1, 100), (100, 100), (100, 250), (50, 60), (1, 1)])
async def test_serials_that_meet_are_refused(book: asyncpg.Connection, first: int, last: int) -> None:
    await enter(book, 1, 100)
    with pytest.raises(asyncpg.ExclusionViolationError) as caught:
        await enter(book, first, last)
    assert caught.value.constraint_name == "credit_batches_serials_apart"


async def test_serials_beside_each_other_and_in_other_registries_are_taken(book: asyncpg.Connection) -> None:
    await enter(book, 1, 100)
    await enter(book, 101, 200)
    await enter(book, 1, 100, "SUEE|CDCER2025-#")
    await enter(book, 1, 100, "VERRA|CDCER-#")


async def test_a_void_batch_gives_its_serials_and_its_retirement_back(book: asyncpg.Connection) -> None:
    void = {"status": "void", "voided_at": NOW, "void_reason": "typo"}
    await enter(book, 1, 100, retirement_ref="R-1", **void)
    await enter(book, 1, 100, retirement_ref="R-1", **void)
    await enter(book, 1, 100, retirement_ref="R-1")
    with pytest.raises(asyncpg.ExclusionViolationError) as caught:
        await enter(book, 101, 200, retirement_ref="R-1")
    assert caught.value.constraint_name == "credit_batches_retired_once"


async def test_pending_batches_of_one_project_and_year_do_not_meet(book: asyncpg.Connection) -> None:
    for first in (1, 2):
        pending = {"status": "pending", "retirement_ref": None, "retired_on": None}
        await enter(book, first, first, **pending)


@pytest.mark.parametrize(
    "column", ["product", "project_name", "vintage", "quantity_t", "is_ex_ante", "project_id", "origin_tag"]
)
async def test_what_a_batch_is_of_never_changes(settings: Settings, column: str) -> None:
    application = await asyncpg.connect(settings.database_url)
    try:
        await application.execute("UPDATE credit_batches SET assigned_g = assigned_g")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await application.execute(f"UPDATE credit_batches SET {column} = {column}")  # noqa: S608
    finally:
        await application.close()
