"""Merchants, the devices at their tills, and the verification of vouchers.

A device has a token of its own, opaque and kept as a SHA-256 alone: it opens nothing but the verification of its
merchant's vouchers, and ends when it is revoked.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET
from tortoise.exceptions import IntegrityError

from backend.auth import Principal, bearer_of, hash_of_token
from backend.domain.rewards.vouchers import read_voucher_code
from backend.errors import IdempotencyKeyReused, InvalidBody, NotSignedIn
from backend.errors.rewards import (
    DeviceNotFound,
    DeviceTokenInvalid,
    MerchantClosed,
    MerchantCodeTaken,
    MerchantNotFound,
    VoucherCancelled,
    VoucherExpired,
    VoucherNotFound,
    VoucherUsed,
)
from backend.messages.rewards import (
    DeviceRequest,
    DeviceToken,
    DeviceView,
    MerchantChangeRequest,
    MerchantRequest,
    MerchantView,
    VerificationAnswer,
)
from backend.messages.shape import Bilingual, Page, columns_of, view_of
from backend.models import Merchant, MerchantDevice, Verification
from backend.models.keys import read_id
from backend.services.identity.staff_accounts import record
from backend.services.listing import matching
from backend.services.organisations.provisional import codes_of, supplier_of_new
from backend.services.organisations.revisions import Seen, check_seen
from backend.services.rewards.rewards import reward_brief
from backend.storage.database import Database, constraint_of
from backend.storage.statements import read, write

TOKEN_PREFIX = "mdv_"  # noqa: S105 - what a scanner of leaked secrets looks for
TOKEN_BYTES = 32
TOKEN_CHARS_MAX = 64


class Device(msgspec.Struct, frozen=True):
    """A device whose token is valid."""

    id: UUID
    merchant_id: UUID


async def find_merchant(code: str) -> Merchant:
    """The merchant with a code. Raises MerchantNotFound."""
    merchant = await Merchant.get_or_none(code=code)
    if merchant is None:
        raise MerchantNotFound
    return merchant


async def create_merchant(database: Database, staff: Principal, request: MerchantRequest) -> MerchantView:
    """Create a merchant. Raises MerchantCodeTaken, OrganisationNotFound, OrganisationNotActive,
    OrganisationBlacklisted."""
    try:
        async with database.transaction():
            owner = await supplier_of_new(
                database, request.organisation, "merchant", request.name.zh, request.name.en
            )
            columns = columns_of(request, "reason", "organisation")
            merchant = await Merchant.create(**columns, organisation_id=owner)
            await record(
                staff, "merchant.create", merchant.code, reason=request.reason, after=_snapshot(merchant)
            )
    except IntegrityError as error:
        if constraint_of(error) == "merchants_code_unique":
            raise MerchantCodeTaken from error
        raise
    return (await merchant_views(database, [merchant]))[0]


async def change_merchant(
    database: Database,
    staff: Principal,
    code: str,
    request: MerchantChangeRequest,
    seen: Seen | None = None,
) -> MerchantView:
    """Rename, open or close a merchant; a closed one's devices verify nothing, and its rewards cannot be redeemed.

    `seen` is the revision that was edited. Raises MerchantNotFound, EditOutdated, InvalidBody.
    """
    async with database.transaction():
        merchant = await Merchant.filter(code=code).select_for_update(no_key=True).get_or_none()
        if merchant is None:
            raise MerchantNotFound
        check_seen(seen, merchant.revision)
        before = _snapshot(merchant)
        if request.name is not UNSET:
            merchant.name_zh, merchant.name_en = request.name.zh, request.name.en
        if request.is_open is not UNSET:
            merchant.is_open = request.is_open
        if _snapshot(merchant) == before:
            raise InvalidBody.at("", "nothing_to_change")
        merchant.revision += 1
        await merchant.save()
        await record(
            staff, "merchant.change", code, reason=request.reason, before=before, after=_snapshot(merchant)
        )
    return (await merchant_views(database, [merchant]))[0]


async def list_merchants(
    database: Database, limit: int, cursor: UUID | None, typed: str | None = None
) -> Page[MerchantView]:
    """Merchants with their devices, newest first."""
    query = Merchant.all() if cursor is None else Merchant.filter(id__lt=cursor)
    query = matching(query, typed, "code", "name_zh", "name_en")
    rows = await query.order_by("-id").limit(limit + 1)
    return Page.of(await merchant_views(database, rows), limit)


async def merchant_views(database: Database, merchants: Sequence[Merchant]) -> list[MerchantView]:
    """Merchants with their devices."""
    rows = await read(database, "read_devices", [merchant.id for merchant in merchants])
    codes = await codes_of(merchant.organisation_id for merchant in merchants)
    return [
        _merchant_view(
            merchant,
            [row for row in rows if row["merchant_id"] == merchant.id],
            codes.get(merchant.organisation_id),
        )
        for merchant in merchants
    ]


async def create_device(
    database: Database, staff: Principal, code: str, request: DeviceRequest
) -> DeviceToken:
    """Create a device with its token, which is shown this once. Raises MerchantNotFound."""
    token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    merchant = await find_merchant(code)
    async with database.transaction():
        device = await MerchantDevice.create(
            merchant_id=merchant.id, name=request.name, token_hash=hash_of_token(token)
        )
        after = {"device": str(device.id), "name": device.name}
        await record(staff, "merchant.add_device", code, reason=request.reason, after=after)
    return DeviceToken(id=str(device.id), name=device.name, token=token)


async def revoke_device(
    database: Database, staff: Principal, code: str, device_id: str, reason: str
) -> MerchantView:
    """Revoke a device's token; a second time changes nothing. Raises MerchantNotFound, DeviceNotFound."""
    merchant = await find_merchant(code)
    wanted = read_id(device_id, DeviceNotFound)
    async with database.transaction():
        device = await (
            MerchantDevice.filter(id=wanted, merchant_id=merchant.id)
            .select_for_update(no_key=True)
            .get_or_none()
        )
        if device is None:
            raise DeviceNotFound
        if device.revoked_at is None:
            await MerchantDevice.filter(id=wanted).update(revoked_at=datetime.now(UTC))
            after = {"device": str(device.id), "name": device.name}
            await record(staff, "merchant.revoke_device", code, reason=reason, after=after)
    return (await merchant_views(database, [merchant]))[0]


