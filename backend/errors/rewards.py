"""Refusals about rewards, merchants and their devices."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class RewardNotFound(NotFound):
    code = "reward_not_found"
    title_zh, title_en = "没有这个奖励", "There is no such reward"


class RedemptionNotFound(NotFound):
    code = "redemption_not_found"
    title_zh, title_en = "没有这笔兑换", "There is no such redemption"


class RedemptionWithoutPicture(NotFound):
    code = "redemption_without_picture"
    title_zh, title_en = "这笔兑换没有可出示的二维码", "This redemption has nothing to show"


class VoucherNotFound(NotFound):
    code = "voucher_not_found"
    title_zh, title_en = "没有这张券", "There is no such voucher"
    detail_zh, detail_en = "该券码不存在，或不属于本商户。", "No voucher of this merchant has this code."


class MerchantNotFound(NotFound):
    code = "merchant_not_found"
    title_zh, title_en = "没有这个商户", "There is no such merchant"


class DeviceNotFound(NotFound):
    code = "device_not_found"
    title_zh, title_en = "没有这台设备", "There is no such device"


# -- redeeming ------------------------------------------------------------------------------------------


class RewardNotOpen(Refusal):
    status, code = 409, "reward_not_open"
    title_zh, title_en = "该奖励现在不能兑换", "The reward cannot be redeemed now"


class RewardNotOpenYet(RewardNotOpen):
    code = "reward_not_open_yet"
    title_zh, title_en = "兑换尚未开始", "Redeeming has not begun"
    detail_zh, detail_en = "将于 {opens_at} 开始。", "It begins at {opens_at}."


class RewardOver(RewardNotOpen):
    code = "reward_over"
    title_zh, title_en = "兑换已经结束", "Redeeming is over"
    detail_zh, detail_en = "已于 {closes_at} 结束。", "It ended at {closes_at}."


class RewardSoldOut(Refusal):
    status, code = 409, "reward_sold_out"
    title_zh, title_en = "已经兑完", "Sold out"
    detail_zh, detail_en = "未扣除任何积分。", "No points were taken."


class RewardLimitReached(Refusal):
    status, code = 409, "reward_limit_reached"
    title_zh, title_en = "已达每人兑换上限", "You have redeemed as many as one person may"
    detail_zh, detail_en = "每人最多兑换 {per_person_max} 份。", "One person may redeem {per_person_max}."


class RewardPriceChanged(Refusal):
    status, code = 409, "reward_price_changed"
    title_zh, title_en = "所需积分已变动", "The price has changed"
    detail_zh = "现在需要 {cost_points} 分；未扣除任何积分。"
    detail_en = "Its cost in points is {cost_points} now. No points were taken."


# -- cancelling -----------------------------------------------------------------------------------------


class RedemptionFinal(Refusal):
    status, code = 409, "redemption_final"
    title_zh, title_en = "该兑换不能撤销", "This redemption is final"
    detail_zh = "公益捐赠和已经显示的兑换码不能退回。"
    detail_en = "A donation, and a code that has been shown, cannot be given back."


class RedemptionCancelled(Refusal):
    status, code = 409, "redemption_cancelled"
    title_zh, title_en = "该兑换已经撤销", "This redemption was cancelled before"


# -- vouchers -------------------------------------------------------------------------------------------


class DeviceTokenInvalid(Refusal):
    status, code = 401, "device_token_invalid"
    title_zh, title_en = "核销设备凭证无效", "The device's token is not valid"
    detail_zh = "凭证不存在或已吊销，请联系运营方。"
    detail_en = "It is unknown or was revoked; ask the operator for another."


class MerchantClosed(Refusal):
    status, code = 409, "merchant_closed"
    title_zh, title_en = "商户已停止核销", "The merchant verifies no vouchers any more"


class VoucherUsed(Refusal):
    status, code = 409, "voucher_used"
    title_zh, title_en = "该券已核销", "The voucher has been used"
    detail_zh, detail_en = "已于 {used_at} 核销。", "It was used at {used_at}."


class VoucherExpired(Refusal):
    status, code = 409, "voucher_expired"
    title_zh, title_en = "该券已过期", "The voucher has expired"
    detail_zh, detail_en = "有效期至 {expires_at}。", "It was good until {expires_at}."


class VoucherCancelled(Refusal):
    status, code = 409, "voucher_cancelled"
    title_zh, title_en = "该券已撤销", "The voucher was cancelled"
    detail_zh, detail_en = "持券人已退回该兑换。", "Its holder gave the redemption back."


# -- administration -------------------------------------------------------------------------------------


class RewardSlugTaken(Refusal):
    status, code = 409, "reward_slug_taken"
    title_zh, title_en = "该奖励标识已被使用", "A reward with this slug exists"


class MerchantCodeTaken(Refusal):
    status, code = 409, "merchant_code_taken"
    title_zh, title_en = "该商户标识已被使用", "A merchant with this code exists"


class StockBelowSold(Refusal):
    status, code = 409, "stock_below_sold"
    title_zh, title_en = "库存不能少于已兑换数量", "The stock cannot be less than what was redeemed"
    detail_zh, detail_en = "已兑换 {sold} 份。", "{sold} were redeemed."


class StockFollowsCodes(Refusal):
    status, code = 409, "stock_follows_codes"
    title_zh, title_en = "该奖励的库存由兑换码决定", "This reward's stock is the number of its codes"
    detail_zh, detail_en = "请导入或生成兑换码。", "Import or generate codes instead."


class RewardTakesNoCodes(Refusal):
    status, code = 409, "reward_takes_no_codes"
    title_zh, title_en = "该奖励不使用兑换码", "This reward hands out no codes"


class CodesFileBroken(Refusal):
    """A file of codes with a broken row: nothing of it is imported."""

    status, code = 422, "codes_file_broken"
    title_zh, title_en = "兑换码文件有误，未导入任何内容", "The file of codes is broken; nothing was imported"
    detail_zh = "第 {row} 行有误；共 {broken} 行有误。"
    detail_en = "Row {row} is broken; broken rows in all: {broken}."


class CodesFileEmpty(CodesFileBroken):
    code = "codes_file_empty"
    detail_zh, detail_en = "文件中没有兑换码。", "There is no code in it."


class CodesNotText(CodesFileBroken):
    code = "codes_not_text"
    detail_zh, detail_en = "第 {row} 行不是 UTF-8 编码的文本。", "Row {row} is not text in UTF-8."


class CodesHeaderMissing(CodesFileBroken):
    code = "codes_header_missing"
    detail_zh, detail_en = "第 1 行须为列名 code。", "Row 1 must be the column's name, code."


class TooManyCodes(CodesFileBroken):
    code = "too_many_codes"
    detail_zh, detail_en = "一次最多 {codes_max} 个兑换码。", "{codes_max} codes at most at once."


class CodesRowColumns(CodesFileBroken):
    code = "codes_row_columns"
    detail_zh = "第 {row} 行有 {columns} 列，应为 1 列；共 {broken} 行有误。"
    detail_en = "Row {row} has {columns} columns instead of one; broken rows in all: {broken}."


class CodesRowForm(CodesFileBroken):
    code = "codes_row_form"
    detail_zh = "第 {row} 行不是 4–64 个不含空格的可见 ASCII 字符；共 {broken} 行有误。"
    detail_en = (
        "Row {row} is not 4 to 64 visible ASCII characters without a space; broken rows in all: {broken}."
    )


class CodesRowRepeated(CodesFileBroken):
    code = "codes_row_repeated"
    detail_zh = "第 {row} 行与第 {first_row} 行的兑换码相同；共 {broken} 行有误。"
    detail_en = "Row {row} has the same code as row {first_row}; broken rows in all: {broken}."


class CodesRowKnown(CodesFileBroken):
    code = "codes_row_known"
    detail_zh = "第 {row} 行的兑换码早已导入；共 {broken} 行如此。"
    detail_en = "The code in row {row} was imported before; rows with such codes in all: {broken}."
