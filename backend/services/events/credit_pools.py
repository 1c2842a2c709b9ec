"""Serial ranges of credit batches that events may allocate: suggested, assigned, listed."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from uuid import UUID

import msgspec

from backend.auth import Principal
from backend.domain.credits.products import GRAMS_PER_TONNE, BatchStock, CreditRules, suggest
from backend.errors import BatchNotFound, BatchOverassigned, EventClosed, InvalidBody
from backend.errors.credits import BatchNotRetired, BatchUnconfirmed, BatchVoid, NotYetIssued
from backend.messages.credits import (
    PoolAssigned,
    PoolRequest,
    PoolSuggestion,
    PoolView,
    PoolWarning,
    SuggestedPart,
)
from backend.messages.shape import Statement, view_of
from backend.models import CreditBatch, Pool
from backend.services.credits.details import check_vintage
from backend.services.events.events import (
    check_may_run,
    check_not_frozen,
    event_of_staff,
    lock_row,
    overseen_event,
)
from backend.services.identity.staff_accounts import record
from backend.services.organisations.standing import check_not_blacklisted
from backend.storage.database import Database
from backend.storage.statements import read
from backend.texts import say

STATES_THAT_TAKE_POOLS = ("draft", "submitted", "accepted", "running", "accounting", "offset")
SUGGESTED_MAX = 200
CENT = Decimal("0.01")


async def assign_to_pool(
    database: Database, staff: Principal, slug: str, request: PoolRequest, rules: CreditRules
) -> PoolAssigned:
    """Assign the next `grams` serials of a batch to an event, also while it runs.

    Raises EventNotFound, BatchNotFound, BatchOverassigned, BatchNotRetired, BatchUnconfirmed, BatchVoid, NotYetIssued,
    RetirementBeforeVintage, EventClosed, EventFrozen, OrganisationBlacklisted for the developer of the credits.
    """
    event = await event_of_staff(staff, slug)
    try:
        batch_id = UUID(request.batch_id)
    except ValueError:
        raise InvalidBody.at("/batch_id", "not_id") from None
    async with database.transaction():
        # The batch's row is locked: two events that want its last grams come one after the other.
        batch = await CreditBatch.filter(id=batch_id).select_for_update().get_or_none()
        if batch is None:
            raise BatchNotFound
        # Before the event: an entry of the black list locks the organisation first and its events then.
        if batch.developer_id is not None:
            await check_not_blacklisted(database, [batch.developer_id])
        # A second assignment to the same event must not take the same position.
        locked = await lock_row(event)
        await check_may_run(staff, locked)
        check_not_frozen(locked)
        if locked.state not in STATES_THAT_TAKE_POOLS:
            raise EventClosed
        _check_spendable(batch)
        grams_left = batch.quantity_t * GRAMS_PER_TONNE - batch.assigned_g
        if request.grams > grams_left:
            raise BatchOverassigned(left_g=grams_left)
        warnings = await _warnings(database, batch, rules)
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
        codes = [warning.code for warning in warnings]
        after = {"batch_id": str(batch.id), "grams": request.grams, "serial_from": first}
        await record(staff, "pool.assign", event.slug, after=after | ({"warnings": codes} if codes else {}))
    return PoolAssigned(**msgspec.structs.asdict(pool_view(pool)), warnings=warnings)


async def suggest_pools(
    database: Database, staff: Principal, slug: str, grams: int, rules: CreditRules
) -> PoolSuggestion:
    """Batches in stock for so many grams, in the guideline's order, with their cost. Raises EventNotFound."""
    await event_of_staff(staff, slug)
    rows = await read(database, "read_stock", list(rules.products), SUGGESTED_MAX)
    taken, short_g = suggest((BatchStock(**dict(row)) for row in rows), grams)
    suggested = [_suggested(batch, part_g, rules) for batch, part_g in taken]
    costs = [each.cost for each in suggested]
    cost = None if None in costs else sum((each for each in costs if each is not None), Decimal(0))
    return PoolSuggestion(grams=grams, parts=suggested, short_g=short_g, cost=cost)


async def list_pools(staff: Principal, slug: str) -> list[PoolView]:
    """An event's pools in the order in which they are used. Raises EventNotFound, for another organiser's too."""
    event = await overseen_event(staff, slug)
    return [pool_view(pool) for pool in await Pool.filter(event_id=event.id).order_by("position")]


def pool_view(pool: Pool) -> PoolView:
    return view_of(
        PoolView,
        pool,
        batch_id=str(pool.batch_id),
        grams=pool.serial_to - pool.serial_from + 1,
        grams_left=pool.serial_to - pool.next_serial + 1,
    )


def _check_spendable(batch: CreditBatch) -> None:
    """Raises BatchVoid, NotYetIssued, BatchUnconfirmed, BatchNotRetired, RetirementBeforeVintage."""
    if batch.status == "void":
        raise BatchVoid
    if batch.is_ex_ante:
        raise NotYetIssued
    if batch.status == "awaiting_confirmation":
        raise BatchUnconfirmed
    if batch.status != "retired":
        raise BatchNotRetired
    check_vintage(batch)


async def _warnings(database: Database, batch: CreditBatch, rules: CreditRules) -> list[PoolWarning]:
    better = await read(database, "read_stock", rules.better_than(batch.product), 1)
    if not better:
        return []
    name = rules.products[better[0]["product"]].name
    text = Statement(
        say("zh-CN", "pool.better", name=name["zh-CN"]),
        say("en", "pool.better", name=name["en"]),
    )
    return [PoolWarning(code="better_product_in_stock", text=text)]


def _suggested(batch: BatchStock, grams: int, rules: CreditRules) -> SuggestedPart:
    cost = None
    if batch.price_per_t is not None:
        cost = (batch.price_per_t * grams / GRAMS_PER_TONNE).quantize(CENT, rounding=ROUND_CEILING)
    return view_of(
        SuggestedPart,
        batch,
        batch_id=str(batch.id),
        preference=rules.products[batch.product].preference,
        grams=grams,
        cost=cost,
    )
