"""Rates every active organisation anew where its facts or the criteria changed, some hundred at a time."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from backend.catalogue import Catalogue
from backend.jobs.job import Result
from backend.models import Organisation
from backend.services.evaluation.scores import compute_scores
from backend.storage.database import Database

ORGANISATIONS_PER_CHUNK = 200


async def compute_credit_scores(database: Database, catalogue: Catalogue, today: date) -> Result:
    """Twice on a day stores nothing the second time."""
    last, stored = UUID(int=0), 0
    while True:
        query = Organisation.filter(state="active", id__gt=last).order_by("id").limit(ORGANISATIONS_PER_CHUNK)
        ids = [row.id for row in await query.only("id")]
        if not ids:
            return {"stored": stored}
        async with database.transaction():
            stored += await compute_scores(database, catalogue, ids, today)
        last = ids[-1]
