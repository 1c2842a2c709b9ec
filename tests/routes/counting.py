"""How many rows each table has, so that a test can say that nothing was written."""

from __future__ import annotations

import asyncpg


async def row_counts(owner: asyncpg.Connection, *, without: tuple[str, ...] = ()) -> dict[str, int]:
    """Rows by table. What happens at the doors is put on record beside them, once a second: it is not among them."""
    without = (*without, "security_records")
    tables = [
        row["tablename"]
        for row in await owner.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        if row["tablename"] not in without
    ]
    counts = await owner.fetchrow(
        "SELECT " + ", ".join(f'(SELECT count(*) FROM "{table}") AS "{table}"' for table in tables)  # noqa: S608
    )
    return dict(counts)
