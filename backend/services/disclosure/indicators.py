"""Indicators that the province's evaluation schemes ask for, as rows whose sums are the ledger's."""

from __future__ import annotations

from backend.storage.database import Database
from backend.storage.statements import Rows, long_snapshot

STATEMENTS: dict[str, str] = {
    "green_exhibition": "read_exhibition_indicators",
    "green_living": "read_living_indicators",
    "green_enterprise": "read_enterprise_indicators",
    "low_carbon_city": "read_city_indicators",
}


async def read_indicators(database: Database, scheme: str) -> Rows:
    """The rows of a scheme, all of one moment: events, methods, organisations or cities."""
    async with long_snapshot(database) as look:
        return await look(STATEMENTS[scheme])
