"""A citizen redeems points for a reward, or gives a redemption back.

Pure but for loading and storing: state and command in, outcome and rows out. A reward's row is locked from the
moment it is read until COMMIT, so buyers who come at one moment are served one batch after another, and the
last piece is given once.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

import msgspec

from backend.domain.days import day_of
from backend.domain.rewards.vouchers import new_voucher_code, voucher_expiry
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
    RewardSuspended,
    VoucherExpired,
    VoucherUsed,
)
from backend.ledger.command import Command, Outcome
from backend.ledger.rows import (
    STORE_REDEMPTIONS,
    CancelledVoucherRow,
    CouponCodeRow,
    RedemptionRow,
    StockRow,
    VoucherRow,
)
from backend.ledger.state import LedgerState
from backend.messages.rewards import (
    CancellationAnswer,
    RedemptionAnswer,
    RewardBrief,
    VoucherView,
    qr_address,
)
from backend.messages.shape import Bilingual, view_of
from backend.storage.transaction import Transaction


class Redeem(Command, frozen=True):
    """A citizen asks for one piece of a reward. `id` is the redemption's."""

    reward_slug: str
    cost_points: int | None
    """The price that the citizen was shown."""

    @property
    def spends(self) -> bool:
        return True


class CancelRedemption(Command, frozen=True):
    """A citizen gives a redemption back whose voucher was not used."""

    redemption_id: UUID


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
    is_suspended: bool
    """The merchant is on the black list: nothing is sold, and vouchers that were issued stay good."""

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
    """What a batch knows of rewards and will write."""

    def __init__(self) -> None:
        self.rewards: dict[str, RewardFacts] = {}
        self.left: dict[UUID, int | None] = {}
        self.redeemed: Counter[tuple[UUID, UUID]] = Counter()
        """Pieces by citizen and reward."""
        self.codes: defaultdict[UUID, deque[tuple[int, str]]] = defaultdict(deque)
        self.redemptions: dict[tuple[UUID, UUID], RedemptionFacts] = {}
        self.vouchers: dict[tuple[UUID, UUID], VoucherFacts] = {}

        self.new_redemptions: list[RedemptionRow] = []
        self.new_vouchers: list[VoucherRow] = []
        self.taken_codes: list[CouponCodeRow] = []
        self.cancelled: list[CancelledVoucherRow] = []
        self.changed: set[UUID] = set()

    def stock_rows(self) -> list[StockRow]:
        return [StockRow(reward_id, self.left[reward_id]) for reward_id in self.changed]


