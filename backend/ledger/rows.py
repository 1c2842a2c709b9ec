"""The rows that the ledger writes, a struct for each table, and the statements that take them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from backend.ledger.issuance_rows import IssuedRow, PendingEndRow, PendingRow, ProvenRow
from backend.storage.rows import BulkStatement, Row


class FootprintRow(Row, frozen=True):
    table: ClassVar[str] = "footprints"

    event_id: UUID
    digest: bytes
    total_g: int
    basis: str
    factor_set: str
    journey: str | None
    body: bytes


class AttendanceRow(Row, frozen=True):
    table: ClassVar[str] = "attendances"

    event_id: UUID
    citizen_id: UUID
    id: UUID
    badge_serial: int | None
    gate: int | None
    footprint_digest: bytes
    offset_status: str
    points: int
    joined_at: datetime
    lines_digest: bytes | None


class OffsetRow(Row, frozen=True):
    table: ClassVar[str] = "offsets"

    event_id: UUID
    citizen_id: UUID
    id: UUID
    footprint_digest: bytes
    grams: int
    kind: str
    pay_with: str
    certificate_number: str
    issued_at: datetime
    ceiling_g: int
    seed: bytes


class AllocationRow(Row, frozen=True):
    table: ClassVar[str] = "allocations"

    event_id: UUID
    batch_id: UUID
    serial_from: int
    serial_to: int
    grams: int
    offset_id: UUID
    position: int
    created_at: datetime


class PoolRow(Row, frozen=True):
    """How far a pool is given away."""

    table: ClassVar[str] = "pools"

    event_id: UUID
    position: int
    next_serial: int


class JourneyRevisionRow(Row, frozen=True):
    table: ClassVar[str] = "journey_revisions"

    event_id: UUID
    citizen_id: UUID
    revision: int
    id: UUID
    footprint_digest: bytes
    total_g: int
    delta_g: int
    basis: str
    created_at: datetime
    lines_digest: bytes | None


class OffsetWaitRow(Row, frozen=True):
    table: ClassVar[str] = "offset_waits"

    event_id: UUID
    citizen_id: UUID
    sequence: int
    asked_grams: int
    pay_with: str
    is_difference: bool
    footprint_digest: bytes
    joined_at: datetime
    created_at: datetime
    held_for: str | None


class OffsetWaitEndRow(Row, frozen=True):
    table: ClassVar[str] = "offset_wait_ends"

    event_id: UUID
    citizen_id: UUID
    sequence: int
    why: str
    ended_at: datetime


class OffsetChangeRow(Row, frozen=True):
    table: ClassVar[str] = "offset_changes"

    event_id: UUID
    citizen_id: UUID
    sequence: int
    revision: int
    grams: int
    created_at: datetime
    ceiling_g: int | None


class OffsetReleaseRow(Row, frozen=True):
    table: ClassVar[str] = "offset_releases"

    event_id: UUID
    batch_id: UUID
    serial_from: int
    serial_to: int
    grams: int
    citizen_id: UUID
    revision: int
    created_at: datetime


class OffsetPaymentRow(Row, frozen=True):
    table: ClassVar[str] = "offset_payments"

    event_id: UUID
    citizen_id: UUID
    id: UUID
    points: int
    points_per_kg: int
    created_at: datetime


class BudgetRow(Row, frozen=True):
    """What a sponsor has given in points."""

    table: ClassVar[str] = "event_budgets"

    event_id: UUID
    points_spent: int


class ActionRow(Row, frozen=True):
    table: ClassVar[str] = "actions"

    citizen_id: UUID
    id: UUID
    method: str
    method_version: str
    factor_set: str
    quantity: Decimal | None
    credited_quantity: Decimal
    parameters: str | None
    tier: str
    occurred_at: datetime
    day: date
    reduction_g: int
    points: int
    state: str
    capped_by: str | None
    event_id: UUID | None
    gate: int | None
    created_at: datetime
    ended_at: datetime | None
    scene_id: UUID | None
    scene_kind: str | None
    partner_id: UUID | None
    point_rule: str
    reductions: str | None


class PartnerItemRow(Row, frozen=True):
    table: ClassVar[str] = "partner_items"

    partner_id: UUID
    external_id: str
    digest: bytes
    citizen_id: UUID
    status: int
    answer: bytes
    created_at: datetime


class ActionSumRow(Row, frozen=True):
    """What a citizen's month of a method gains."""

    table: ClassVar[str] = "action_sums"

    citizen_id: UUID
    month: date
    method: str
    is_verified: bool
    actions: int
    reduction_g: int
    points: int


class ReviewRow(Row, frozen=True):
    table: ClassVar[str] = "reviews"

    citizen_id: UUID
    id: UUID
    why: str
    method: str
    quantity: Decimal | None
    parameters: str | None
    tier: str
    occurred_at: datetime
    ended_at: datetime | None
    day: date
    scene_id: UUID | None
    scene_kind: str | None
    partner_id: UUID | None
    event_id: UUID | None
    gate: int | None
    evidence: str
    expected_by: datetime
    created_at: datetime


class BookedReviewRow(Row, frozen=True):
    """A review whose action is in the ledger from now on."""

    table: ClassVar[str] = "reviews"

    citizen_id: UUID
    id: UUID
    booked_at: datetime


class TransferRow(Row, frozen=True):
    table: ClassVar[str] = "transfers"

    citizen_id: UUID
    id: UUID
    debit_account: UUID
    credit_account: UUID
    points: int
    reason: str
    source_id: UUID
    balance_after: int
    created_at: datetime
    expires_on: date
    budget_id: UUID | None


