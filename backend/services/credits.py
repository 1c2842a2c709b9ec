"""Credit batches, and the parts of them that events may allocate."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.domain.days import SHANGHAI
from backend.errors import (
    BatchNotFound,
    BatchOverassigned,
    EventClosed,
    InvalidBody,
    RetirementEntered,
)
from backend.messages.events import CreditBatchRequest, CreditBatchView, PoolRequest, PoolView
from backend.models import CreditBatch, Event, Pool
from backend.services.events import check_may_run
from backend.services.staff import record
from backend.storage.database import Database, constraint_of

GRAMS_PER_TONNE = 1_000_000
PRICE_MAX = 1_000_000
FIRST_RETIREMENT = date(1990, 1, 1)
STATES_THAT_TAKE_POOLS = ("draft", "submitted", "accepted", "running", "accounting", "offset")


async def enter_batch(database: Database, staff: Principal, request: CreditBatchRequest) -> CreditBatchView:
    """Enter credits that were retired in their registry. Raises RetirementEntered for the same retirement twice."""
    price = request.price_per_t
    if price is not None and not (price.is_finite() and 0 <= price <= PRICE_MAX and price * 100 % 1 == 0):
        raise InvalidBody(
            reason=f"price_per_t lies between 0 and {PRICE_MAX} yuan, with two decimals at most"
        )
    if not FIRST_RETIREMENT <= request.retired_on <= datetime.now(SHANGHAI).date():
        raise InvalidBody(
            reason="retired_on is a day before or on today: only what is retired can be entered"
        )
    try:
        async with database.transaction():
            batch = await CreditBatch.create(
                product=request.product,
                project_name=request.project_name,
                vintage=request.vintage,
                quantity_t=request.quantity_t,
                retirement_ref=request.retirement_ref,
                retired_on=request.retired_on,
                price_per_t=request.price_per_t,
            )
            view = batch_view(batch)
            await record(staff, "credit_batch.enter", str(batch.id), after={"quantity_t": batch.quantity_t})
    except IntegrityError as error:
        if constraint_of(error) == "credit_batches_retired_once":
            raise RetirementEntered from error
        raise
    return view


async def list_batches(limit: int, after: UUID | None) -> list[CreditBatch]:
    query = CreditBatch.all() if after is None else CreditBatch.filter(id__lt=after)
    return await query.order_by("-id").limit(limit)


async def assign_to_pool(
    database: Database, staff: Principal, event: Event, request: PoolRequest
) -> PoolView:
    """Give an event the next `grams` serials of a batch. Raises BatchNotFound, BatchOverassigned, EventClosed."""
    try:
        batch_id = UUID(request.batch_id)
    except ValueError:
        raise InvalidBody(reason="batch_id is not a UUID") from None
    async with database.transaction():
        # The batch's row is the gate: two events that want its last grams come one after the other.
        batch = await CreditBatch.filter(id=batch_id).select_for_update().get_or_none()
        if batch is None:
            raise BatchNotFound
        # A second assignment to the same event must not take the same position.
        locked = await Event.filter(id=event.id).select_for_update().get()
        check_may_run(staff, locked)
        if locked.state not in STATES_THAT_TAKE_POOLS:
            raise EventClosed
        grams_left = batch.quantity_t * GRAMS_PER_TONNE - batch.assigned_g
        if request.grams > grams_left:
            raise BatchOverassigned(grams_left=grams_left)
        first = batch.assigned_g + 1
        position = await Pool.filter(event_id=event.id).count() + 1
        pool = await Pool.create(
            event_id=event.id,
            position=position,
            batch_id=batch.id,
            serial_from=first,
            serial_to=first + request.grams - 1,
            next_serial=first,
        )
        await CreditBatch.filter(id=batch.id).update(assigned_g=batch.assigned_g + request.grams)
        await record(
            staff,
            "pool.assign",
            event.slug,
            after={"batch_id": str(batch.id), "grams": request.grams, "serial_from": first},
        )
    return pool_view(pool)


async def list_pools(event: Event) -> list[PoolView]:
    return [pool_view(pool) for pool in await Pool.filter(event_id=event.id).order_by("position")]


def batch_view(batch: CreditBatch) -> CreditBatchView:
    return CreditBatchView(
        id=str(batch.id),
        product=batch.product,  # type: ignore[arg-type]
        project_name=batch.project_name,
        vintage=batch.vintage,
        quantity_t=batch.quantity_t,
        grams_assigned=batch.assigned_g,
        grams_left=batch.quantity_t * GRAMS_PER_TONNE - batch.assigned_g,
        retirement_ref=batch.retirement_ref,
        retired_on=batch.retired_on,
        price_per_t=batch.price_per_t,
    )


def pool_view(pool: Pool) -> PoolView:
    return PoolView(
        position=pool.position,
        batch_id=str(pool.batch_id),
        grams=pool.serial_to - pool.serial_from + 1,
        grams_left=pool.serial_to - pool.next_serial + 1,
        serial_from=pool.serial_from,
        serial_to=pool.serial_to,
    )
