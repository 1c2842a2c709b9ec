"""Operators create credit batches, retire them, complete their details, make them void. Immutable once published."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.domain.credits.products import CreditRules
from backend.domain.credits.retirements import retirement_key
from backend.errors import BatchNotFound, InvalidBody
from backend.errors.credits import (
    BatchAssigned,
    BatchIncomplete,
    BatchRetired,
    DetailsKept,
    DetailsWaiting,
    NotYetIssued,
    ProjectNotFound,
    ProofNotFound,
)
from backend.errors.fields import field_error
from backend.messages.credits import (
    BatchDetails,
    BatchDetailsRequest,
    CreditBatchRequest,
    CreditBatchView,
    RetirementRequest,
)
from backend.messages.shape import columns_of
from backend.models import CreditBatch, Project
from backend.models.keys import read_id
from backend.outside.content_store import Content, ContentStore
from backend.services.credits.details import (
    CHANGING,
    check_reference,
    check_retired_on,
    check_vintage,
    fill_in,
    lock_batch,
    publish_if_whole,
    refusal_of,
)
from backend.services.credits.register import batch_view, missing_of, view_for_staff
from backend.services.credits.serial_refusals import noted_refusal
from backend.services.identity.staff_accounts import record
from backend.services.organisations.organisations import public_organisation
from backend.services.organisations.standing import check_not_blacklisted
from backend.storage.database import Database
from backend.storage.statements import lock

PROOF_TYPE = "application/pdf"
HIDDEN = ("pending", "awaiting_confirmation")
OF_PROJECT = ("methodology", "registry", "registration_no", "approved_by", "approval_doc", "origin_tag")
"""Columns that a batch takes from its project unless the request names them."""


async def create_batch(
    database: Database,
    staff: Principal,
    request: CreditBatchRequest,
    rules: CreditRules,
    *,
    needs_confirmation: bool,
) -> CreditBatchView:
    """Create a batch of credits, retired in their registry or pending.

    `needs_confirmation`: a retired one waits for a second person before it is used.

    Raises RetirementEntered for a retirement that exists already, RetirementBeforeVintage, SerialsOverlap,
    SerialsMalformed, ProjectNotFound, NotYetIssued for a retirement of an ex-ante project, DetailsKept,
    OrganisationNotFound and OrganisationBlacklisted for the developer.
    """
    is_retired = request.status == "retired"
    if is_retired != (request.retirement_ref is not None) or is_retired != (request.retired_on is not None):
        names = [
            name
            for name in ("retirement_ref", "retired_on")
            if is_retired != (getattr(request, name) is not None)
        ]
        raise InvalidBody(errors=[field_error(f"/{name}", "retirement_details") for name in names])
    if request.retired_on is not None:
        check_retired_on(request.retired_on)
    project = await _project_of(request)
    developer = None if request.developer is None else await public_organisation(request.developer)
    if project is not None and project.is_ex_ante and is_retired:
        raise NotYetIssued
    batch = CreditBatch(
        **columns_of(request, "project", "developer", *BatchDetails.__struct_fields__),
        project_id=None if project is None else project.id,
        developer_id=None if developer is None else developer.id,
        is_ex_ante=project is not None and project.is_ex_ante,
        needs_confirmation=needs_confirmation,
    )
    if request.retirement_ref is not None:
        check_reference(request.retirement_ref)
        batch.retirement_key = retirement_key(request.retirement_ref, request.project_name)
        batch.status = "awaiting_confirmation" if needs_confirmation else "retired"
    if project is not None:
        for name in OF_PROJECT:
            if getattr(request, name) is None:
                setattr(batch, name, getattr(project, name))
    fill_in(batch, request, rules)
    check_vintage(batch)
    _tell(batch, staff)
    publish_if_whole(batch, rules)
    try:
        async with database.transaction():
            await lock("lock_credit_entries")
            if developer is not None:
                await check_not_blacklisted(database, [developer.id])
            await batch.save(force_create=True)
            after = {"quantity_t": batch.quantity_t, "status": batch.status}
            await record(staff, "credit_batch.enter", str(batch.id), after=after)
    except IntegrityError as error:
        raise await noted_refusal(error, staff, request, batch.developer_id) from error
    return await view_for_staff(batch, rules)


async def retire_batch(
    database: Database,
    staff: Principal,
    batch_id: str,
    request: RetirementRequest,
    rules: CreditRules,
    *,
    needs_confirmation: bool,
) -> CreditBatchView:
    """Record that the registry retired a pending batch. The same retirement again changes nothing.

    `needs_confirmation`: it waits for a second person before it is used.

    Raises BatchNotFound, BatchVoid, NotYetIssued, BatchRetired, BatchIncomplete naming what the product still
    requires, RetirementEntered, RetirementBeforeVintage, SerialsOverlap, SerialsMalformed, DetailsKept.
    """
    check_retired_on(request.retired_on)
    check_reference(request.retirement_ref)
    try:
        async with database.transaction():
            await lock("lock_credit_entries")
            batch = await lock_batch(batch_id)
            if batch.is_ex_ante:
                raise NotYetIssued
            key = retirement_key(request.retirement_ref, batch.project_name)
            if batch.status != "pending":
                if (batch.retirement_key, batch.retired_on) != (key, request.retired_on):
                    raise BatchRetired
                return await view_for_staff(batch, rules)
            fill_in(batch, request, rules)
            batch.needs_confirmation = batch.needs_confirmation or needs_confirmation
            batch.status = "awaiting_confirmation" if batch.needs_confirmation else "retired"
            batch.retirement_ref, batch.retired_on = request.retirement_ref, request.retired_on
            batch.retirement_key = key
            check_vintage(batch)
            missing = missing_of(batch, rules)
            if missing:
                raise BatchIncomplete(missing=list(missing))
            _tell(batch, staff)
            publish_if_whole(batch, rules)
            await batch.save(update_fields=CHANGING)
            after = {"retirement_ref": batch.retirement_ref, "retired_on": str(batch.retired_on)}
            await record(staff, "credit_batch.retire", str(batch.id), reason=request.reason, after=after)
    except IntegrityError as error:
        raise await noted_refusal(error, staff, request, await _developer_of(batch_id)) from error
    return await view_for_staff(batch, rules)


async def complete_batch(
    database: Database,
    staff: Principal,
    batch_id: str,
    request: BatchDetailsRequest,
    rules: CreditRules,
    *,
    needs_confirmation: bool,
) -> CreditBatchView:
    """Add missing details. Of a retired batch they wait for a second person when that `needs_confirmation`.

    Raises BatchNotFound, BatchVoid, DetailsKept, DetailsWaiting, RetirementBeforeVintage, SerialsOverlap,
    SerialsMalformed.
    """
    try:
        async with database.transaction():
            await lock("lock_credit_entries")
            batch = await lock_batch(batch_id)
            waits = needs_confirmation and batch.status == "retired"
            if waits and batch.proposed_details is not None:
                raise DetailsWaiting
            empty = {name for name in BatchDetails.__struct_fields__ if getattr(batch, name) is None}
            given = fill_in(batch, request, rules)
            check_vintage(batch)
            after = {name: str(getattr(batch, name)) for name in given}
            if waits:
                new = {name: getattr(request, name) for name in given if name in empty}
                await _propose(batch, staff, new)
            else:
                _tell(batch, staff)
                publish_if_whole(batch, rules)
                await batch.save(update_fields=CHANGING)
            action = "credit_batch.propose" if waits else "credit_batch.complete"
            await record(staff, action, str(batch.id), reason=request.reason, after=after)
    except IntegrityError as error:
        raise refusal_of(error) from error
    return await view_for_staff(batch, rules)


async def void_batch(
    database: Database, staff: Principal, batch_id: str, reason: str, rules: CreditRules
) -> CreditBatchView:
    """Make a batch void while none of it is assigned. Raises BatchNotFound, BatchVoid, BatchAssigned."""
    async with database.transaction():
        batch = await lock_batch(batch_id)
        if batch.assigned_g:
            raise BatchAssigned(assigned_g=batch.assigned_g)
        before = {"status": batch.status}
        batch.status, batch.voided_at, batch.void_reason = "void", datetime.now(UTC), reason
        await batch.save(update_fields=["status", "voided_at", "void_reason"])
        await record(
            staff, "credit_batch.void", str(batch.id), reason=reason, before=before, after={"status": "void"}
        )
    return await view_for_staff(batch, rules)


async def store_proof(
    database: Database,
    store: ContentStore,
    staff: Principal,
    batch_id: str,
    content: bytes,
    rules: CreditRules,
) -> CreditBatchView:
    """Store the registry's proof of the retirement. The same file again changes nothing.

    Raises BatchNotFound, BatchVoid, DetailsKept for another file, and what the content store refuses.
    """
    await find_batch(batch_id)
    # Before the transaction: a file without a row wastes space, a row without a file would be a false promise.
    sha256 = await store.put(content, PROOF_TYPE)
    async with database.transaction():
        batch = await lock_batch(batch_id)
        if batch.proof_sha256 not in (None, sha256):
            raise DetailsKept(names=["proof"])
        if batch.proof_sha256 is None:
            batch.proof_sha256 = sha256
            batch.revision += 1
            publish_if_whole(batch, rules)
            await batch.save(update_fields=["proof_sha256", "published_at", "revision"])
            await record(staff, "credit_batch.prove", str(batch.id), after={"sha256": sha256.hex()})
    return await view_for_staff(batch, rules)


async def read_proof(store: ContentStore, batch_id: str, *, is_staff: bool) -> Content:
    """The registry's proof, a PDF, open for reading; before the batch is retired for staff alone.

    Raises BatchNotFound, ProofNotFound, ContentAway.
    """
    batch = await find_batch(batch_id)
    if batch.proof_sha256 is None or (batch.status in HIDDEN and not is_staff):
        raise ProofNotFound
    content = await store.open(batch.proof_sha256)
    if content is None:
        raise ProofNotFound
    return content


async def find_batch(batch_id: str) -> CreditBatch:
    """The batch with an id. Raises BatchNotFound."""
    batch = await CreditBatch.get_or_none(id=read_id(batch_id, BatchNotFound))
    if batch is None:
        raise BatchNotFound
    return batch


async def show_batch(batch_id: str, rules: CreditRules, *, is_staff: bool) -> CreditBatchView:
    """A batch as anyone may see it; staff alone see what is not retired yet. Raises BatchNotFound."""
    batch = await find_batch(batch_id)
    if is_staff:
        return await view_for_staff(batch, rules)
    if batch.status in HIDDEN:
        raise BatchNotFound
    project = None if batch.project_id is None else await Project.get(id=batch.project_id)
    return batch_view(batch, rules, project)


def _tell(batch: CreditBatch, staff: Principal) -> None:
    """Remember whose word stands in the batch."""
    batch.revision += 1
    if staff.id not in batch.told_by:
        batch.told_by = [*batch.told_by, staff.id]


async def _propose(batch: CreditBatch, staff: Principal, details: dict[str, Any]) -> None:
    """Keep details beside the batch, which stays as it was confirmed."""
    if not details:
        return
    batch.proposed_details, batch.proposed_by = msgspec.to_builtins(details), staff.id
    batch.revision += 1
    await batch.save(update_fields=["proposed_details", "proposed_by", "revision"])
    await batch.refresh_from_db()


async def _developer_of(batch_id: str) -> UUID | None:
    return (await find_batch(batch_id)).developer_id


async def _project_of(request: CreditBatchRequest) -> Project | None:
    if request.project is None:
        return None
    project = await Project.get_or_none(code=request.project)
    if project is None:
        raise ProjectNotFound
    if project.product != request.product:
        raise InvalidBody.at("/product", "product_differs", product=project.product)
    return project
