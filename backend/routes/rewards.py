"""Rewards: the mall for citizens, vouchers for merchants' devices, administration for staff."""

from __future__ import annotations

import asyncio
import re
from uuid import UUID

from backend.errors import IdempotencyKeyReused, NotSignedIn
from backend.errors.account.points import PointsInsufficient
from backend.errors.organisations import OrganisationBlacklisted, OrganisationNotActive, OrganisationNotFound
from backend.errors.rewards import (
    CodesFileBroken,
    CodesFileUnreadable,
    DeviceNotFound,
    DeviceTokenInvalid,
    MerchantClosed,
    MerchantCodeTaken,
    MerchantNotFound,
    RedemptionCancelled,
    RedemptionFinal,
    RedemptionNotFound,
    RedemptionWithoutPicture,
    RewardLimitReached,
    RewardNotFound,
    RewardNotOpen,
    RewardPriceChanged,
    RewardSlugTaken,
    RewardSoldOut,
    RewardSuspended,
    RewardTakesNoCodes,
    StockBelowSold,
    StockFollowsCodes,
    VoucherCancelled,
    VoucherExpired,
    VoucherNotFound,
    VoucherUsed,
)
from backend.ledger.command import Outcome
from backend.messages.rewards import (
    CancellationAnswer,
    CodesImported,
    CodesRequest,
    DeviceRequest,
    DeviceToken,
    GeneratedCodesAnswer,
    MerchantChangeRequest,
    MerchantRequest,
    MerchantView,
    RedemptionAnswer,
    RedemptionRequest,
    RedemptionView,
    RevocationRequest,
    RewardChangeRequest,
    RewardFigures,
    RewardRequest,
    RewardView,
    SoldView,
    VerificationAnswer,
    VerificationRequest,
)
from backend.messages.shape import Page
from backend.render.pictures.renderer import qr_svg
from backend.routes.http.call import Call
from backend.routes.http.endpoint import (
    CITIZEN,
    OPERATOR,
    OVERSEERS,
    PAGING,
    QUEUED,
    SEARCH,
    TABLE_FILE,
    Endpoint,
    Query,
    Upload,
    in_section,
)
from backend.routes.http.reply import Reply
from backend.services.rewards import merchants, rewards, stock

REASON_CHARS_MAX = 400
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


def _slug(call: Call) -> str:
    """The reward that the address names. Raises RewardNotFound for what cannot be one, before the database is asked."""
    slug = call.params["slug"]
    if not _SLUG.fullmatch(slug):
        raise RewardNotFound
    return slug


def _redemption_id(call: Call) -> UUID:
    try:
        return UUID(call.params["id"])
    except ValueError:
        raise RedemptionNotFound from None


# -- citizens ----------------------------------------------------------------------------------------------


async def redeem(call: Call) -> Outcome:
    return await rewards.redeem(
        call.components.queue,
        call.principal.id,
        _slug(call),
        call.body.cost_points,
        call.idempotency,
        call.now,
    )


async def cancel(call: Call) -> Outcome:
    return await rewards.cancel(
        call.components.queue, call.principal.id, _redemption_id(call), call.idempotency, call.now
    )


async def list_rewards(call: Call) -> Page[RewardView]:
    citizen = call.principal_if_citizen()
    return await rewards.list_rewards(
        call.components.database,
        call.now,
        citizen.id if citizen else None,
        is_for_staff=call.principal_if_staff() is not None,
        limit=call.limit,
        cursor=call.cursor_id,
        typed=call.search,
    )


async def show_reward(call: Call) -> RewardView:
    citizen = call.principal_if_citizen()
    return await rewards.find_reward(
        call.components.database,
        _slug(call),
        call.now,
        citizen.id if citizen else None,
        is_for_staff=call.principal_if_staff() is not None,
    )


async def list_redemptions(call: Call) -> Page[RedemptionView]:
    return await rewards.list_redemptions(
        call.components.database, call.principal.id, call.now, call.limit, call.cursor_id
    )


async def show_redemption(call: Call) -> RedemptionView:
    return await rewards.find_redemption(
        call.components.database, call.principal.id, _redemption_id(call), call.now
    )


async def show_qr(call: Call) -> Reply:
    text = await rewards.text_to_show(
        call.components.database, call.principal.id, _redemption_id(call), call.now
    )
    return Reply(body=await asyncio.to_thread(qr_svg, text), media_type=b"image/svg+xml")


