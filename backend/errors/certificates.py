"""Refusals of the transparency log and of certificates."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class LogEmpty(NotFound):
    code = "log_empty"
    title_zh, title_en = "日志尚无签名树头", "The log has no signed head yet"
    detail_zh = "第一批记录封存后即可查询，通常在一分钟之内。"
    detail_en = "There is one as soon as the first entries are sealed, usually within a minute."


class LogEntryNotFound(NotFound):
    code = "log_entry_not_found"
    title_zh, title_en = "日志中没有这条记录", "There is no such entry in the log"
    detail_zh = "若证书刚刚签发，请在一分钟后再试。"
    detail_en = "If the certificate was issued just now, ask again in a minute."


class LogSizeUnknown(Refusal):
    status, code = 422, "log_size_unknown"
    title_zh, title_en = "日志没有这个大小", "The log never had this size"
    detail_zh = "大小须在 {size_min} 与 {size_max} 之间。"
    detail_en = "A size lies between {size_min} and {size_max}."


class CertificateNameBlank(Refusal):
    status, code = 422, "certificate_name_blank"
    title_zh, title_en = "姓名不能为空", "The name is blank"
    detail_zh = "姓名为 1–40 个可见字符。"
    detail_en = "A name has 1 to 40 visible characters."


class CertificateNameNeedsConsent(Refusal):
    status, code = 422, "certificate_name_needs_consent"
    title_zh, title_en = "需要您的同意", "Your consent is needed"
    detail_zh = "姓名会公开显示在证书上；请以 consent: true 表示同意，随时可以撤回。"
    detail_en = (
        "The name is shown in public on the certificate: say consent: true. It can be taken off any time."
    )
