"""A row that each table accepts, and for each named constraint the change that it must refuse: all of them together.

Each migration's are in a module of their own, `rows_<subject>.py`, which may take its neighbours' ids from here.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from tests.storage.rows_core import (
    BATCH,
    CITIZEN,
    DIGEST,
    EVENT,
    NOW,
    OFFSET,
    OTHER_BATCH,
    OTHER_CITIZEN,
    OTHER_EVENT,
    STAFF,
    Row,
    _id,
)

_FIRST = ["rows_core", "rows_points"]
_FOUND = sorted(path.stem for path in Path(__file__).parent.glob("rows_*.py"))
_PARTS = [
    importlib.import_module(f"tests.storage.{name}")
    for name in [*_FIRST, *(name for name in _FOUND if name not in _FIRST)]
]

GOOD: dict[str, Row] = {table: row for part in _PARTS for table, row in part.GOOD.items()}
REFUSED: tuple[tuple[str, Row], ...] = tuple(pair for part in _PARTS for pair in part.REFUSED)
KEYS = frozenset(name for part in _PARTS for name in part.KEYS)
REFERENCES = frozenset(name for part in _PARTS for name in part.REFERENCES)

__all__ = [
    "BATCH",
    "CITIZEN",
    "DIGEST",
    "EVENT",
    "GOOD",
    "KEYS",
    "NOW",
    "OFFSET",
    "OTHER_BATCH",
    "OTHER_CITIZEN",
    "OTHER_EVENT",
    "REFERENCES",
    "REFUSED",
    "STAFF",
    "Row",
    "_id",
]