# -- merchants ---------------------------------------------------------------------------------------------


async def verify_voucher(call: Call) -> Reply:
    assert call.idempotency is not None
    answer, is_replay = await merchants.verify(
        call.components.database,
        call.header(b"authorization"),
        call.body.code,
        call.idempotency.key,
        call.now,
    )
    return Reply(answer, headers=((b"idempotency-replayed", b"true"),) if is_replay else ())


# -- staff -------------------------------------------------------------------------------------------------


async def create_reward(call: Call) -> RewardView:
    return await stock.create_reward(call.components.database, call.principal, call.body, call.now)


async def change_reward(call: Call) -> RewardView:
    return await stock.change_reward(
        call.components.database, call.principal, _slug(call), call.body, call.now, call.seen
    )


async def import_codes(call: Call) -> CodesImported:
    reason = call.required_text("reason", REASON_CHARS_MAX)
    return await stock.import_codes(
        call.components.database, call.components.table_files, call.principal, _slug(call), call.raw, reason
    )


async def generate_codes(call: Call) -> GeneratedCodesAnswer:
    return await stock.generate_codes(call.components.database, call.principal, _slug(call), call.body)


async def list_sold(call: Call) -> Page[SoldView]:
    return await stock.list_sold(call.components.database, _slug(call), call.limit, call.cursor_id)


async def show_figures(call: Call) -> RewardFigures:
    return await stock.figures(call.components.database, _slug(call))


async def create_merchant(call: Call) -> MerchantView:
    return await merchants.create_merchant(call.components.database, call.principal, call.body)


async def change_merchant(call: Call) -> MerchantView:
    return await merchants.change_merchant(
        call.components.database, call.principal, call.params["code"], call.body, call.seen
    )


async def list_merchants(call: Call) -> Page[MerchantView]:
    return await merchants.list_merchants(call.components.database, call.limit, call.cursor_id, call.search)


async def create_device(call: Call) -> DeviceToken:
    return await merchants.create_device(
        call.components.database, call.principal, call.params["code"], call.body
    )


async def revoke_device(call: Call) -> MerchantView:
    return await merchants.revoke_device(
        call.components.database, call.principal, call.params["code"], call.params["id"], call.body.reason
    )


