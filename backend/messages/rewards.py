"""Rewards, redemptions, vouchers, and the administration of all three."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from backend.messages.imports import FileRead
from backend.messages.organisations.organisations import OrganisationCode
from backend.messages.shape import VISIBLE, Answer, Bilingual, Edited, Instant, Request, Slug

RewardKind = Literal["goods", "coupon", "ticket", "donation"]
RewardState = Literal["upcoming", "open", "sold_out", "over", "closed"]
VoucherState = Literal["issued", "used", "cancelled", "expired"]

CODES_MAX = 20_000
STOCK_MAX = 10_000_000

Points = Annotated[int, Meta(ge=1, le=1_000_000, description="points for one piece")]
Stock = Annotated[int, Meta(ge=0, le=STOCK_MAX, description="pieces in all; null: cannot run out")]
PerPerson = Annotated[int, Meta(ge=1, le=1_000_000, description="pieces for one person; null: any number")]
VoucherDays = Annotated[int, Meta(ge=1, le=730, description="days for which a voucher is good")]
Reason = Annotated[str, Meta(min_length=1, max_length=400, description="why; kept in the record")]


class About(msgspec.Struct, frozen=True, rename={"zh": "zh-CN"}, forbid_unknown_fields=True):
    """What a reward is, in both languages."""

    zh: Annotated[str, Meta(min_length=1, max_length=2000)]
    en: Annotated[str, Meta(min_length=1, max_length=2000)]


# -- for citizens ------------------------------------------------------------------------------------------


class RewardView(Edited, kw_only=True):
    slug: str
    kind: RewardKind
    name: Bilingual
    about: About
    merchant: Annotated[Bilingual | None, Meta(description="who hands it over; null: nobody has to")]
    cost_points: int
    stock: int | None
    stock_left: Annotated[int | None, Meta(description="null: cannot run out")]
    per_person_max: int | None
    mine_left: Annotated[
        int | None, Meta(description="pieces that the caller may still redeem; null: no limit, or nobody's")
    ]
    opens_at: Instant | None
    closes_at: Instant | None
    voucher_days: Annotated[
        int | None,
        Meta(
            description="days for which its voucher is good, after which it is void and its points are not "
            "returned; null: it has none"
        ),
    ]
    has_codes: Annotated[bool, Meta(description="hands out a coupon code instead of a voucher")]
    is_final: Annotated[bool, Meta(description="cannot be given back once redeemed")]
    state: RewardState


class RedemptionRequest(Request):
    cost_points: Annotated[
        Points | None, Meta(description="the price that was shown; refused when it is another by now")
    ] = None


class VoucherView(Answer):
    code: str
    state: VoucherState
    expires_at: Instant
    used_at: Instant | None


class RewardBrief(Answer):
    slug: str
    kind: RewardKind
    name: Bilingual


class RedemptionAnswer(Answer):
    """A redemption as it was made."""

    id: str
    reward: RewardBrief
    points: int
    balance: Annotated[int, Meta(description="points after this redemption")]
    voucher: VoucherView | None
    coupon_code: str | None
    qr: Annotated[str | None, Meta(description="address of the code as a QR image")]
    is_final: bool
    created_at: Instant


class RedemptionView(Answer):
    """A redemption as it is now."""

    id: str
    reward: RewardBrief
    points: int
    voucher: VoucherView | None
    coupon_code: str | None
    qr: str | None
    is_final: bool
    created_at: Instant


class CancellationAnswer(Answer):
    id: Annotated[str, Meta(description="the redemption's")]
    state: Literal["cancelled"]
    points_returned: int
    balance: int


# -- for merchants -----------------------------------------------------------------------------------------


class VerificationRequest(Request):
    code: Annotated[str, Meta(min_length=1, max_length=80)]


class VerificationAnswer(Answer):
    """A voucher that has just been used; nothing about its holder."""

    reward: RewardBrief
    state: Literal["used"]
    redeemed_at: Instant
    used_at: Instant


# -- for staff ---------------------------------------------------------------------------------------------


class RewardRequest(Request):
    slug: Slug
    kind: RewardKind
    name: Bilingual
    about: About
    cost_points: Points
    reason: Reason
    merchant: Annotated[Slug | None, Meta(description="the merchant's code")] = None
    stock: Stock | None = None
    per_person_max: PerPerson | None = None
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    voucher_days: VoucherDays = 30
    has_codes: bool = False
    is_open: bool = False


class RewardChangeRequest(Request):
    """Changes to a reward; `stock` counts all pieces, redeemed ones included."""

    reason: Reason
    name: Bilingual | UnsetType = UNSET
    about: About | UnsetType = UNSET
    cost_points: Points | UnsetType = UNSET
    stock: Stock | UnsetType | None = UNSET
    per_person_max: PerPerson | UnsetType | None = UNSET
    opens_at: Instant | UnsetType | None = UNSET
    closes_at: Instant | UnsetType | None = UNSET
    voucher_days: VoucherDays | UnsetType = UNSET
    is_open: bool | UnsetType = UNSET


class CodesRequest(Request):
    count: Annotated[int, Meta(ge=1, le=CODES_MAX)]
    reason: Reason


class CodesAnswer(Answer):
    added: int
    stock: int
    stock_left: int


class CodesImported(CodesAnswer):
    file: Annotated[FileRead, Meta(description="how the file of codes was read")]


class GeneratedCodesAnswer(CodesAnswer):
    codes: Annotated[list[str], Meta(description="shown this once, for the merchant who accepts them")]


class MerchantRequest(Request):
    code: Slug
    name: Bilingual
    reason: Reason
    organisation: Annotated[
        OrganisationCode | None,
        Meta(
            description="the code of the organisation that it belongs to; left out: one with a provisional code"
        ),
    ] = None


class MerchantChangeRequest(Request):
    reason: Reason
    name: Bilingual | UnsetType = UNSET
    is_open: Annotated[bool, Meta(description="whether its devices verify vouchers")] | UnsetType = UNSET


class DeviceRequest(Request):
    name: Annotated[str, VISIBLE, Meta(min_length=1, max_length=80)]
    reason: Reason


class RevocationRequest(Request):
    reason: Reason


class DeviceView(Answer):
    id: str
    name: str
    created_at: Instant
    revoked_at: Instant | None
    verifications: Annotated[int, Meta(description="vouchers that it verified")]


class MerchantView(Edited, kw_only=True):
    id: str
    code: str
    name: Bilingual
    is_open: bool
    devices: list[DeviceView]
    organisation: Annotated[str | None, Meta(description="the code of its organisation")]


class DeviceToken(Answer):
    id: str
    name: str
    token: Annotated[str, Meta(description="shown this once")]


class SoldView(Answer):
    """A redemption as staff see it: without its holder and its codes."""

    id: str
    points: int
    created_at: Instant
    voucher_state: VoucherState | None
    used_at: Instant | None
    used_by: Annotated[str | None, Meta(description="id of the device")]


class RewardFigures(Answer):
    """A reward in numbers; `redeemed` leaves out cancelled redemptions."""

    slug: str
    stock: int | None
    stock_left: int | None
    redeemed: int
    points: int
    cancelled: int
    issued: int
    used: int
    expired: int


def qr_address(redemption_id: str) -> str:
    """The address of a redemption's QR image."""
    return f"/v1/me/redemptions/{redemption_id}/qr"
