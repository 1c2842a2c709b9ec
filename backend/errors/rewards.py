"""Refusals about rewards, merchants and their devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backend.errors import NotFound, Refusal
from backend.errors.imports import ImportUnreadable, RowsBroken, Wrong, named_errors


class RewardNotFound(NotFound):
    code = "reward_not_found"


class RedemptionNotFound(NotFound):
    code = "redemption_not_found"


class RedemptionWithoutPicture(NotFound):
    code = "redemption_without_picture"


class VoucherNotFound(NotFound):
    code = "voucher_not_found"


class MerchantNotFound(NotFound):
    code = "merchant_not_found"


class DeviceNotFound(NotFound):
    code = "device_not_found"


# -- redeeming ------------------------------------------------------------------------------------------


class RewardNotOpen(Refusal):
    status, code = 409, "reward_not_open"


class RewardNotOpenYet(RewardNotOpen):
    code = "reward_not_open_yet"


class RewardOver(RewardNotOpen):
    code = "reward_over"


class RewardSoldOut(Refusal):
    status, code = 409, "reward_sold_out"


class RewardLimitReached(Refusal):
    status, code = 409, "reward_limit_reached"


class RewardPriceChanged(Refusal):
    status, code = 409, "reward_price_changed"


# -- cancelling -----------------------------------------------------------------------------------------


class RedemptionFinal(Refusal):
    status, code = 409, "redemption_final"


class RedemptionCancelled(Refusal):
    status, code = 409, "redemption_cancelled"


# -- vouchers -------------------------------------------------------------------------------------------


class DeviceTokenInvalid(Refusal):
    status, code = 401, "device_token_invalid"


class MerchantClosed(Refusal):
    status, code = 409, "merchant_closed"


class VoucherUsed(Refusal):
    status, code = 409, "voucher_used"


class VoucherExpired(Refusal):
    status, code = 409, "voucher_expired"


class VoucherCancelled(Refusal):
    status, code = 409, "voucher_cancelled"


# -- administration -------------------------------------------------------------------------------------


class RewardSlugTaken(Refusal):
    status, code = 409, "reward_slug_taken"


class MerchantCodeTaken(Refusal):
    status, code = 409, "merchant_code_taken"


class StockBelowSold(Refusal):
    status, code = 409, "stock_below_sold"


class StockFollowsCodes(Refusal):
    status, code = 409, "stock_follows_codes"


class RewardTakesNoCodes(Refusal):
    status, code = 409, "reward_takes_no_codes"


class CodesFileUnreadable(ImportUnreadable):
    """A file of codes that cannot be read as one: nothing of it is imported."""

    code = "codes_file_unreadable"

    @classmethod
    def of(cls, why: str, facts: Mapping[str, str]) -> ImportUnreadable:
        return _UNREADABLE.get(why, CodesNotText)(retry_after_s=None, errors=(), why=why, **facts)


class CodesFileEmpty(CodesFileUnreadable):
    code = "codes_file_empty"


class CodesNotText(CodesFileUnreadable):
    code = "codes_not_text"


class CodesHeaderMissing(CodesFileUnreadable):
    code = "codes_header_missing"


class TooManyCodes(CodesFileUnreadable):
    code = "too_many_codes"


_UNREADABLE: dict[str, type[CodesFileUnreadable]] = {
    "nothing": CodesFileEmpty,
    "empty": CodesFileEmpty,
    "no_columns": CodesHeaderMissing,
    "unknown_columns": CodesHeaderMissing,
    "repeated_columns": CodesHeaderMissing,
    "long": TooManyCodes,
}


class CodesFileBroken(RowsBroken):
    """A file of codes with broken rows: nothing of it is imported. The class says what the first of them has."""

    code = "codes_file_broken"
    family = "codes_row"

    @classmethod
    def of(cls, errors: Sequence[Wrong]) -> RowsBroken:
        kind = _BROKEN.get(errors[0].code, CodesFileBroken)
        return kind(retry_after_s=None, errors=(), errors_total=len(errors), **named_errors(errors))


class CodesRowColumns(CodesFileBroken):
    code = "codes_row_columns"


class CodesRowForm(CodesFileBroken):
    code = "codes_row_form"


class CodesRowRepeated(CodesFileBroken):
    code = "codes_row_repeated"


class CodesRowKnown(CodesFileBroken):
    code = "codes_row_known"


_BROKEN: dict[str, type[CodesFileBroken]] = {
    "columns": CodesRowColumns,
    "form": CodesRowForm,
    "control": CodesRowForm,
    "scientific": CodesRowForm,
    "digits_lost": CodesRowForm,
    "error": CodesRowForm,
    "repeated": CodesRowRepeated,
    "known": CodesRowKnown,
}


class RewardSuspended(Refusal):
    """The merchant is on the black list: nothing is sold, and vouchers that were issued stay good."""

    status, code = 409, "reward_suspended"
