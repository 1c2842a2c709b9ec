"""Statements on the connection that the caller's transaction is on, or on the pool's when there is none."""

from __future__ import annotations

from typing import Any

from tortoise.connection import get_connection

from backend.storage.sqlfiles import sql


async def run_here(name: str, *values: object) -> list[dict[str, Any]]:
    """Rows of the statement `sql/<name>.sql`; what it writes is kept or lost with the transaction around it."""
    rows: list[dict[str, Any]] = await get_connection("default").execute_query_dict(sql(name), list(values))
    return rows
