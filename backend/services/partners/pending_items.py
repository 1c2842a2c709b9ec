"""Credits partners' items once the citizen they are about has bound their account, and deletes expired ones.

Crediting is exactly once whatever crashes: an item goes through the ledger under the partner's own id, where a second
time is a repeat, and its row is deleted only after the ledger's answer. So an interrupted run is simply repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.community.consent_uses import ITEMS_WAITED
from backend.domain.days import day_of
from backend.errors import Refusal
from backend.ledger.commands.log_action import LogAction, PartnerItem
from backend.ledger.queue import LedgerQueue
from backend.messages.partners import GrantRequest, NewGrantView, WaitingBody
from backend.models.keys import uuid7
from backend.services.partners.consent_grants import bind, grant_view
from backend.storage.database import Database
from backend.storage.statements import read, write

ROWS_PER_ROUND_MAX = 500
ROUNDS_MAX = 100
_BODY = msgspec.json.Decoder(WaitingBody)
# The grant of a subject bound while its item was on its way is a moment older than the item.
_SLACK = timedelta(days=1)


class WaitingReport(msgspec.Struct):
    """What a run did. `left` says that some items could not be credited now and wait for the next run."""

    credited: int = 0
    refused: int = 0
    expired: int = 0
    left: bool = False


async def grant_source(
    database: Database,
    queue: LedgerQueue,
    catalogue: Catalogue,
    citizen: Principal,
    request: GrantRequest,
    now: datetime,
) -> tuple[NewGrantView, bool]:
    """Bind a citizen to a partner and credit what waited for them; and whether the consent is new.

    Raises ConsentOutdated, BindingCodeInvalid, SourceClosed, SubjectBound, SourceGranted, SessionRevoked.
    """
    grant, partner, is_new = await bind(database, catalogue.policies, citizen, request, now)
    assert grant.subject is not None
    # What is not done now (a full queue, a lost database) a round of the worker does later.
    done = await credit_subject(database, queue, catalogue, partner.id, grant.subject, grant.granted_at)
    return NewGrantView(grant=grant_view(grant, partner), credited=done.credited), is_new


async def credit_subject(
    database: Database,
    queue: LedgerQueue,
    catalogue: Catalogue,
    partner_id: UUID,
    subject: str,
    since: datetime,
) -> WaitingReport:
    """Credit the items that waited for a subject bound at `since`."""
    report = WaitingReport()
    await _credit(database, queue, catalogue, report, (since, partner_id, subject))
    return report


async def credit_bound(
    database: Database, queue: LedgerQueue, catalogue: Catalogue, *, waiting_days_max: int
) -> WaitingReport:
    """Credit items that still wait although their subject is bound: an earlier run was interrupted, or too early."""
    report = WaitingReport()
    since = datetime.now(UTC) - timedelta(days=waiting_days_max) - _SLACK
    await _credit(database, queue, catalogue, report, (since, None, None))
    return report


async def remove_expired(database: Database) -> int:
    """Delete expired items and binding codes; returns how many items."""
    removed = 0
    for _ in range(ROUNDS_MAX):
        rows = await write("remove_expired_pending_items", ROWS_PER_ROUND_MAX)
        removed += rows[0]["removed"]
        if rows[0]["removed"] < ROWS_PER_ROUND_MAX:
            break
    await write("remove_old_binding_codes", ROWS_PER_ROUND_MAX)
    return removed


async def _credit(
    database: Database,
    queue: LedgerQueue,
    catalogue: Catalogue,
    report: WaitingReport,
    whose: tuple[datetime, UUID | None, str | None],
) -> None:
    for _ in range(ROUNDS_MAX):
        _, versions = catalogue.policies.terms(ITEMS_WAITED, datetime.now(UTC))
        rows = await read(database, "read_pending_items", *whose, ROWS_PER_ROUND_MAX, versions)
        if not rows:
            return
        done = await _credit_rows(queue, catalogue, report, rows)
        if done:
            await write("remove_pending_items", *zip(*done, strict=True))
        if len(done) < len(rows):
            report.left = True
            return
        if len(rows) < ROWS_PER_ROUND_MAX:
            return
    report.left = True


async def _credit_rows(
    queue: LedgerQueue, catalogue: Catalogue, report: WaitingReport, rows: Sequence[Any]
) -> list[tuple[UUID, str]]:
    """The names of the items that no longer wait."""
    done: list[tuple[UUID, str]] = []
    named: list[tuple[UUID, str]] = []
    commands: list[LogAction] = []
    for row in rows:
        body = _BODY.decode(row["body"])
        name = (row["partner_id"], row["external_id"])
        if body.method not in catalogue.methods:
            report.refused += 1
            done.append(name)
            continue
        named.append(name)
        item = PartnerItem(*name, row["digest"])
        commands.append(action_command(row["citizen_id"], item, body, datetime.now(UTC)))
    for name, outcome in zip(named, await queue.submit_all(commands), strict=True):
        if isinstance(outcome, Refusal):
            continue
        report.credited += outcome.status < 400
        report.refused += outcome.status >= 400
        done.append(name)
    return done


def action_command(citizen_id: UUID, item: PartnerItem, body: WaitingBody, now: datetime) -> LogAction:
    """The ledger's command for an item: a partner's report is evidence of the first tier."""
    return LogAction(
        id=uuid7(),
        citizen_id=citizen_id,
        method=body.method,
        quantity=body.quantity,
        parameters=body.parameters,
        tier="E1",
        occurred_at=body.occurred_at,
        day=day_of(body.occurred_at),
        event_id=None,
        gate=None,
        badge_serial=None,
        idempotency=None,
        at=now,
        ended_at=body.ended_at,
        item=item,
        partner_id=item.partner_id,
    )
