"""What waits for an operator, counted in one statement."""

from __future__ import annotations

from typing import get_args

from backend.messages.operations.desk import DeskAnswer, DeskItem, DeskName
from backend.storage.database import Database
from backend.storage.statements import read


async def show_desk(database: Database) -> DeskAnswer:
    """Every desk with what waits there; a desk with nothing to do says 0."""
    found = {row["desk"]: row for row in await read(database, "read_desk")}
    return DeskAnswer(
        items=[
            DeskItem(desk=name, waiting=found[name]["waiting"], late=found[name]["late"])
            for name in get_args(DeskName)
        ]
    )
