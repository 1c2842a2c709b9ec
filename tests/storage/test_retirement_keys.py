"""What the migration of retirement keys makes of batches of before: nothing is lost, copies are marked and named."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from uuid import uuid4

import asyncpg
import pytest

from backend.domain.credits.retirements import retirement_key
from backend.domain.folding import DASHES, folded
from backend.migrations import read_sql
from backend.outside.embedded import EmbeddedServers
from backend.settings import Settings
from backend.storage.migrate import migrate
from backend.storage.sqlfiles import statement
from tests.conftest import _admin, settings_for

SCRIPT = read_sql("0025_retirement_keys.up")
WRITTEN_WITH = (
    *((0x01, 0x80), (0x2000, 0x2070), (0x3000, 0x3020)),
    *((0x4E00, 0x4F00), (0xFE00, 0xFE70), (0xFF00, 0xFFF0)),
)
BEFORE = "0021_retirement_facts"


async def test_the_database_folds_batches_of_before_as_later_ones_are_folded(
    tables: asyncpg.Connection,
) -> None:
    end = "\n$$;\n"
    function = SCRIPT[SCRIPT.index("CREATE OR REPLACE FUNCTION") : SCRIPT.index(end) + len(end)]
    # All that references are written with, and all that is taken out of them. Letters whose case the database does not
    # know, and digits of other scripts, fold in later entries only.
    signs = [chr(point) for first, last in WRITTEN_WITH for point in range(first, last)] + [
        "\ufeff",
        "\u3164",
    ]
    signs += [chr(point) for point in range(0x80, 0xD800) if unicodedata.category(chr(point)) in ("Pd", "Cf")]
    transaction = tables.transaction()
    await transaction.start()
    try:
        await tables.execute(function)
        made = await tables.fetch(
            "SELECT sign, credit_batches_folded('a' || sign || 'b') AS folded FROM unnest($1::text[]) sign",
            [*signs, *DASHES],
        )
    finally:
        await transaction.rollback()
    differing = {hex(ord(row["sign"])) for row in made if row["folded"] != folded(f"a{row['sign']}b")}
    assert differing == set()
    assert len(made) > 700


@pytest.fixture
async def earlier(servers: EmbeddedServers) -> AsyncIterator[Settings]:
    """A database as it was before the migration."""
    name = f"test_{uuid4().hex[:12]}"
    async with _admin(servers) as admin:
        await admin.execute(f"CREATE DATABASE {name} OWNER tianfu_owner")
        settings = settings_for(servers, name)
        await migrate(settings.owner_database_url, app_role="tianfu_app", target=BEFORE)
        yield settings
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def _enter(owner: asyncpg.Connection, **changes: object) -> str:
    row = {
        "id": uuid4(),
        "product": "cdcer",
        "project_name": "龙泉山造林",
        "vintage": 2024,
        "quantity_t": 1,
        "retirement_ref": "RET-1",
        "retired_on": date(2026, 1, 15),
    } | changes
    columns, places = ", ".join(row), ", ".join(f"${place}" for place in range(1, len(row) + 1))
    await owner.execute(f"INSERT INTO credit_batches ({columns}) VALUES ({places})", *row.values())  # noqa: S608
    return str(row["id"])


def _serials(space: str, first: int, last: int) -> dict[str, object]:
    told = {"registry": "suee", "registry_serial_from": f"{first}", "registry_serial_to": f"{last}"}
    return told | {
        "serial_space": space,
        "serial_first": first,
        "serial_last": last,
        "quantity_t": last - first + 1,
    }


async def test_copies_among_batches_of_before_are_marked_and_none_is_lost(earlier: Settings) -> None:
    owner = await asyncpg.connect(earlier.owner_database_url)
    try:
        first = await _enter(owner)
        void = {"status": "void", "voided_at": datetime(2026, 1, 1, tzinfo=UTC), "void_reason": "typo"}
        await _enter(owner, retirement_ref="ret-1", **void)
        copy = await _enter(owner, retirement_ref="ＲＥＴ\u20131")
        third = await _enter(owner, retirement_ref="RET - 1\u200b")
        other = await _enter(owner, retirement_ref="RET-2", **_serials("SUEE|A–#", 1, 10))
        meets = await _enter(owner, retirement_ref="RET-3", **_serials("SUEE|A-#", 10, 12))
        apart = await _enter(owner, retirement_ref="RET-4", **_serials("SUEE|A−#", 13, 13))
        early = await _enter(owner, retirement_ref="RET-5", retired_on=date(2020, 1, 15))
        await migrate(earlier.owner_database_url, app_role="tianfu_app")
        rows = {str(row["id"]): row for row in await owner.fetch("SELECT * FROM credit_batches")}
        assert len(rows) == 8
        key = retirement_key("RET-1", "龙泉山造林")
        keys = [rows[each]["retirement_key"] for each in (first, copy, third)]
        assert keys == [key, f"{key} ~2", f"{key} ~3"]
        spaces = [rows[each]["serial_space"] for each in (other, meets, apart)]
        assert spaces == ["SUEE|A-#", "SUEE|A-# ~2", "SUEE|A-#"]
        named = {
            str(row["id"])
            for name in ("audit_retirements_once", "audit_retirements_timely")
            for row in await owner.fetch(statement(name, "read"))
        }
        assert named == {copy, third, meets, early}
        # What cannot be is refused from now on, and what was before can still be made void.
        with pytest.raises(asyncpg.CheckViolationError):
            await _enter(owner, retirement_ref="R", retirement_key="R", retired_on=date(2020, 1, 15))
        await owner.execute(
            "UPDATE credit_batches SET status = 'void', voided_at = now(), void_reason = 'x' WHERE id = $1",
            early,
        )
    finally:
        await owner.close()
