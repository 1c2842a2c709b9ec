"""All refusals, as a tree of classes without any HTTP library.

The status says whose mistake it is: 4xx the caller's, 409 our rules, 503 nothing was written, 500 our bug.
Each class has a stable `code` for machines and a sentence in both languages for people.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """A refused request, with the reason.

    `detail` may be formatted with keyword arguments; both languages take the same ones.
    `retry_after_s` is sent as Retry-After when it is not None.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    title_zh: ClassVar[str] = "请求被拒绝"
    title_en: ClassVar[str] = "The request was refused"
    detail_zh: ClassVar[str] = ""
    detail_en: ClassVar[str] = ""
    retry_after_s: float | None = None

    def __init__(self, *, retry_after_s: float | None = None, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts
        if retry_after_s is not None:
            self.retry_after_s = retry_after_s

    def title(self, language: str) -> str:
        return self.title_zh if language == "zh-CN" else self.title_en

    def detail(self, language: str) -> str:
        text = self.detail_zh if language == "zh-CN" else self.detail_en
        return text.format(**self.facts) if text else self.title(language)

    def __str__(self) -> str:
        return self.detail("en")


# -- 400 and 422: the message is yours to change --------------------------------------------------


class MalformedBody(Refusal):
    status, code = 400, "malformed_json"
    title_zh, title_en = "请求体不是有效的 JSON", "The body is not valid JSON"
    detail_zh, detail_en = "{reason}", "{reason}"


class InvalidBody(Refusal):
    status, code = 422, "invalid_body"
    title_zh, title_en = "请求内容不符合要求", "The body does not fit"
    detail_zh, detail_en = "字段有误：{reason}", "{reason}"


class InvalidQuery(Refusal):
    status, code = 422, "invalid_query"
    title_zh, title_en = "查询参数不符合要求", "A query parameter does not fit"
    detail_zh, detail_en = "参数 {name} 有误：{reason}", "Parameter {name}: {reason}"


class BodyTooLarge(Refusal):
    status, code = 413, "body_too_large"
    title_zh, title_en = "请求体过大", "The body is too large"
    detail_zh, detail_en = "请求体最大 {bytes_max} 字节。", "A body may have {bytes_max} bytes at most."


class UnsupportedMediaType(Refusal):
    status, code = 415, "unsupported_media_type"
    title_zh, title_en = "不支持这种媒体类型", "The media type is not taken here"
    detail_zh, detail_en = "请使用 {media_types}。", "Send {media_types}."


class IdempotencyKeyMissing(Refusal):
    status, code = 400, "idempotency_key_missing"
    title_zh, title_en = "缺少 Idempotency-Key", "The Idempotency-Key header is missing"
    detail_zh = "请为每个新请求生成一个 Idempotency-Key，并在重试时保持不变。"
    detail_en = "Make one Idempotency-Key per new request, and keep it when you retry."


class IdempotencyKeyMalformed(Refusal):
    status, code = 400, "idempotency_key_malformed"
    title_zh, title_en = "Idempotency-Key 格式不正确", "The Idempotency-Key is malformed"
    detail_zh, detail_en = "须为 1–64 个可见 ASCII 字符。", "It takes 1 to 64 visible ASCII characters."


class IdempotencyKeyReused(Refusal):
    status, code = 422, "idempotency_key_reused"
    title_zh, title_en = "Idempotency-Key 已用于另一请求", "The Idempotency-Key was used for another request"
    detail_zh = "同一个 Idempotency-Key 不能用于内容不同的请求；本次未写入任何内容。"
    detail_en = "The same key came with another body before. Nothing was written this time."


# -- 401 and 403 ----------------------------------------------------------------------------------


class NotSignedIn(Refusal):
    status, code = 401, "not_signed_in"
    title_zh, title_en = "请先登录", "Sign in first"


class TokenInvalid(Refusal):
    status, code = 401, "token_invalid"
    title_zh, title_en = "登录凭证无效", "The access token is not valid"


class TokenExpired(Refusal):
    status, code = 401, "token_expired"
    title_zh, title_en = "登录已过期，请刷新", "The access token has expired; refresh it"


class SessionRevoked(Refusal):
    status, code = 401, "session_revoked"
    title_zh, title_en = "该登录已被退出", "This session was ended"


class RefreshTokenInvalid(Refusal):
    status, code = 401, "refresh_token_invalid"
    title_zh, title_en = "刷新凭证无效，请重新登录", "The refresh token is not valid; sign in again"


class WrongCredentials(Refusal):
    status, code = 401, "wrong_credentials"
    title_zh, title_en = "用户名或密码不正确", "The user name or the password is wrong"


class ProviderUnknown(Refusal):
    status, code = 422, "provider_unknown"
    title_zh, title_en = "不支持这种登录方式", "This way of signing in is not offered"
    detail_zh, detail_en = "不支持 {provider}。", "{provider} is not offered here."


class RoleForbidden(Refusal):
    status, code = 403, "role_forbidden"
    title_zh, title_en = "您的身份不能执行此操作", "Your role may not do this"
    detail_zh, detail_en = "需要的身份：{roles}。", "It takes one of these roles: {roles}."


class TooManySignIns(Refusal):
    status, code = 429, "too_many_sign_ins"
    title_zh, title_en = "登录失败次数过多，请稍后再试", "Too many failed sign-ins; try again later"


class TooManyAtOnce(Refusal):
    status, code = 429, "too_many_at_once"
    title_zh, title_en = "您同时发送的请求过多，请稍候", "You sent too many requests at once; wait a moment"
    retry_after_s = 1.0


# -- 404 to 409: our rules ------------------------------------------------------------------------


class NotFound(Refusal):
    status, code = 404, "not_found"
    title_zh, title_en = "没有找到", "Not found"


class MethodNotAllowed(Refusal):
    status, code = 405, "method_not_allowed"
    title_zh, title_en = "该地址不支持此方法", "This address does not take this method"


class EventNotFound(NotFound):
    code = "event_not_found"
    title_zh, title_en = "没有这个活动", "There is no such event"


class GateNotFound(NotFound):
    code = "gate_not_found"
    title_zh, title_en = "活动没有这个入口", "The event has no such gate"


class CertificateNotFound(NotFound):
    code = "certificate_not_found"
    title_zh, title_en = "没有这个证书编号", "There is no certificate with this number"


class MethodNotFound(NotFound):
    code = "method_not_found"
    title_zh, title_en = "没有这种低碳行为", "There is no such method"


class FactorNotFound(NotFound):
    code = "factor_not_found"
    title_zh, title_en = "没有这个排放因子", "There is no such factor"


class BatchNotFound(NotFound):
    code = "credit_batch_not_found"
    title_zh, title_en = "没有这个碳信用批次", "There is no such credit batch"


# -- codes: each with a sentence for the attendee at the gate ---------------------------------------


class CodeMalformed(Refusal):
    status, code = 422, "code_malformed"
    title_zh, title_en = "这不是本系统的二维码", "This is not one of our QR codes"


class CodeForged(Refusal):
    status, code = 422, "code_forged"
    title_zh, title_en = "二维码校验失败", "The code's check failed"


class CodeExpired(Refusal):
    status, code = 409, "code_expired"
    title_zh, title_en = "二维码已过期，请重新扫描屏幕", "The code has expired; scan the screen again"


class CodeForeign(Refusal):
    status, code = 409, "code_foreign"
    title_zh, title_en = "这个二维码不属于本活动", "The code belongs to no event here"


class BadgeUnknown(Refusal):
    status, code = 409, "badge_unknown"
    title_zh, title_en = "没有登记这张胸牌", "This badge was never issued"


class BadgeRevoked(Refusal):
    status, code = 409, "badge_revoked"
    title_zh, title_en = "这张胸牌已作废", "This badge was revoked"


class BadgeBound(Refusal):
    status, code = 409, "badge_bound"
    title_zh, title_en = "这张胸牌已由他人使用", "This badge belongs to somebody else"


class EventNotRunning(Refusal):
    status, code = 409, "event_not_running"
    title_zh, title_en = "活动未在进行中", "The event is not running"


class PointsPaymentClosed(Refusal):
    status, code = 409, "points_payment_closed"
    title_zh, title_en = "本活动未开放积分支付", "This event does not take points for offsets"


# -- actions ---------------------------------------------------------------------------------------


class TimeOutOfRange(Refusal):
    status, code = 422, "time_out_of_range"
    title_zh, title_en = "时间不在允许范围内", "The time is out of range"
    detail_zh = "发生时间不得晚于现在，且不得早于 {days_max} 天前。"
    detail_en = "It may not lie in the future, nor more than {days_max} days ago."


class EvidenceUnsupported(Refusal):
    status, code = 422, "evidence_unsupported"
    title_zh, title_en = "该凭证等级不能由本人申报", "This evidence tier cannot be claimed by the caller"
    detail_zh = "{tier} 须由数据来源方提供；本人打卡为 E5，扫描现场二维码为 E3。"
    detail_en = "{tier} comes from its data source; a self check-in is E5, a venue's code gives E3."


# -- administration --------------------------------------------------------------------------------


class SlugTaken(Refusal):
    status, code = 409, "slug_taken"
    title_zh, title_en = "该活动标识已被使用", "An event with this slug exists"


class TransitionIllegal(Refusal):
    status, code = 409, "transition_illegal"
    title_zh, title_en = "活动状态不能这样变更", "The event cannot go from this state to that one"
    detail_zh, detail_en = "不能从 {from_state} 变为 {to_state}。", "Not from {from_state} to {to_state}."


class RetirementEntered(Refusal):
    status, code = 409, "retirement_entered"
    title_zh, title_en = "这笔注销已经登记", "This retirement was entered before"


class BatchOverassigned(Refusal):
    status, code = 409, "credit_batch_overassigned"
    title_zh, title_en = "该批次余量不足", "The batch has not that much left"
    detail_zh, detail_en = "该批次尚可分配 {grams_left} 克。", "It has {grams_left} g left to assign."


class EventClosed(Refusal):
    status, code = 409, "event_closed"
    title_zh, title_en = "活动已结束，不能再修改", "The event has ended and takes no more changes"


class BadgeLimit(Refusal):
    status, code = 409, "badge_limit"
    title_zh, title_en = "胸牌数量达到上限", "The event has as many badges as it may"


# -- 503: nothing was written, try again -----------------------------------------------------------


class Busy(Refusal):
    status, code = 503, "busy"
    title_zh, title_en = "人太多了，请稍候自动重试", "Too many at once; try again in a moment"
    retry_after_s = 1.0


class Stopping(Refusal):
    status, code = 503, "stopping"
    title_zh, title_en = "服务正在重启，请稍候重试", "The service is restarting; try again in a moment"
    retry_after_s = 1.0


class DatabaseUnavailable(Refusal):
    status, code = 503, "database_unavailable"
    title_zh, title_en = "数据库暂不可用，未写入任何内容", "The database is away; nothing was written"
    retry_after_s = 2.0


class OutcomeUnknown(Refusal):
    """The connection broke during COMMIT, and the database did not answer again in time."""

    status, code = 503, "outcome_unknown"
    title_zh, title_en = "结果尚不确定，请原样重试", "The outcome is not known; send the same request again"
    detail_zh = "原样重试是安全的：若已写入，将返回同一结果。"
    detail_en = "Repeating it is safe: if it was written, you get the first answer."
    retry_after_s = 2.0


class TooManyStreams(Refusal):
    status, code = 503, "too_many_streams"
    title_zh, title_en = "实时连接数已满", "Too many live streams are open"
    retry_after_s = 5.0


class InternalError(Refusal):
    status, code = 500, "internal_error"
    title_zh, title_en = "服务器内部错误", "Something is wrong on our side"
    detail_zh, detail_en = "错误已记录。", "It was recorded."
