"""Organisations whose rating reaches what the criteria ask of the green list; people propose them or leave it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.catalogue import Catalogue
from backend.domain.days import day_of
from backend.domain.evaluation.criteria import set_on
from backend.messages.evaluation.scores import GreenCandidate
from backend.messages.shape import Bilingual, Page, view_of
from backend.services.evaluation.scores import SET
from backend.storage.database import Database
from backend.storage.statements import read


async def list_green_candidates(
    database: Database, catalogue: Catalogue, limit: int, cursor: UUID | None, now: datetime
) -> Page[GreenCandidate]:
    """Those rated by the criteria of today that no list has or considers, newest first."""
    criteria = set_on(catalogue.criteria, SET, day_of(now))
    rows = await read(
        database,
        "read_green_candidates",
        criteria.version,
        criteria.green_from_stars,
        cursor,
        limit + 1,
    )
    return Page.of(
        rows,
        limit,
        lambda row: view_of(GreenCandidate, row, name=Bilingual(row["name_zh"], row["name_en"])),
    )