class RedeemRules:
    """Rules of the mall; they remember nothing between batches."""

    commands: tuple[type[Command], ...] = (Redeem, CancelRedemption)

    async def load(self, transaction: Transaction, state: LedgerState, commands: Sequence[Any]) -> None:
        """Vouchers are locked first, then rewards: verifying locks a voucher alone, staff a reward alone."""
        mall = state.component(RewardState)
        await self._load_redemptions(
            transaction, mall, [c for c in commands if isinstance(c, CancelRedemption)]
        )
        asked = [command for command in commands if isinstance(command, Redeem)]
        slugs = {command.reward_slug for command in asked}
        ids = {redemption.reward_id for redemption in mall.redemptions.values()}
        for row in await transaction.lock("lock_rewards", list(slugs), list(ids)):
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
        for row in await transaction.lock("lock_vouchers", *columns):
            mall.vouchers[(row["citizen_id"], row["redemption_id"])] = VoucherFacts(
                row["code"], row["state"], row["expires_at"], row["used_at"]
            )
        for row in await transaction.read("load_redemptions", *columns):
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
        # unless a citizen in this batch gives one back.
        returning = {redemption.reward_id for redemption in mall.redemptions.values()}
        limited = {key for key in limited if mall.left[key[1]] != 0 or key[1] in returning}
        many = {reward_id: min(count, mall.left[reward_id] or 0) for reward_id, count in wanted.items()}
        many = {reward_id: count for reward_id, count in many.items() if count}
        if limited:
            for row in await transaction.read("count_redemptions", *zip(*limited, strict=True)):
                mall.redeemed[(row["citizen_id"], row["reward_id"])] = row["redeemed"]
        if many:
            for row in await transaction.read("load_coupon_codes", *zip(*many.items(), strict=True)):
                mall.codes[row["reward_id"]].append((row["position"], row["code"]))

    def decide(self, command: Redeem | CancelRedemption, state: LedgerState) -> Outcome:
        """One command. Raises a Refusal having changed nothing of `state`."""
        if command.citizen_id not in state.balances:
            raise SessionRevoked
        mall = state.component(RewardState)
        if isinstance(command, Redeem):
            return _redeem(command, state, mall)
        return _cancel(command, state, mall)

    async def store(self, transaction: Transaction, state: LedgerState) -> None:
        mall = state.component(RewardState)
        if not (mall.new_redemptions or mall.cancelled):
            return
        await transaction.store(
            STORE_REDEMPTIONS,
            mall.new_redemptions,
            mall.new_vouchers,
            mall.taken_codes,
            mall.cancelled,
            mall.stock_rows(),
        )


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
        mall.taken_codes.append(CouponCodeRow(reward.id, position, command.id))
    voucher = _issue_voucher(command, reward, mall) if reward.has_voucher else None
    mall.new_redemptions.append(
        RedemptionRow(
            citizen_id=command.citizen_id,
            id=command.id,
            reward_id=reward.id,
            points=reward.cost_points,
            voucher_code=None if voucher is None else voucher.code,
            coupon_code=coupon_code,
            created_at=command.at,
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
    return Outcome(201, answer)


def _check_may_redeem(command: Redeem, reward: RewardFacts, mall: RewardState) -> None:
    """Raises what speaks against it besides the points."""
    if not reward.is_open:
        raise RewardNotOpen
    if reward.is_suspended:
        raise RewardSuspended
    if reward.opens_at is not None and command.at < reward.opens_at:
        raise RewardNotOpenYet(opens_at=reward.opens_at)
    if reward.closes_at is not None and command.at >= reward.closes_at:
        raise RewardOver(closes_at=reward.closes_at)
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
    assert reward.merchant_id is not None, "a voucher is used at a merchant"
    mall.new_vouchers.append(
        VoucherRow(
            citizen_id=command.citizen_id,
            redemption_id=command.id,
            code=voucher.code,
            reward_id=reward.id,
            merchant_id=reward.merchant_id,
            expires_at=voucher.expires_at,
            created_at=command.at,
        )
    )
    return voucher


def _cancel(command: CancelRedemption, state: LedgerState, mall: RewardState) -> Outcome:
    redemption_key = (command.citizen_id, command.redemption_id)
    redemption = mall.redemptions.get(redemption_key)
    if redemption is None:
        raise RedemptionNotFound
    voucher = mall.vouchers.get(redemption_key)
    if voucher is None:
        raise RedemptionFinal
    if voucher.state == "cancelled":
        raise RedemptionCancelled
    if voucher.state == "used" and voucher.used_at is not None:
        raise VoucherUsed(used_at=voucher.used_at)
    if voucher.state == "expired" or voucher.expires_at <= command.at:
        raise VoucherExpired(expires_at=voucher.expires_at)
    balance = state.give_back(
        command.citizen_id, redemption.lots, "cancellation", command.redemption_id, command.at
    )
    mall.vouchers[redemption_key] = msgspec.structs.replace(voucher, state="cancelled")
    mall.cancelled.append(CancelledVoucherRow(*redemption_key, command.at))
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
    return Outcome(200, answer)


def _reward_facts(row: Mapping[str, Any]) -> RewardFacts:
    return view_of(RewardFacts, row, name=Bilingual(row["name_zh"], row["name_en"]))
