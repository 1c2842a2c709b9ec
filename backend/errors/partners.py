"""Refusals about partners: signed requests, their items, bindings, grants, administration."""

from __future__ import annotations

from backend.errors import NotFound, Refusal

# -- a signed request as a whole -------------------------------------------------------------------


class NotSigned(Refusal):
    """A request that is not signed by a partner."""

    status, code = 401, "partner_not_signed"
    title_zh, title_en = "请求未签名", "The request is not signed"
    detail_zh = "需要请求头 X-Partner、X-Key、X-Timestamp（Unix 秒）和 X-Signature（64 位小写十六进制）。"
    detail_en = (
        "It takes the headers X-Partner, X-Key, X-Timestamp (Unix seconds) and X-Signature "
        "(64 lower-case hexadecimal digits)."
    )


class PartnerClock(NotSigned):
    code = "partner_clock"
    title_zh, title_en = "请求时间与服务器时间相差过大", "The request's time is too far from ours"
    detail_zh = (
        "服务器时间为 {server_time}（Unix 秒 {server_s}），允许相差 {seconds_max} 秒；请校准时钟后重新签名。"
    )
    detail_en = (
        "It is {server_time} here (Unix second {server_s}) and {seconds_max} s of difference are allowed; "
        "set the clock and sign again."
    )


class SignatureWrong(NotSigned):
    code = "partner_signature"
    title_zh, title_en = "签名不正确", "The signature is wrong"
    detail_zh = "合作方、密钥编号或签名不匹配；签名须覆盖时间、方法、路径和请求体的原始字节。"
    detail_en = (
        "Partner, key id and signature do not belong together; the signature covers the time, the method, "
        "the path and the very bytes of the body."
    )


class PartnerKeyNotValid(NotSigned):
    code = "partner_key_not_valid"
    title_zh, title_en = "签名密钥不在有效期内", "The key is not valid at this time"
    detail_zh, detail_en = (
        "密钥 {key} 已停用或尚未生效。",
        "The key {key} was ended, or its time has not come.",
    )


class PartnerClosed(Refusal):
    status, code = 403, "partner_closed"
    title_zh, title_en = "该合作方的接入已关闭", "This partner's access is closed"


# -- one item of many ------------------------------------------------------------------------------


class InvalidItem(Refusal):
    status, code = 422, "invalid_item"
    title_zh, title_en = "该条内容不符合要求", "The item does not fit"
    detail_zh, detail_en = "字段有误：{reason}", "{reason}"


class MethodNotAgreed(Refusal):
    status, code = 403, "method_not_agreed"
    title_zh, title_en = "合作方未获准上报这种行为", "The partner may not report this method"
    detail_zh, detail_en = "可上报：{methods}。", "It may report: {methods}."


class TripEndsWrong(Refusal):
    status, code = 422, "trip_ends_wrong"
    title_zh, title_en = "结束时间不正确", "The end does not fit the start"
    detail_zh = "ended_at 须晚于 occurred_at，且不得晚于现在，最长 {hours_max} 小时。"
    detail_en = "ended_at lies after occurred_at, not in the future, {hours_max} hours after it at most."


class GrantWithdrawn(Refusal):
    status, code = 409, "grant_withdrawn"
    title_zh, title_en = "本人已撤回授权", "The person withdrew their consent"


# -- bindings and grants ---------------------------------------------------------------------------


class BindingRepeated(Refusal):
    status, code = 409, "binding_repeated"
    title_zh, title_en = "该签名请求已使用过", "This signed request was used before"
    detail_zh = "同一签名只能换取一个绑定码；请以新的时间重新签名。"
    detail_en = "One signature brings one binding code; sign again with a new time."


class BindingCodeInvalid(Refusal):
    status, code = 422, "binding_code_invalid"
    title_zh, title_en = "绑定码无效或已过期", "The binding code is not valid, or no longer"
    detail_zh = "请在合作方重新获取绑定码，{minutes} 分钟内使用一次。"
    detail_en = "Get a new one from the partner; it can be used once, within {minutes} minutes."


class ConsentOutdated(Refusal):
    status, code = 409, "consent_outdated"
    title_zh, title_en = "授权书已更新，请重新阅读", "The consent text has changed; read it again"
    detail_zh, detail_en = "现行版本为 {version}。", "The version in force is {version}."


class SubjectBound(Refusal):
    status, code = 409, "subject_bound"
    title_zh, title_en = "该合作方账号已绑定其他用户", "This partner's account is bound to somebody else"
    detail_zh = "请先在原账号撤回授权。"
    detail_en = "Withdraw the consent there first."


class SourceGranted(Refusal):
    status, code = 409, "source_granted"
    title_zh, title_en = "您已授权该合作方的另一账号", "You have bound another account of this partner"
    detail_zh, detail_en = "请先撤回原授权。", "Withdraw that consent first."


class SourceClosed(Refusal):
    status, code = 409, "source_closed"
    title_zh, title_en = "该合作方暂停接入", "This partner takes part no longer"


class GrantNotFound(NotFound):
    code = "grant_not_found"
    title_zh, title_en = "没有这项授权", "There is no such grant"


# -- administration --------------------------------------------------------------------------------


class PartnerNotFound(NotFound):
    code = "partner_not_found"
    title_zh, title_en = "没有这个合作方", "There is no such partner"


class PartnerKeyNotFound(NotFound):
    code = "partner_key_not_found"
    title_zh, title_en = "没有这个密钥", "There is no such key"


class PartnerCodeTaken(Refusal):
    status, code = 409, "partner_code_taken"
    title_zh, title_en = "该合作方标识已被使用", "A partner with this code exists"


class PartnerMethodUnknown(Refusal):
    status, code = 422, "partner_method_unknown"
    title_zh, title_en = "没有这种低碳行为", "There is no such method"
    detail_zh, detail_en = "未知的行为：{methods}。", "Unknown: {methods}."


class PartnerKeyLimit(Refusal):
    status, code = 409, "partner_key_limit"
    title_zh, title_en = "有效密钥数量达到上限", "The partner has as many keys as it may"
    detail_zh = "最多同时 {keys_max} 个；请先停用旧密钥。"
    detail_en = "{keys_max} at a time; end an old one first."


class PartnerKeyEnded(Refusal):
    status, code = 409, "partner_key_ended"
    title_zh, title_en = "该密钥已停用", "This key has ended already"