async def device_of(database: Database, authorization: bytes | None) -> Device:
    """The device of a bearer token. Raises NotSignedIn, DeviceTokenInvalid, MerchantClosed."""
    token = bearer_of(authorization)
    if not token:
        raise NotSignedIn
    if not token.startswith(TOKEN_PREFIX) or len(token) > TOKEN_CHARS_MAX:
        raise DeviceTokenInvalid
    rows = await read(database, "read_device", hash_of_token(token))
    if not rows:
        raise DeviceTokenInvalid
    if not rows[0]["is_open"]:
        raise MerchantClosed
    return Device(rows[0]["id"], rows[0]["merchant_id"])


async def verify(
    database: Database, authorization: bytes | None, text: str, key: str, now: datetime
) -> tuple[VerificationAnswer, bool]:
    """Verify a voucher and mark it as used, once; the second value says whether the request is a repeat.

    Raises NotSignedIn, DeviceTokenInvalid, MerchantClosed, VoucherNotFound, VoucherUsed, VoucherExpired,
    VoucherCancelled, IdempotencyKeyReused.
    """
    device = await device_of(database, authorization)
    code = read_voucher_code(text)
    if code is None:
        raise VoucherNotFound
    try:
        async with database.transaction():
            taken = await write("verify_voucher", code, device.merchant_id, device.id, now)
            for row in taken:
                await Verification.create(
                    device_id=device.id,
                    key=key,
                    code=code,
                    citizen_id=row["citizen_id"],
                    redemption_id=row["redemption_id"],
                    created_at=now,
                )
    except IntegrityError as error:
        if constraint_of(error) == "verifications_once_per_key":
            # This device has used the key for another voucher, which a repeat would not have taken again.
            raise IdempotencyKeyReused from error
        raise
    rows = await read(database, "read_voucher", code, device.merchant_id)
    if not rows:
        raise VoucherNotFound
    voucher = rows[0]
    is_own = voucher["used_by"] == device.id and voucher["used_key"] == key
    if not taken and not is_own:
        if await Verification.exists(device_id=device.id, key=key):
            raise IdempotencyKeyReused
        _refuse(voucher)
    answer = VerificationAnswer(
        reward=reward_brief(voucher),
        state="used",
        redeemed_at=voucher["created_at"],
        used_at=voucher["used_at"],
    )
    return answer, not taken


def _refuse(voucher: Mapping[str, Any]) -> None:
    """Raise the reason why a voucher cannot be used. It may say when it was used, never by whom."""
    if voucher["state"] == "used":
        raise VoucherUsed(used_at=voucher["used_at"])
    if voucher["state"] == "cancelled":
        raise VoucherCancelled
    raise VoucherExpired(expires_at=voucher["expires_at"])


def _merchant_view(
    merchant: Merchant, devices: Sequence[Mapping[str, Any]], organisation: str | None
) -> MerchantView:
    return MerchantView(
        id=str(merchant.id),
        code=merchant.code,
        name=Bilingual(merchant.name_zh, merchant.name_en),
        is_open=merchant.is_open,
        revision=merchant.revision,
        organisation=organisation,
        devices=[view_of(DeviceView, row, id=str(row["id"])) for row in devices],
    )


def _snapshot(merchant: Merchant) -> dict[str, Any]:
    return {"name_zh": merchant.name_zh, "name_en": merchant.name_en, "is_open": merchant.is_open}
