"""Redeeming points for rewards, and giving a redemption back.

Pure but for loading and storing: state and command in, outcome and rows out. A reward's row is locked from the
moment it is read until COMMIT, so buyers who come at one moment are served one batch after another, and the
last piece is given once.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, cast
from uuid import UUID

import msgspec

from backend.domain.days import day_of
from backend.domain.rewards.vouchers import new_voucher_code, rendered, voucher_expiry
from backend.errors import SessionRevoked
from backend.errors.rewards import (
    RedemptionCancelled,
    RedemptionFinal,
    RedemptionNotFound,
    RewardLimitReached,
    RewardNotFound,
    RewardNotOpen,
    RewardNotOpenYet,
    RewardOver,
    RewardPriceChanged,
    RewardSoldOut,
    VoucherExpired,
    VoucherUsed,
)
from backend.ledger.command import IdempotencyKey, Outcome
from backend.ledger.state import LedgerState
from backend.messages.encoding import encode
from backend.messages.rewards import (
    CancellationAnswer,
    RedemptionAnswer,
    RewardBrief,
    VoucherView,
    qr_address,
)
from backend.messages.shape import Bilingual
from backend.storage.writer import Transaction


class Redeem(msgspec.Struct, frozen=True):
    """A citizen asks for one piece of a reward. `id` is the redemption's."""

    spends: ClassVar[bool] = True

    id: UUID
    citizen_id: UUID
    reward_slug: str
    cost_points: int | None
    """The price that the citizen was shown."""
    idempotency: IdempotencyKey | None
    at: datetime


class CancelRedemption(msgspec.Struct, frozen=True):
    """A citizen gives a redemption back whose voucher was not used."""

    id: UUID
    citizen_id: UUID
    redemption_id: UUID
    idempotency: IdempotencyKey | None
    at: datetime


class RewardFacts(msgspec.Struct, frozen=True):
    """A reward as it is under its lock; what is left of it is counted in RewardState."""

    id: UUID
    slug: str
    merchant_id: UUID | None
    kind: str
    name: Bilingual
    cost_points: int
    per_person_max: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    voucher_days: int
    has_codes: bool
    is_open: bool

    @property
    def has_voucher(self) -> bool:
        return self.kind != "donation" and not self.has_codes

    @property
    def brief(self) -> RewardBrief:
        return RewardBrief(slug=self.slug, kind=cast(Any, self.kind), name=self.name)


class VoucherFacts(msgspec.Struct, frozen=True):
    code: str
    state: str
    expires_at: datetime
    used_at: datetime | None


class RedemptionFacts(msgspec.Struct):
    """A redemption with the lots its points came from."""

    reward_id: UUID
    points: int
    lots: list[tuple[date, int]]


class RewardState:
    """What a batch knows of rewards, and the rows it will write in the columns of store_redemptions.sql."""

    def __init__(self) -> None:
        self.rewards: dict[str, RewardFacts] = {}
        self.left: dict[UUID, int | None] = {}
        self.redeemed: Counter[tuple[UUID, UUID]] = Counter()
        """Pieces by citizen and reward."""
        self.codes: defaultdict[UUID, deque[tuple[int, str]]] = defaultdict(deque)
        self.redemptions: dict[tuple[UUID, UUID], RedemptionFacts] = {}
        self.vouchers: dict[tuple[UUID, UUID], VoucherFacts] = {}

        self.new_redemptions: list[tuple[object, ...]] = []
        self.new_vouchers: list[tuple[object, ...]] = []
        self.taken_codes: list[tuple[object, ...]] = []
        self.cancelled: list[tuple[object, ...]] = []
        self.changed: set[UUID] = set()

    def stock_rows(self) -> list[tuple[object, ...]]:
        return [(reward_id, self.left[reward_id]) for reward_id in self.changed]