ENDPOINTS = in_section(
    "rewards",
    Endpoint(
        "POST /v1/rewards/{slug}/redemptions",
        redeem,
        roles=CITIZEN,
        summary="Redeem points for one piece of a reward",
        body=RedemptionRequest,
        answers={201: RedemptionAnswer},
        refusals=(
            RewardNotFound,
            RewardNotOpen,
            RewardSuspended,
            RewardSoldOut,
            RewardLimitReached,
            RewardPriceChanged,
            PointsInsufficient,
            IdempotencyKeyReused,
            *QUEUED,
        ),
        idempotency="required",
    ),
    Endpoint(
        "POST /v1/me/redemptions/{id}/cancellation",
        cancel,
        roles=CITIZEN,
        summary="Give a redemption back whose voucher was not used; its points return to their lots",
        answers={200: CancellationAnswer},
        refusals=(
            RedemptionNotFound,
            RedemptionFinal,
            RedemptionCancelled,
            VoucherUsed,
            VoucherExpired,
            IdempotencyKeyReused,
            *QUEUED,
        ),
        idempotency="required",
    ),
    Endpoint(
        "POST /v1/vouchers/verify",
        verify_voucher,
        summary="Take a voucher at the till, once; with the bearer token of a merchant's device",
        body=VerificationRequest,
        answers={200: VerificationAnswer},
        refusals=(
            NotSignedIn,
            DeviceTokenInvalid,
            MerchantClosed,
            VoucherNotFound,
            VoucherUsed,
            VoucherExpired,
            VoucherCancelled,
            IdempotencyKeyReused,
        ),
        idempotency="required",
    ),
    Endpoint(
        "GET /v1/rewards",
        list_rewards,
        summary="Rewards that can be redeemed now or soon, newest first; staff see all",
        answers={200: Page[RewardView]},
        query=(SEARCH, *PAGING),
    ),
    Endpoint(
        "GET /v1/rewards/{slug}",
        show_reward,
        summary="A reward, with how many are left",
        answers={200: RewardView},
        refusals=(RewardNotFound,),
    ),
    Endpoint(
        "GET /v1/me/redemptions",
        list_redemptions,
        roles=CITIZEN,
        summary="Redemptions with their vouchers, newest first",
        answers={200: Page[RedemptionView]},
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/me/redemptions/{id}",
        show_redemption,
        roles=CITIZEN,
        summary="A redemption with its voucher",
        answers={200: RedemptionView},
        refusals=(RedemptionNotFound,),
    ),
    Endpoint(
        "GET /v1/me/redemptions/{id}/qr",
        show_qr,
        roles=CITIZEN,
        summary="The code of a redemption as a QR image",
        answers={200: None},
        refusals=(RedemptionNotFound, RedemptionWithoutPicture),
        media_type="image/svg+xml",
    ),
    Endpoint(
        "POST /v1/rewards",
        create_reward,
        roles=OPERATOR,
        summary="Enter a reward",
        body=RewardRequest,
        answers={201: RewardView},
        refusals=(RewardSlugTaken, MerchantNotFound),
    ),
    Endpoint(
        "POST /v1/rewards/{slug}/changes",
        change_reward,
        roles=OPERATOR,
        if_match="optional",
        summary="Change a reward's price, stock, times or texts; open or close it",
        body=RewardChangeRequest,
        answers={200: RewardView},
        refusals=(RewardNotFound, StockBelowSold, StockFollowsCodes),
    ),
    Endpoint(
        "POST /v1/rewards/{slug}/codes",
        import_codes,
        roles=OPERATOR,
        summary="Import coupon codes from a table file (CSV or .xlsx) with the column `code`: all of them or none",
        upload=Upload(TABLE_FILE, "import_bytes_max"),
        answers={201: CodesImported},
        refusals=(RewardNotFound, RewardTakesNoCodes, CodesFileUnreadable, CodesFileBroken),
        query=(Query("reason", {"type": "string", "minLength": 1, "maxLength": 400}, "why; it is recorded"),),
    ),
    Endpoint(
        "POST /v1/rewards/{slug}/codes/generated",
        generate_codes,
        roles=OPERATOR,
        summary="Generate coupon codes",
        body=CodesRequest,
        answers={201: GeneratedCodesAnswer},
        refusals=(RewardNotFound, RewardTakesNoCodes),
    ),
    Endpoint(
        "GET /v1/rewards/{slug}/redemptions",
        list_sold,
        roles=OPERATOR,
        summary="Redemptions of a reward, newest first, without their holders",
        answers={200: Page[SoldView]},
        refusals=(RewardNotFound,),
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/rewards/{slug}/figures",
        show_figures,
        roles=OVERSEERS,
        is_of_the_province=True,
        summary="A reward in numbers: redeemed, cancelled, used",
        answers={200: RewardFigures},
        refusals=(RewardNotFound,),
    ),
    Endpoint(
        "POST /v1/merchants",
        create_merchant,
        roles=OPERATOR,
        summary="Enter a merchant",
        body=MerchantRequest,
        answers={201: MerchantView},
        refusals=(MerchantCodeTaken, OrganisationNotFound, OrganisationNotActive, OrganisationBlacklisted),
    ),
    Endpoint(
        "GET /v1/merchants",
        list_merchants,
        roles=OPERATOR,
        summary="Merchants with their devices and what each verified, newest first",
        answers={200: Page[MerchantView]},
        query=(SEARCH, *PAGING),
    ),
    Endpoint(
        "POST /v1/merchants/{code}/changes",
        change_merchant,
        roles=OPERATOR,
        if_match="optional",
        summary="Rename a merchant, open or close it",
        body=MerchantChangeRequest,
        answers={200: MerchantView},
        refusals=(MerchantNotFound,),
    ),
    Endpoint(
        "POST /v1/merchants/{code}/devices",
        create_device,
        roles=OPERATOR,
        summary="Add a device that verifies a merchant's vouchers; its token is shown this once",
        body=DeviceRequest,
        answers={201: DeviceToken},
        refusals=(MerchantNotFound,),
    ),
    Endpoint(
        "POST /v1/merchants/{code}/devices/{id}/revocation",
        revoke_device,
        roles=OPERATOR,
        summary="End a device's token",
        body=RevocationRequest,
        answers={200: MerchantView},
        refusals=(MerchantNotFound, DeviceNotFound),
    ),
)
