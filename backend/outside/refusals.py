"""Refusals that begin at WeChat, in our words and with our statuses."""

from __future__ import annotations

from backend.errors import Refusal


class WeChatCodeInvalid(Refusal):
    status = 401
    code = "wx_code_invalid"
    title_zh = "微信登录凭证无效"
    title_en = "The WeChat sign-in code is not valid"
    detail_zh = "登录凭证无效、已使用或已超过五分钟。请重新调用 wx.login 获取新的凭证后再试。"
    detail_en = (
        "The code is wrong, was used before, or is older than five minutes. "
        "Call wx.login again and send the new code."
    )


class WeChatRateLimited(Refusal):
    status = 429
    code = "wx_rate_limited"
    title_zh = "微信登录过于频繁"
    title_en = "Too many WeChat sign-ins"
    detail_zh = "微信限制每位用户每分钟登录一百次。请一分钟后再试。"
    detail_en = "WeChat allows each user one hundred sign-ins a minute. Try again in a minute."
    # The limit is counted per user and minute, so retries need no spreading: a plain minute is right.
    retry_after_s = 60.0


class WeChatUserBlocked(Refusal):
    status = 403
    code = "wx_user_blocked"
    title_zh = "微信拦截了此次登录"
    title_en = "WeChat blocked this sign-in"
    detail_zh = "微信将此账号判定为高风险用户，暂不允许登录。请在微信中检查账号状态。"
    detail_en = (
        "WeChat rates this account as high-risk and does not let it sign in. Check the account in WeChat."
    )


class WeChatBusy(Refusal):
    status = 503
    code = "wx_busy"
    title_zh = "微信系统繁忙"
    title_en = "WeChat is busy"
    detail_zh = "微信暂时无法处理登录请求，登录凭证尚未使用。请稍后用同一凭证重试。"
    detail_en = "WeChat cannot take the sign-in now; the code was not used. Send the same code again shortly."


class WeChatUnavailable(Refusal):
    status = 503
    code = "wx_unavailable"
    title_zh = "暂时无法连接微信"
    title_en = "WeChat cannot be reached"
    detail_zh = "未能从微信得到有效答复，登录凭证可能已被使用。请稍后重新调用 wx.login 再试。"
    detail_en = (
        "WeChat gave no usable answer, and the code may be spent. Call wx.login again and retry shortly."
    )


class WeChatMisconfigured(Refusal):
    status = 500
    code = "wx_misconfigured"
    title_zh = "微信登录配置有误"
    title_en = "WeChat sign-in is set up wrongly"
    detail_zh = "本服务的微信登录配置有误，错误已记录。重试无法解决，请联系管理员。"
    detail_en = (
        "This service's WeChat set-up is wrong; it is recorded. Retrying will not help: tell the operator."
    )


WECHAT_REFUSALS: tuple[type[Refusal], ...] = (
    WeChatCodeInvalid,
    WeChatRateLimited,
    WeChatUserBlocked,
    WeChatBusy,
    WeChatUnavailable,
    WeChatMisconfigured,
)