class RedeemRules:
    """Rules of the mall; they remember nothing between batches."""

    commands: tuple[type, ...] = (Redeem, CancelRedemption)

    async def load(self, transaction: Transaction, state: LedgerState, commands: Sequence[Any]) -> None:
        """Vouchers are locked first, then rewards: verifying locks a voucher alone, staff a reward alone."""
        mall = state.part(RewardState)
        await self._load_redemptions(
            transaction, mall, [c for c in commands if isinstance(c, CancelRedemption)]
        )
        asked = [command for command in commands if isinstance(command, Redeem)]
        slugs = {command.reward_slug for command in asked}
        ids = {redemption.reward_id for redemption in mall.redemptions.values()}
        for row in await transaction.rows("lock_rewards", list(slugs), list(ids)):
            reward = _reward_facts(row)
            mall.rewards[reward.slug] = reward
            mall.left[reward.id] = row["stock_left"]
        if asked:
            await self._load_bought(transaction, mall, asked)

    async def _load_redemptions(
        self, transaction: Transaction, mall: RewardState, commands: Sequence[CancelRedemption]
    ) -> None:
        asked = {(command.citizen_id, command.redemption_id) for command in commands}
        if not asked:
            return
        columns = tuple(zip(*asked, strict=True))
        for row in await transaction.rows("lock_vouchers", *columns):
            mall.vouchers[(row["citizen_id"], row["redemption_id"])] = VoucherFacts(
                row["code"], row["state"], row["expires_at"], row["used_at"]
            )
        for row in await transaction.rows("load_redemptions", *columns):
            redemption = mall.redemptions.setdefault(
                (row["citizen_id"], row["id"]), RedemptionFacts(row["reward_id"], row["points"], [])
            )
            redemption.lots.append((row["expires_on"], row["lot_points"]))

    async def _load_bought(
        self, transaction: Transaction, mall: RewardState, commands: Sequence[Redeem]
    ) -> None:
        """What each buyer has already, where there is a limit, and as many codes as there are buyers."""
        wanted: Counter[UUID] = Counter()
        limited: set[tuple[UUID, UUID]] = set()
        for command in commands:
            reward = mall.rewards.get(command.reward_slug)
            if reward is None:
                continue
            if reward.has_codes:
                wanted[reward.id] += 1
            if reward.per_person_max is not None:
                limited.add((command.citizen_id, reward.id))
        # Of a reward that is sold out nobody gets a piece, so nothing has to be known of those who ask for it;
        # unless somebody in this batch gives one back.
        returning = {redemption.reward_id for redemption in mall.redemptions.values()}
        limited = {place for place in limited if mall.left[place[1]] != 0 or place[1] in returning}
        many = {reward_id: min(count, mall.left[reward_id] or 0) for reward_id, count in wanted.items()}
        many = {reward_id: count for reward_id, count in many.items() if count}
        if limited:
            for row in await transaction.rows("count_redemptions", *zip(*limited, strict=True)):
                mall.redeemed[(row["citizen_id"], row["reward_id"])] = row["redeemed"]
        if many:
            for row in await transaction.rows("load_codes", *zip(*many.items(), strict=True)):
                mall.codes[row["reward_id"]].append((row["position"], row["code"]))

    def decide(self, command: Redeem | CancelRedemption, state: LedgerState) -> Outcome:
        """One command. Raises a Refusal having changed nothing of `state`."""
        if command.citizen_id not in state.balances:
            raise SessionRevoked
        mall = state.part(RewardState)
        if isinstance(command, Redeem):
            return _redeem(command, state, mall)
        return _cancel(command, state, mall)

    async def store(self, transaction: Transaction, state: LedgerState) -> None:
        mall = state.part(RewardState)
        if not (mall.new_redemptions or mall.cancelled):
            return
        columns: list[Sequence[object]] = []
        for rows, width in (
            (mall.new_redemptions, 7),
            (mall.new_vouchers, 7),
            (mall.taken_codes, 3),
            (mall.cancelled, 3),
            (mall.stock_rows(), 2),
        ):
            columns += zip(*rows, strict=True) if rows else ((),) * width
        await transaction.rows("store_redemptions", *columns)


