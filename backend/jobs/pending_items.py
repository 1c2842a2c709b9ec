"""Credits partners' items whose subject has been bound since, and deletes expired ones."""

from __future__ import annotations

import structlog

from backend.catalogue import Catalogue
from backend.ledger.queue import LedgerQueue
from backend.services.partners.pending_items import WaitingReport, credit_bound, remove_expired
from backend.storage.database import Database

log = structlog.get_logger(__name__)


async def credit_waiting(
    database: Database, queue: LedgerQueue, catalogue: Catalogue, *, waiting_days_max: int
) -> WaitingReport:
    """Credit items whose subject is bound by now, then delete those that waited too long.

    May be interrupted anywhere and run by several processes at once: the ledger knows each item by its name.
    """
    report = await credit_bound(database, queue, catalogue, waiting_days_max=waiting_days_max)
    report.expired = await remove_expired(database)
    if report.credited or report.refused or report.expired:
        log.info("waiting_items", credited=report.credited, refused=report.refused, expired=report.expired)
    return report
