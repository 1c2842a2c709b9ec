"""Refusals that begin at WeChat, in our words and with our statuses."""

from __future__ import annotations

from backend.errors import Refusal


class WeChatCodeInvalid(Refusal):
    status = 401
    code = "wx_code_invalid"


class WeChatRateLimited(Refusal):
    status = 429
    code = "wx_rate_limited"
    # The limit is counted per user and minute, so retries need no spreading: a plain minute is right.
    retry_after_s = 60.0


class WeChatUserBlocked(Refusal):
    status = 403
    code = "wx_user_blocked"


class WeChatBusy(Refusal):
    status = 503
    code = "wx_busy"


class WeChatUnavailable(Refusal):
    status = 503
    code = "wx_unavailable"


class WeChatMisconfigured(Refusal):
    status = 500
    code = "wx_misconfigured"


WECHAT_REFUSALS: tuple[type[Refusal], ...] = (
    WeChatCodeInvalid,
    WeChatRateLimited,
    WeChatUserBlocked,
    WeChatBusy,
    WeChatUnavailable,
    WeChatMisconfigured,
)
