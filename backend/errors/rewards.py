"""Refusals about rewards, merchants and their devices."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


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


class CodesFileBroken(Refusal):
    """A file of codes with a broken row: nothing of it is imported."""

    status, code = 422, "codes_file_broken"


class CodesFileEmpty(CodesFileBroken):
    code = "codes_file_empty"


class CodesNotText(CodesFileBroken):
    code = "codes_not_text"


class CodesHeaderMissing(CodesFileBroken):
    code = "codes_header_missing"


class TooManyCodes(CodesFileBroken):
    code = "too_many_codes"


class CodesRowColumns(CodesFileBroken):
    code = "codes_row_columns"


class CodesRowForm(CodesFileBroken):
    code = "codes_row_form"


class CodesRowRepeated(CodesFileBroken):
    code = "codes_row_repeated"


class CodesRowKnown(CodesFileBroken):
    code = "codes_row_known"
