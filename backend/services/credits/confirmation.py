"""A second operator compares what was told of a batch with the registry's proof, and confirms or rejects it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.domain.credits.products import CreditRules
from backend.errors.credits import BatchChanged, BatchUnproven, NothingToConfirm, OwnEntry
from backend.messages.credits import BatchDetails, ConfirmationRequest, CreditBatchView
from backend.models import CreditBatch
from backend.services.credits.details import (
    CHANGING,
    check_vintage,
    fill_in,
    lock_batch,
    publish_if_whole,
    refusal_of,
)
from backend.services.credits.register import view_for_staff
from backend.services.identity.staff_accounts import record, usernames
from backend.services.organisations.persons import is_another_person
from backend.storage.database import Database
from backend.storage.statements import lock


async def decide_batch(
    database: Database, staff: Principal, batch_id: str, request: ConfirmationRequest, rules: CreditRules
) -> CreditBatchView:
    """Confirm or reject a retirement, or the details proposed of one; whoever told them cannot.

    A rejected retirement is void, and may be entered again as it should have been; rejected details are dropped.
    The same confirmation by the same person again changes nothing.

    Raises BatchNotFound, BatchVoid, NothingToConfirm, OwnEntry, BatchChanged for another revision than the one that was
    compared, BatchUnproven, RetirementBeforeVintage, SerialsOverlap, DetailsKept.
    """
    is_confirmed = request.decision == "confirmed"
    try:
        async with database.transaction():
            await lock("lock_credit_entries")
            batch = await lock_batch(batch_id)
            tellers = _tellers(batch)
            if not tellers:
                if is_confirmed and batch.confirmed_by == staff.id:
                    return await view_for_staff(batch, rules)
                raise NothingToConfirm(state=batch.status)
            if not await is_another_person(staff.id, tellers):
                raise OwnEntry
            if request.revision not in (None, batch.revision):
                raise BatchChanged
            if is_confirmed and batch.proof_sha256 is None:
                raise BatchUnproven
            after: dict[str, object] = {"told_by": sorted((await usernames(tellers)).values())}
            if batch.status == "retired":
                after |= {"details": batch.proposed_details}
                _decide_details(batch, rules, is_confirmed=is_confirmed)
            else:
                after |= {"retirement_ref": batch.retirement_ref, "retired_on": str(batch.retired_on)}
                _decide_retirement(batch, staff, request)
            publish_if_whole(batch, rules)
            await batch.save(update_fields=(*CHANGING, "voided_at", "void_reason"))
            action = "credit_batch.confirm" if is_confirmed else "credit_batch.reject"
            await record(staff, action, str(batch.id), reason=request.reason, after=after)
    except IntegrityError as error:
        raise refusal_of(error) from error
    return await view_for_staff(batch, rules)


def _tellers(batch: CreditBatch) -> list[UUID]:
    """Who told what waits for a second person; nobody when nothing waits."""
    if batch.status == "awaiting_confirmation":
        return list(batch.told_by)
    return [] if batch.proposed_by is None else [batch.proposed_by]


def _decide_retirement(batch: CreditBatch, staff: Principal, request: ConfirmationRequest) -> None:
    now = datetime.now(UTC)
    if request.decision == "confirmed":
        check_vintage(batch)
        batch.status, batch.confirmed_by, batch.confirmed_at = "retired", staff.id, now
    else:
        batch.status, batch.voided_at, batch.void_reason = "void", now, request.reason


def _decide_details(batch: CreditBatch, rules: CreditRules, *, is_confirmed: bool) -> None:
    if is_confirmed:
        fill_in(batch, msgspec.convert(batch.proposed_details, BatchDetails), rules)
        check_vintage(batch)
    batch.proposed_details, batch.proposed_by = None, None
    batch.revision += 1
