"""Refusals of steps from WeRun."""

from __future__ import annotations

from backend.errors import Refusal


class DecryptFailed(Refusal):
    """One refusal for every error inside a payload: the failed step would help an attacker who guesses its content."""

    status, code = 400, "decrypt_failed"
    title_zh, title_en = "步数数据无法解密", "The steps cannot be decrypted"
    detail_zh = "请重新调用 wx.login 登录，再调用 wx.getWeRunData 取得新的数据后重试。"
    detail_en = "Sign in again with wx.login, get fresh data with wx.getWeRunData, and send that."


class SessionKeyMalformed(Refusal):
    status, code = 409, "session_key_malformed"
    title_zh, title_en = "会话密钥格式不正确", "The session key is malformed"
    detail_zh, detail_en = "请重新调用 wx.login 登录。", "Sign in again with wx.login."


class SessionKeyStale(Refusal):
    status, code = 409, "session_key_stale"
    title_zh, title_en = "会话密钥已失效", "The session key is no longer there"
    detail_zh = "请重新调用 wx.login 登录，再调用 wx.getWeRunData 取得新的数据后重试。"
    detail_en = "Sign in again with wx.login, get fresh data with wx.getWeRunData, and send that."


class WatermarkAppidMismatch(Refusal):
    status, code = 400, "watermark_appid_mismatch"
    title_zh, title_en = "数据属于另一个小程序", "The data belong to another mini-program"


class WatermarkExpired(Refusal):
    status, code = 400, "watermark_expired"
    title_zh, title_en = "步数数据已过期", "The steps are no longer fresh"
    detail_zh = "数据须在取得后 {seconds_max} 秒内提交；请重新调用 wx.getWeRunData。"
    detail_en = "Send them within {seconds_max} s of getting them; call wx.getWeRunData again."


class WatermarkReplayed(Refusal):
    status, code = 409, "watermark_replayed"
    title_zh, title_en = "已收到更新的步数数据", "Newer steps were taken already"
    detail_zh = "这份数据早于已提交的数据；请重新调用 wx.getWeRunData。"
    detail_en = "These are older than what was sent before; call wx.getWeRunData again."


class StepsUnavailable(Refusal):
    status, code = 503, "steps_unavailable"
    title_zh, title_en = "暂时无法接收步数，未写入任何内容", "Steps cannot be taken now; nothing was written"
    retry_after_s = 5.0


STEPS_REFUSALS = (
    DecryptFailed,
    SessionKeyMalformed,
    SessionKeyStale,
    WatermarkAppidMismatch,
    WatermarkExpired,
    WatermarkReplayed,
    StepsUnavailable,
)
