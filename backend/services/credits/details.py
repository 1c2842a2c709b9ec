"""What a batch's details may be, how they are filled in, and what the database refuses of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.domain.credits.products import CreditRules
from backend.domain.credits.registry_serials import read_serials
from backend.domain.credits.retirements import first_retirement_day
from backend.domain.days import SHANGHAI
from backend.domain.folding import folded
from backend.errors import BatchNotFound, InvalidBody, Refusal, RetirementEntered
from backend.errors.credits import (
    BatchVoid,
    DetailsKept,
    RetirementBeforeVintage,
    SerialsMalformed,
    SerialsOverlap,
)
from backend.messages.credits import BatchDetails
from backend.models import CreditBatch
from backend.models.keys import read_id
from backend.services.credits.register import missing_of
from backend.storage.database import constraint_of

PRICE_MAX = 1_000_000
FIRST_RETIREMENT = date(1990, 1, 1)
LAST_VINTAGE = date(2100, 12, 31)
CHANGING = (
    *BatchDetails.__struct_fields__,
    *("serial_space", "serial_first", "serial_last"),
    *("status", "retirement_ref", "retirement_key", "retired_on", "published_at"),
    *("needs_confirmation", "told_by", "revision", "confirmed_by", "confirmed_at"),
    *("proposed_details", "proposed_by"),
)
"""The columns that a retirement, a completion or a confirmation may set; the database role may change few others."""


async def lock_batch(batch_id: str) -> CreditBatch:
    """The batch's row, locked until the transaction ends. Raises BatchNotFound, BatchVoid."""
    batch = await CreditBatch.filter(id=read_id(batch_id, BatchNotFound)).select_for_update().get_or_none()
    if batch is None:
        raise BatchNotFound
    if batch.status == "void":
        raise BatchVoid
    return batch


def fill_in(batch: CreditBatch, request: BatchDetails, rules: CreditRules) -> list[str]:
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
        raise DetailsKept(names=list(kept))
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
        raise SerialsMalformed.at(
            "/registry_serial_to", "serials_tonnes", serials_t=block.tonnes, quantity_t=batch.quantity_t
        )
    batch.serial_space, batch.serial_first, batch.serial_last = block.space, block.first, block.last


def _check_details(batch: CreditBatch, request: BatchDetails) -> None:
    price: Decimal | None = request.price_per_t
    if price is not None:
        if not (price.is_finite() and 0 <= price <= PRICE_MAX):
            raise InvalidBody.at("/price_per_t", "out_of_range", min=0, max=PRICE_MAX)
        if price * 100 % 1 != 0:
            raise InvalidBody.at("/price_per_t", "too_precise", decimals_max=2)
    if request.price_as_of is not None and not FIRST_RETIREMENT <= request.price_as_of <= _today():
        raise InvalidBody.at("/price_as_of", "future_day", day_min=FIRST_RETIREMENT)
    if request.registry_serial_to is not None and request.registry_serial_from is None:
        raise InvalidBody.at("/registry_serial_to", "comes_with", other="registry_serial_from")
    first, last = request.vintage_start, request.vintage_end
    if (first is None) != (last is None):
        raise InvalidBody.at(
            "/vintage_start" if first is None else "/vintage_end",
            "comes_with",
            other="vintage_end" if first is None else "vintage_start",
        )
    if first is not None and last is not None:
        if not FIRST_RETIREMENT <= first <= last <= LAST_VINTAGE:
            raise InvalidBody.at("/vintage_end", "not_before", other="vintage_start")
        if not first.year <= batch.vintage <= last.year:
            raise InvalidBody.at("/vintage_start", "vintage_outside")


def check_reference(reference: str) -> None:
    """Raises InvalidBody for a reference without a letter or digit that anybody sees: it names no retirement."""
    if not any(sign.isalnum() for sign in folded(reference)):
        raise InvalidBody.at("/retirement_ref", "no_reference")


def check_retired_on(day: date) -> None:
    """Raises InvalidBody for a day on which nothing can have been retired."""
    if not FIRST_RETIREMENT <= day <= _today():
        raise InvalidBody.at("/retired_on", "future_day", day_min=FIRST_RETIREMENT)


def check_vintage(batch: CreditBatch) -> None:
    """Raises RetirementBeforeVintage for a retirement before the vintage ends."""
    if batch.retired_on is None:
        return
    first_day = first_retirement_day(batch.vintage, batch.vintage_end)
    if batch.retired_on < first_day:
        raise RetirementBeforeVintage(
            vintage=batch.vintage, first_day=str(first_day), retired_on=str(batch.retired_on)
        )


def _today() -> date:
    return datetime.now(SHANGHAI).date()


def publish_if_whole(batch: CreditBatch, rules: CreditRules) -> None:
    """A retired batch comes into the public register when nothing is missing any more."""
    if batch.status == "retired" and batch.published_at is None and not missing_of(batch, rules):
        batch.published_at = datetime.now(UTC)


def refusal_of(error: IntegrityError) -> Refusal:
    """What a constraint of the database says about an entry; the error itself if it is none of these."""
    constraint = constraint_of(error)
    if constraint == "credit_batches_retired_once":
        return RetirementEntered()
    if constraint == "credit_batches_serials_apart":
        return SerialsOverlap()
    raise error