def _redeem(command: Redeem, state: LedgerState, mall: RewardState) -> Outcome:
    reward = mall.rewards.get(command.reward_slug)
    if reward is None:
        raise RewardNotFound
    _check_may_redeem(command, reward, mall)
    # Nothing has changed so far; this refuses too, and is the last that may.
    balance = state.spend(
        command.citizen_id,
        reward.cost_points,
        "redemption",
        command.id,
        command.at,
        day_of(command.at),
    )
    left = mall.left[reward.id]
    if left is not None:
        mall.left[reward.id] = left - 1
        mall.changed.add(reward.id)
    mall.redeemed[(command.citizen_id, reward.id)] += 1
    coupon_code = None
    if reward.has_codes:
        position, coupon_code = mall.codes[reward.id].popleft()
        mall.taken_codes.append((reward.id, position, command.id))
    voucher = _issue_voucher(command, reward, mall) if reward.has_voucher else None
    mall.new_redemptions.append(
        (
            command.citizen_id,
            command.id,
            reward.id,
            reward.cost_points,
            voucher and voucher.code,
            coupon_code,
            command.at,
        )
    )
    answer = RedemptionAnswer(
        id=str(command.id),
        reward=reward.brief,
        points=reward.cost_points,
        balance=balance,
        voucher=voucher,
        coupon_code=coupon_code,
        qr=qr_address(str(command.id)) if voucher or coupon_code else None,
        is_final=not reward.has_voucher,
        created_at=command.at,
    )
    return Outcome(201, encode(answer))


def _check_may_redeem(command: Redeem, reward: RewardFacts, mall: RewardState) -> None:
    """Raises what speaks against it besides the points."""
    if not reward.is_open:
        raise RewardNotOpen
    if reward.opens_at is not None and command.at < reward.opens_at:
        raise RewardNotOpenYet(opens_at=rendered(reward.opens_at))
    if reward.closes_at is not None and command.at >= reward.closes_at:
        raise RewardOver(closes_at=rendered(reward.closes_at))
    most = reward.per_person_max
    if most is not None and mall.redeemed[(command.citizen_id, reward.id)] >= most:
        raise RewardLimitReached(per_person_max=most)
    if mall.left[reward.id] == 0 or (reward.has_codes and not mall.codes[reward.id]):
        raise RewardSoldOut
    if command.cost_points is not None and command.cost_points != reward.cost_points:
        raise RewardPriceChanged(cost_points=reward.cost_points)


def _issue_voucher(command: Redeem, reward: RewardFacts, mall: RewardState) -> VoucherView:
    voucher = VoucherView(
        code=new_voucher_code(),
        state="issued",
        expires_at=voucher_expiry(command.at, reward.voucher_days),
        used_at=None,
    )
    mall.new_vouchers.append(
        (
            command.citizen_id,
            command.id,
            voucher.code,
            reward.id,
            reward.merchant_id,
            voucher.expires_at,
            command.at,
        )
    )
    return voucher


def _cancel(command: CancelRedemption, state: LedgerState, mall: RewardState) -> Outcome:
    place = (command.citizen_id, command.redemption_id)
    redemption = mall.redemptions.get(place)
    if redemption is None:
        raise RedemptionNotFound
    voucher = mall.vouchers.get(place)
    if voucher is None:
        raise RedemptionFinal
    if voucher.state == "cancelled":
        raise RedemptionCancelled
    if voucher.state == "used" and voucher.used_at is not None:
        raise VoucherUsed(used_at=rendered(voucher.used_at))
    if voucher.state == "expired" or voucher.expires_at <= command.at:
        raise VoucherExpired(expires_at=rendered(voucher.expires_at))
    balance = state.give_back(
        command.citizen_id, redemption.lots, "cancellation", command.redemption_id, command.at
    )
    mall.vouchers[place] = msgspec.structs.replace(voucher, state="cancelled")
    mall.cancelled.append((*place, command.at))
    mall.redeemed[(command.citizen_id, redemption.reward_id)] -= 1
    left = mall.left[redemption.reward_id]
    if left is not None:
        mall.left[redemption.reward_id] = left + 1
        mall.changed.add(redemption.reward_id)
    answer = CancellationAnswer(
        id=str(command.redemption_id),
        state="cancelled",
        points_returned=redemption.points,
        balance=balance,
    )
    return Outcome(200, encode(answer))


def _reward_facts(row: Mapping[str, Any]) -> RewardFacts:
    return RewardFacts(
        id=row["id"],
        slug=row["slug"],
        merchant_id=row["merchant_id"],
        kind=row["kind"],
        name=Bilingual(row["name_zh"], row["name_en"]),
        cost_points=row["cost_points"],
        per_person_max=row["per_person_max"],
        opens_at=row["opens_at"],
        closes_at=row["closes_at"],
        voucher_days=row["voucher_days"],
        has_codes=row["has_codes"],
        is_open=row["is_open"],
    )