class AnswerRow(Row, frozen=True):
    """The first answer to an idempotency key."""

    table: ClassVar[str] = "idempotency_keys"

    citizen_id: UUID
    key: str
    request_digest: bytes
    status: int
    answer: bytes
    created_at: datetime


class BalanceRow(Row, frozen=True):
    """What an account of the system gains."""

    table: ClassVar[str] = "system_accounts"

    id: UUID
    balance: int


class LotRow(Row, frozen=True):
    """What a lot gains, or what is in it now."""

    table: ClassVar[str] = "lots"

    citizen_id: UUID
    expires_on: date
    points: int


class TallyRow(Row, frozen=True):
    """What one cell of the live picture gains: an event's gate in one minute."""

    table: ClassVar[str] = "tallies"

    event_id: UUID
    gate: int
    minute: datetime
    joined: int
    footprints: int
    footprint_g: int
    offsets: int
    grams: int
    actions: int
    points: int


class ClaimRow(Row, frozen=True):
    table: ClassVar[str] = "claims"

    citizen_id: UUID
    action_id: UUID
    claim_state: str
    grams: int
    source_id: UUID
    created_at: datetime


class DonationRow(Row, frozen=True):
    table: ClassVar[str] = "donations"

    citizen_id: UUID
    id: UUID
    cause_id: UUID
    grams: int
    actions: int
    created_at: datetime


class CauseRow(Row, frozen=True):
    """What a cause gains."""

    table: ClassVar[str] = "causes"

    id: UUID
    donated_g: int
    donations: int


class QuizAnswerRow(Row, frozen=True):
    table: ClassVar[str] = "quiz_answers"

    citizen_id: UUID
    day: date
    id: UUID
    questions: str
    choices: str
    right_count: int
    points: int
    created_at: datetime


class RedemptionRow(Row, frozen=True):
    table: ClassVar[str] = "redemptions"

    citizen_id: UUID
    id: UUID
    reward_id: UUID
    points: int
    voucher_code: str | None
    coupon_code: str | None
    created_at: datetime


class VoucherRow(Row, frozen=True):
    table: ClassVar[str] = "vouchers"

    citizen_id: UUID
    redemption_id: UUID
    code: str
    reward_id: UUID
    merchant_id: UUID
    expires_at: datetime
    created_at: datetime


class CouponCodeRow(Row, frozen=True):
    """A coupon code that is handed out."""

    table: ClassVar[str] = "reward_codes"

    reward_id: UUID
    position: int
    redemption_id: UUID


class CancelledVoucherRow(Row, frozen=True):
    table: ClassVar[str] = "vouchers"

    citizen_id: UUID
    redemption_id: UUID
    cancelled_at: datetime


class StockRow(Row, frozen=True):
    """How many pieces of a reward are left; None where there is no limit."""

    table: ClassVar[str] = "rewards"

    id: UUID
    stock_left: int | None


class ReversalRow(Row, frozen=True):
    table: ClassVar[str] = "reversals"

    citizen_id: UUID
    action_id: UUID
    id: UUID
    points: int
    points_short: int
    reason: str
    actor: str
    created_at: datetime


class StaffActionRow(Row, frozen=True):
    table: ClassVar[str] = "staff_actions"

    id: UUID
    staff_id: UUID
    action: str
    subject: str
    reason: str
    before: str
    after: str


STORE_ATTENDANCES = BulkStatement(
    "store_attendances", FootprintRow, AttendanceRow, OffsetRow, AllocationRow, PoolRow
)
STORE_OFFSET_CHANGES = BulkStatement(
    "store_offset_changes",
    JourneyRevisionRow,
    OffsetWaitRow,
    OffsetWaitEndRow,
    OffsetChangeRow,
    OffsetReleaseRow,
    OffsetPaymentRow,
    StaffActionRow,
    BudgetRow,
)
STORE_ACTIONS = BulkStatement("store_actions", ActionRow, PartnerItemRow, ActionSumRow)
STORE_REVIEWS = BulkStatement("store_reviews", ReviewRow)
MARK_REVIEWS_BOOKED = BulkStatement("mark_reviews_booked", BookedReviewRow)
STORE_CLAIMS = BulkStatement("store_claims", ClaimRow, DonationRow, CauseRow)
STORE_QUIZ_ANSWERS = BulkStatement("store_quiz_answers", QuizAnswerRow)
STORE_REDEMPTIONS = BulkStatement(
    "store_redemptions", RedemptionRow, VoucherRow, CouponCodeRow, CancelledVoucherRow, StockRow
)
STORE_REVERSALS = BulkStatement("store_reversals", ReversalRow, StaffActionRow)
STORE_TRANSFERS = BulkStatement("store_transfers", TransferRow, AnswerRow, LotRow, PendingRow)
STORE_PENDING_ENDS = BulkStatement("store_pending_ends", PendingEndRow, ProvenRow)
STORE_LOTS = BulkStatement("store_lots", LotRow)
STORE_TOTALS = BulkStatement("store_totals", TallyRow, BalanceRow, IssuedRow)

STATEMENTS = (
    STORE_ATTENDANCES,
    STORE_OFFSET_CHANGES,
    STORE_ACTIONS,
    STORE_REVIEWS,
    MARK_REVIEWS_BOOKED,
    STORE_CLAIMS,
    STORE_QUIZ_ANSWERS,
    STORE_REDEMPTIONS,
    STORE_REVERSALS,
    STORE_TRANSFERS,
    STORE_PENDING_ENDS,
    STORE_LOTS,
    STORE_TOTALS,
)
