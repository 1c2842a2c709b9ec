"""Staff create, change, open and close rewards, and give them coupon codes.

Every change is recorded with its actor, its reason, and what was there before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from msgspec import UNSET
from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.domain.imports.columns import RowError
from backend.domain.rewards.coupon_csv import HEADER, codes_columns, read_codes
from backend.domain.rewards.vouchers import new_coupon_code
from backend.errors import InvalidBody
from backend.errors.rewards import (
    CodesFileBroken,
    CodesFileUnreadable,
    RewardNotFound,
    RewardSlugTaken,
    RewardTakesNoCodes,
    StockBelowSold,
    StockFollowsCodes,
)
from backend.messages.rewards import (
    CODES_MAX,
    STOCK_MAX,
    CodesAnswer,
    CodesImported,
    CodesRequest,
    GeneratedCodesAnswer,
    RewardChangeRequest,
    RewardFigures,
    RewardRequest,
    RewardView,
    SoldView,
)
from backend.messages.shape import Page, columns_of, view_of
from backend.models import Reward
from backend.services.identity.staff_accounts import record
from backend.services.imports.table_files import TableFiles, file_view
from backend.services.organisations.revisions import Seen, check_seen
from backend.services.rewards.merchants import find_merchant
from backend.services.rewards.rewards import find_reward
from backend.storage.database import Database, constraint_of
from backend.storage.statements import read, write

FIRST_YEAR, LAST_YEAR = 2000, 2100
CHANGEABLE = ("cost_points", "per_person_max", "opens_at", "closes_at", "voucher_days", "is_open")
AUDITED = ("kind", "name_zh", "name_en", "about_zh", "about_en", "stock", "has_codes", *CHANGEABLE)


async def create_reward(
    database: Database, staff: Principal, request: RewardRequest, now: datetime
) -> RewardView:
    """Create a reward. Raises RewardSlugTaken, MerchantNotFound, InvalidBody."""
    _check_times(request.opens_at, request.closes_at)
    merchant = None if request.merchant is None else await find_merchant(request.merchant)
    if request.kind == "donation" and request.has_codes:
        raise InvalidBody.at("/has_codes", "donation_has_no_codes")
    if request.kind != "donation" and not request.has_codes and merchant is None:
        raise InvalidBody.at("/merchant", "merchant_wanted")
    if request.has_codes and request.stock is not None:
        raise InvalidBody.at("/stock", "stock_of_codes")
    stock = 0 if request.has_codes else request.stock
    try:
        async with database.transaction():
            reward = await Reward.create(
                **columns_of(request, "reason", "merchant", "stock"),
                merchant_id=None if merchant is None else merchant.id,
                stock=stock,
                stock_left=stock,
            )
            await record(staff, "reward.create", reward.slug, reason=request.reason, after=_snapshot(reward))
    except IntegrityError as error:
        if constraint_of(error) == "rewards_slug_unique":
            raise RewardSlugTaken from error
        raise
    return await find_reward(database, request.slug, now, is_for_staff=True)


async def change_reward(
    database: Database,
    staff: Principal,
    slug: str,
    request: RewardChangeRequest,
    now: datetime,
    seen: Seen | None = None,
) -> RewardView:
    """Change the fields that the request names. Redemptions under way commit first, or see the change.

    `seen` is the revision that was edited.
    Raises RewardNotFound, EditOutdated, StockBelowSold, StockFollowsCodes, InvalidBody.
    """
    async with database.transaction():
        reward = await _lock_reward(slug)
        check_seen(seen, reward.revision)
        before = _snapshot(reward)
        if request.name is not UNSET:
            reward.name_zh, reward.name_en = request.name.zh, request.name.en
        if request.about is not UNSET:
            reward.about_zh, reward.about_en = request.about.zh, request.about.en
        for name in CHANGEABLE:
            value = getattr(request, name)
            if value is not UNSET:
                setattr(reward, name, value)
        _check_times(reward.opens_at, reward.closes_at)
        if request.stock is not UNSET:
            await _set_stock(database, reward, request.stock)
        after = _snapshot(reward)
        changed = sorted(name for name in after if after[name] != before[name])
        if not changed:
            raise InvalidBody.at("", "nothing_to_change")
        reward.revision += 1
        await reward.save()
        await record(
            staff,
            "reward.change",
            slug,
            reason=request.reason,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return await find_reward(database, slug, now, is_for_staff=True)


async def _set_stock(database: Database, reward: Reward, stock: int | None) -> None:
    if reward.has_codes:
        raise StockFollowsCodes
    if stock is None:
        reward.stock = reward.stock_left = None
        return
    if reward.stock is not None and reward.stock_left is not None:
        sold = reward.stock - reward.stock_left
    else:
        # It could not run out until now, so nobody has counted.
        sold = (await read(database, "read_reward_statistics", reward.id))[0]["redeemed"]
    if stock < sold:
        raise StockBelowSold(sold=sold)
    reward.stock, reward.stock_left = stock, stock - sold


async def import_codes(
    database: Database, files: TableFiles, staff: Principal, slug: str, content: bytes, reason: str
) -> CodesImported:
    """Import every code of a file, or none.

    Raises CodesFileUnreadable, a CodesFileBroken that names the rows, RewardNotFound, RewardTakesNoCodes.
    """
    parse = partial(read_codes, codes_max=CODES_MAX)
    columns, caller = codes_columns(CODES_MAX), str(staff.id)
    rows, reading = await files.read(content, columns, parse, CodesFileUnreadable, caller)
    added = await _add_codes(database, staff, slug, rows, reason, "reward.import_codes")
    return view_of(CodesImported, added, file=file_view(reading))


async def generate_codes(
    database: Database, staff: Principal, slug: str, request: CodesRequest
) -> GeneratedCodesAnswer:
    """Generate random codes. Raises RewardNotFound, RewardTakesNoCodes."""
    rows = {new_coupon_code(): row for row in range(1, request.count + 1)}
    added = await _add_codes(database, staff, slug, rows, request.reason, "reward.generate_codes")
    return view_of(GeneratedCodesAnswer, added, codes=list(rows))


async def _add_codes(
    database: Database, staff: Principal, slug: str, rows: dict[str, int], reason: str, action: str
) -> CodesAnswer:
    reward = await Reward.get_or_none(slug=slug)
    if reward is None:
        raise RewardNotFound
    if not reward.has_codes:
        raise RewardTakesNoCodes
    async with database.transaction():
        # The codes come first and the reward's row is locked last: redeeming citizens wait for a moment only.
        new = {row["code"] for row in await write("store_coupon_codes", reward.id, list(rows))}
        if len(new) < len(rows):
            known = [row for code, row in rows.items() if code not in new]
            raise CodesFileBroken.of([RowError(row, HEADER, "known") for row in sorted(known)])
        reward = await _lock_reward(slug)
        assert reward.stock is not None
        assert reward.stock_left is not None
        if reward.stock + len(rows) > STOCK_MAX:
            raise InvalidBody.at("", "codes_in_all", codes_max=STOCK_MAX)
        before = {"stock": reward.stock, "stock_left": reward.stock_left}
        reward.stock += len(rows)
        reward.stock_left += len(rows)
        reward.revision += 1
        await reward.save(update_fields=["stock", "stock_left", "revision"])
        after = {"stock": reward.stock, "stock_left": reward.stock_left}
        await record(staff, action, slug, reason=reason, before=before, after=after)
    return CodesAnswer(added=len(rows), stock=reward.stock, stock_left=reward.stock_left)


async def list_sold(database: Database, slug: str, limit: int, cursor: UUID | None) -> Page[SoldView]:
    """Redemptions of a reward, newest first, without their holders. Raises RewardNotFound."""
    reward = await _find_reward(slug)
    return Page.of(
        await read(database, "read_reward_redemptions", reward.id, cursor, limit + 1), limit, _sold_view
    )


def _sold_view(row: Mapping[str, Any]) -> SoldView:
    return view_of(
        SoldView,
        row,
        id=str(row["id"]),
        voucher_state=row["state"],
        used_by=None if row["used_by"] is None else str(row["used_by"]),
    )


async def figures(database: Database, slug: str) -> RewardFigures:
    """A reward in numbers. Raises RewardNotFound."""
    reward = await _find_reward(slug)
    row = (await read(database, "read_reward_statistics", reward.id))[0]
    return RewardFigures(slug=slug, stock=reward.stock, stock_left=reward.stock_left, **dict(row))


async def _find_reward(slug: str) -> Reward:
    reward = await Reward.get_or_none(slug=slug)
    if reward is None:
        raise RewardNotFound
    return reward


async def _lock_reward(slug: str) -> Reward:
    """The reward's row, locked until the transaction ends."""
    reward = await Reward.filter(slug=slug).select_for_update(no_key=True).get_or_none()
    if reward is None:
        raise RewardNotFound
    return reward


def _check_times(opens_at: datetime | None, closes_at: datetime | None) -> None:
    for name, at in (("opens_at", opens_at), ("closes_at", closes_at)):
        if at is not None and not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise InvalidBody.at(f"/{name}", "year_out_of_range", year_min=FIRST_YEAR, year_max=LAST_YEAR)
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise InvalidBody.at("/closes_at", "not_after", other="opens_at")


def _snapshot(reward: Reward) -> dict[str, Any]:
    """The reward's fields for the audit trail."""
    columns = {name: getattr(reward, name) for name in AUDITED}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in columns.items()
    }
