"""Operators create credit batches, retire them, complete their details, make them void. Immutable once published."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.domain.credits.products import CreditRules
from backend.domain.credits.registry_serials import read_serials
from backend.domain.days import SHANGHAI
from backend.errors import BatchNotFound, InvalidBody, Refusal, RetirementEntered
from backend.errors.credits import (
    BatchAssigned,
    BatchIncomplete,
    BatchRetired,
    BatchVoid,
    DetailsKept,
    NotYetIssued,
    ProjectNotFound,
    ProofNotFound,
    SerialsMalformed,
    SerialsOverlap,
)
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
from backend.services.credits.register import batch_view, missing_of
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database, constraint_of
from backend.storage.statements import lock

PRICE_MAX = 1_000_000
FIRST_RETIREMENT = date(1990, 1, 1)
LAST_VINTAGE = date(2100, 12, 31)
PROOF_TYPE = "application/pdf"
OF_PROJECT = ("methodology", "registry", "registration_no", "approved_by", "approval_doc", "origin_tag")
"""Columns that a batch takes from its project unless the request names them."""


async def create_batch(
    database: Database, staff: Principal, request: CreditBatchRequest, rules: CreditRules
) -> CreditBatchView:
    """Create a batch of credits, retired in their registry or pending.

    Raises RetirementEntered for a retirement that exists already, SerialsOverlap, SerialsMalformed, ProjectNotFound,
    NotYetIssued for a retirement of an ex-ante project, DetailsKept.
    """
    is_retired = request.status == "retired"
    if is_retired != (request.retirement_ref is not None) or is_retired != (request.retired_on is not None):
        raise InvalidBody(
            reason="a retired batch has retirement_ref and retired_on, and a pending one has neither yet"
        )
    if request.retired_on is not None:
        _check_retired_on(request.retired_on)
    project = await _project_of(request)
    if project is not None and project.is_ex_ante and is_retired:
        raise NotYetIssued
    batch = CreditBatch(
        **columns_of(request, "project", *BatchDetails.__struct_fields__),
        project_id=None if project is None else project.id,
        is_ex_ante=project is not None and project.is_ex_ante,
    )
    if project is not None:
        for name in OF_PROJECT:
            if getattr(request, name) is None:
                setattr(batch, name, getattr(project, name))
    _fill_in(batch, request, rules)
    _publish_if_whole(batch, rules)
    try:
        async with database.transaction():
            await lock("lock_credit_entries")
            await batch.save(force_create=True)
            after = {"quantity_t": batch.quantity_t, "status": batch.status}
            await record(staff, "credit_batch.enter", str(batch.id), after=after)
    except IntegrityError as error:
        raise _refusal_of(error) from error
    return batch_view(batch, rules, project)


async def retire_batch(
    database: Database, staff: Principal, batch_id: str, request: RetirementRequest, rules: CreditRules
) -> CreditBatchView:
    """Record that the registry retired a pending batch. The same retirement again changes nothing.

    Raises BatchNotFound, BatchVoid, NotYetIssued, BatchRetired, BatchIncomplete naming what the product still
    requires, RetirementEntered, SerialsOverlap, SerialsMalformed, DetailsKept.
    """
    _check_retired_on(request.retired_on)
    try:
        async with database.transaction():
            await lock("lock_credit_entries")
            batch = await _lock(batch_id)
            if batch.is_ex_ante:
                raise NotYetIssued
            if batch.status == "retired":
                if (batch.retirement_ref, batch.retired_on) != (request.retirement_ref, request.retired_on):
                    raise BatchRetired
                return await _view(batch, rules)
            _fill_in(batch, request, rules)
            batch.status = "retired"
            batch.retirement_ref, batch.retired_on = request.retirement_ref, request.retired_on
            missing = missing_of(batch, rules)
            if missing:
                raise BatchIncomplete(missing=", ".join(missing))
            _publish_if_whole(batch, rules)
            await batch.save(update_fields=_changing())
            after = {"retirement_ref": batch.retirement_ref, "retired_on": str(batch.retired_on)}
            await record(staff, "credit_batch.retire", str(batch.id), reason=request.reason, after=after)
    except IntegrityError as error:
        raise _refusal_of(error) from error
    return await _view(batch, rules)


async def complete_batch(
    database: Database, staff: Principal, batch_id: str, request: BatchDetailsRequest, rules: CreditRules
) -> CreditBatchView:
    """Add missing details. Raises BatchNotFound, BatchVoid, DetailsKept, SerialsOverlap, SerialsMalformed."""
    try:
        async with database.transaction():
            await lock("lock_credit_entries")
            batch = await _lock(batch_id)
            given = _fill_in(batch, request, rules)
            _publish_if_whole(batch, rules)
            await batch.save(update_fields=_changing())
            after = {name: str(getattr(batch, name)) for name in given}
            await record(staff, "credit_batch.complete", str(batch.id), reason=request.reason, after=after)
    except IntegrityError as error:
        raise _refusal_of(error) from error
    return await _view(batch, rules)


async def void_batch(
    database: Database, staff: Principal, batch_id: str, reason: str, rules: CreditRules
) -> CreditBatchView:
    """Make a batch void while none of it is assigned. Raises BatchNotFound, BatchVoid, BatchAssigned."""
    async with database.transaction():
        batch = await _lock(batch_id)
        if batch.assigned_g:
            raise BatchAssigned(grams=batch.assigned_g)
        before = {"status": batch.status}
        batch.status, batch.voided_at, batch.void_reason = "void", datetime.now(UTC), reason
        await batch.save(update_fields=["status", "voided_at", "void_reason"])
        await record(
            staff, "credit_batch.void", str(batch.id), reason=reason, before=before, after={"status": "void"}
        )
    return await _view(batch, rules)


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
        batch = await _lock(batch_id)
        if batch.proof_sha256 not in (None, sha256):
            raise DetailsKept(names="proof")
        if batch.proof_sha256 is None:
            batch.proof_sha256 = sha256
            _publish_if_whole(batch, rules)
            await batch.save(update_fields=["proof_sha256", "published_at"])
            await record(staff, "credit_batch.prove", str(batch.id), after={"sha256": sha256.hex()})
    return await _view(batch, rules)


async def read_proof(store: ContentStore, batch_id: str) -> Content:
    """The registry's proof, a PDF, open for reading. Raises BatchNotFound, ProofNotFound, ContentAway."""
    batch = await find_batch(batch_id)
    if batch.proof_sha256 is None or batch.status == "pending":
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
    """A batch as anyone may see it; staff alone see pending ones. Raises BatchNotFound."""
    batch = await find_batch(batch_id)
    if batch.status == "pending" and not is_staff:
        raise BatchNotFound
    return await _view(batch, rules)


