"""Refusals that begin at WeChat or at an identity provider, in our words and with our statuses."""

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


class WeChatQuotaSpent(Refusal):
    """The service's own quota of a day, not one citizen's: it ends at midnight in Beijing, or when WeChat raises it."""

    status = 503
    code = "wx_quota_spent"
    retry_after_s = 900.0


class WeChatSnapshot(Refusal):
    """WeChat shows a copy of the page to a made-up user until a person chooses the whole page."""

    status = 403
    code = "wx_snapshot"


class IdentityProviderUnavailable(Refusal):
    status = 503
    code = "oidc_unavailable"
    retry_after_s = 5.0


class IdentityCodeInvalid(Refusal):
    status = 401
    code = "oidc_code_invalid"


class IdentityTokenInvalid(Refusal):
    """An ID token that proves nobody: wrongly signed, for somebody else, too old, or without its parts."""

    status = 503
    code = "oidc_token_invalid"
    retry_after_s = 5.0


class IdentityProviderMisconfigured(Refusal):
    status = 500
    code = "oidc_misconfigured"


IDENTITY_PROVIDER_REFUSALS: tuple[type[Refusal], ...] = (
    IdentityProviderUnavailable,
    IdentityCodeInvalid,
    IdentityTokenInvalid,
    IdentityProviderMisconfigured,
)
WECHAT_REFUSALS: tuple[type[Refusal], ...] = (
    WeChatCodeInvalid,
    WeChatRateLimited,
    WeChatUserBlocked,
    WeChatBusy,
    WeChatUnavailable,
    WeChatMisconfigured,
    WeChatQuotaSpent,
    WeChatSnapshot,
)
