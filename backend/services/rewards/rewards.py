"""Rewards as citizens see them, and what they redeemed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from backend.domain.folding import folded_words
from backend.errors.rewards import RedemptionNotFound, RedemptionWithoutPicture, RewardNotFound
from backend.ledger.command import IdempotencyKey, Outcome
from backend.ledger.commands.redeem import CancelRedemption, Redeem
from backend.ledger.queue import LedgerQueue
from backend.messages.rewards import (
    About,
    RedemptionView,
    RewardBrief,
    RewardState,
    RewardView,
    VoucherView,
    qr_address,
)
from backend.messages.shape import Bilingual, Page, view_of
from backend.models.keys import uuid7
from backend.services.listing import WORDS_MAX
from backend.storage.database import Database
from backend.storage.statements import read


async def redeem(
    queue: LedgerQueue,
    citizen_id: UUID,
    reward_slug: str,
    cost_points: int,
    idempotency: IdempotencyKey | None,
    now: datetime,
) -> Outcome:
    """The ledger's answer to a citizen who takes a reward for the points that it was shown to cost."""
    command = Redeem(
        id=uuid7(),
        citizen_id=citizen_id,
        reward_slug=reward_slug,
        cost_points=cost_points,
        idempotency=idempotency,
        at=now,
    )
    return await queue.submit(command)


async def cancel(
    queue: LedgerQueue,
    citizen_id: UUID,
    redemption_id: UUID,
    idempotency: IdempotencyKey | None,
    now: datetime,
) -> Outcome:
    """The ledger's answer to a citizen who gives a redemption back."""
    command = CancelRedemption(
        id=uuid7(),
        citizen_id=citizen_id,
        redemption_id=redemption_id,
        idempotency=idempotency,
        at=now,
    )
    return await queue.submit(command)


async def list_rewards(
    database: Database,
    now: datetime,
    citizen_id: UUID | None,
    *,
    is_for_staff: bool,
    limit: int,
    cursor: UUID | None,
    typed: str | None = None,
) -> Page[RewardView]:
    """Rewards that citizens can redeem now or later, newest first; staff see closed and past ones too."""
    words = folded_words(typed or "").split()[:WORDS_MAX] or None
    rows = await read(database, "read_rewards", None, citizen_id, is_for_staff, cursor, limit + 1, words)
    return Page.of(rows, limit, lambda row: reward_view(row, now))


async def find_reward(
    database: Database, slug: str, now: datetime, citizen_id: UUID | None = None, *, is_for_staff: bool
) -> RewardView:
    """The reward with a slug. Raises RewardNotFound, for citizens also of a closed one."""
    rows = await read(database, "read_rewards", slug, citizen_id, is_for_staff, None, 1, None)
    if not rows:
        raise RewardNotFound
    return reward_view(rows[0], now)


def reward_view(row: Mapping[str, Any], now: datetime) -> RewardView:
    """A reward with its stock and state."""
    most, redeemed = row["per_person_max"], row["redeemed"]
    has_voucher = row["kind"] != "donation" and not row["has_codes"]
    return view_of(
        RewardView,
        row,
        name=Bilingual(row["name_zh"], row["name_en"]),
        about=About(row["about_zh"], row["about_en"]),
        merchant=Bilingual(row["merchant_zh"], row["merchant_en"]) if row["merchant_zh"] else None,
        mine_left=None if most is None or redeemed is None else max(0, most - redeemed),
        voucher_days=row["voucher_days"] if has_voucher else None,
        is_final=not has_voucher,
        state=_state(row, now),
    )


def _state(row: Mapping[str, Any], now: datetime) -> RewardState:
    if not row["is_open"]:
        return "closed"
    if row["opens_at"] is not None and now < row["opens_at"]:
        return "upcoming"
    if row["closes_at"] is not None and now >= row["closes_at"]:
        return "over"
    return "sold_out" if row["stock_left"] == 0 else "open"


async def list_redemptions(
    database: Database, citizen_id: UUID, now: datetime, limit: int, cursor: UUID | None
) -> Page[RedemptionView]:
    """A citizen's redemptions, newest first."""
    rows = await read(database, "read_my_redemptions", citizen_id, None, cursor, limit + 1)
    return Page.of(rows, limit, lambda row: _redemption_view(row, now))


async def find_redemption(
    database: Database, citizen_id: UUID, redemption_id: UUID, now: datetime
) -> RedemptionView:
    """A citizen's own redemption. Raises RedemptionNotFound, also for somebody else's."""
    rows = await read(database, "read_my_redemptions", citizen_id, redemption_id, None, 1)
    if not rows:
        raise RedemptionNotFound
    return _redemption_view(rows[0], now)


async def export_redemptions(database: Database, citizen_id: UUID) -> list[RedemptionView]:
    """A citizen's redemptions, oldest first, for the export of their data."""
    rows = await read(database, "read_my_redemptions", citizen_id, None, None, None)
    now = datetime.now(UTC)
    return [_redemption_view(row, now) for row in reversed(rows)]


async def text_to_show(database: Database, citizen_id: UUID, redemption_id: UUID, now: datetime) -> str:
    """The text of a redemption's QR code. Raises RedemptionNotFound, RedemptionWithoutPicture."""
    found = await find_redemption(database, citizen_id, redemption_id, now)
    code = found.voucher.code if found.voucher is not None else found.coupon_code
    if code is None:
        raise RedemptionWithoutPicture
    return code


def _redemption_view(row: Mapping[str, Any], now: datetime) -> RedemptionView:
    voucher = None
    if row["code"] is not None:
        # The job that marks expired vouchers may not have run yet.
        is_past = row["state"] == "issued" and row["expires_at"] <= now
        voucher = view_of(VoucherView, row, state="expired" if is_past else row["state"])
    has_code = voucher is not None or row["coupon_code"] is not None
    return view_of(
        RedemptionView,
        row,
        id=str(row["id"]),
        reward=reward_brief(row),
        voucher=voucher,
        qr=qr_address(str(row["id"])) if has_code else None,
        is_final=voucher is None,
    )


def reward_brief(row: Mapping[str, Any]) -> RewardBrief:
    return RewardBrief(slug=row["slug"], kind=row["kind"], name=Bilingual(row["name_zh"], row["name_en"]))