async def _lock(batch_id: str) -> CreditBatch:
    """The batch's row, locked until the transaction ends. Raises BatchNotFound, BatchVoid."""
    batch = await CreditBatch.filter(id=read_id(batch_id, BatchNotFound)).select_for_update().get_or_none()
    if batch is None:
        raise BatchNotFound
    if batch.status == "void":
        raise BatchVoid
    return batch


async def _view(batch: CreditBatch, rules: CreditRules) -> CreditBatchView:
    project = None if batch.project_id is None else await Project.get(id=batch.project_id)
    return batch_view(batch, rules, project)


async def _project_of(request: CreditBatchRequest) -> Project | None:
    if request.project is None:
        return None
    project = await Project.get_or_none(code=request.project)
    if project is None:
        raise ProjectNotFound
    if project.product != request.product:
        raise InvalidBody(reason=f"the project's product is {project.product}")
    return project


def _fill_in(batch: CreditBatch, request: BatchDetails, rules: CreditRules) -> list[str]:
    """Set the details that are given and still empty; returns their names. Raises DetailsKept for one that differs."""
    _check_details(batch, request)
    given: dict[str, Any] = {
        name: value
        for name in BatchDetails.__struct_fields__
        if (value := getattr(request, name)) is not None
    }
    if "registry" in given:
        found = rules.find_registry(given["registry"])
        given["registry"] = found.code if found else given["registry"]
    if "registry_serial_from" in given:
        given.setdefault("registry_serial_to", given["registry_serial_from"])
    kept = [name for name, value in given.items() if getattr(batch, name) not in (None, value)]
    if kept:
        raise DetailsKept(names=", ".join(kept))
    for name, value in given.items():
        setattr(batch, name, value)
    _read_block(batch, rules)
    return sorted(given)


def _read_block(batch: CreditBatch, rules: CreditRules) -> None:
    if not batch.registry_serial_from or batch.serial_space:
        return
    named: str = batch.registry or rules.products[batch.product].registry
    batch.registry = named
    registry = rules.registries.get(named)
    block = read_serials(
        named,
        batch.registry_serial_from,
        str(batch.registry_serial_to),
        registry.serial_pattern if registry else None,
    )
    if block.tonnes != batch.quantity_t:
        raise SerialsMalformed(
            reason=f"the serials are {block.tonnes} t, and the batch is {batch.quantity_t} t"
        )
    batch.serial_space, batch.serial_first, batch.serial_last = block.space, block.first, block.last


def _check_details(batch: CreditBatch, request: BatchDetails) -> None:
    price: Decimal | None = request.price_per_t
    if price is not None and not (price.is_finite() and 0 <= price <= PRICE_MAX and price * 100 % 1 == 0):
        raise InvalidBody(
            reason=f"price_per_t lies between 0 and {PRICE_MAX} yuan, with two decimals at most"
        )
    if request.price_as_of is not None and not FIRST_RETIREMENT <= request.price_as_of <= _today():
        raise InvalidBody(reason="price_as_of is a day before or on today")
    if request.registry_serial_to is not None and request.registry_serial_from is None:
        raise InvalidBody(reason="registry_serial_to comes with registry_serial_from")
    first, last = request.vintage_start, request.vintage_end
    if (first is None) != (last is None):
        raise InvalidBody(reason="vintage_start and vintage_end come together")
    if first is not None and last is not None:
        if not FIRST_RETIREMENT <= first <= last <= LAST_VINTAGE:
            raise InvalidBody(reason="vintage_end is not before vintage_start")
        if not first.year <= batch.vintage <= last.year:
            raise InvalidBody(
                reason=f"the vintage {batch.vintage} lies between vintage_start and vintage_end"
            )


def _check_retired_on(day: date) -> None:
    if not FIRST_RETIREMENT <= day <= _today():
        raise InvalidBody(
            reason="retired_on is a day before or on today: only what is retired can be entered"
        )


def _today() -> date:
    return datetime.now(SHANGHAI).date()


def _publish_if_whole(batch: CreditBatch, rules: CreditRules) -> None:
    if batch.status == "retired" and batch.published_at is None and not missing_of(batch, rules):
        batch.published_at = datetime.now(UTC)


def _changing() -> list[str]:
    """The columns that a retirement or completion may set; the database role may change no others."""
    block = ["serial_space", "serial_first", "serial_last"]
    return [*BatchDetails.__struct_fields__, *block, "status", "retirement_ref", "retired_on", "published_at"]


def _refusal_of(error: IntegrityError) -> Refusal:
    constraint = constraint_of(error)
    if constraint == "credit_batches_retired_once":
        return RetirementEntered()
    if constraint == "credit_batches_serials_apart":
        return SerialsOverlap()
    raise error
