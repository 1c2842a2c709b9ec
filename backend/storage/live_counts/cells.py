"""The cells of the live picture: one event, one gate, one minute, seven counts and a revision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

COUNTS = ("joined", "footprints", "footprint_g", "offsets", "grams", "actions", "points")
Numbers = tuple[int, int, int, int, int, int, int]
NOTHING: Numbers = (0, 0, 0, 0, 0, 0, 0)


class CountCell(msgspec.Struct, frozen=True):
    """A row of `tallies`. `minute` is in Unix seconds."""

    event_id: UUID
    gate: int
    minute: int
    revision: int
    numbers: Numbers


def cell_of(row: Mapping[str, Any]) -> CountCell:
    minute: datetime = row["minute"]
    numbers = tuple(row[name] for name in COUNTS)
    return CountCell(row["event_id"], row["gate"], int(minute.timestamp()), row["revision"], numbers)


class Picture(msgspec.Struct, frozen=True):
    """An event's counts: all of it, by gate, by minute (Unix seconds, oldest first)."""

    total: Numbers
    by_gate: dict[int, Numbers]
    by_minute: dict[int, Numbers]
