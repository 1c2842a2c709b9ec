"""Refusals about scanning devices. A refused scan at a gate is an answer: domain/gates/gate_rules.py."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class ScanDeviceNotFound(NotFound):
    code = "scan_device_not_found"
    title_zh, title_en = "没有这台扫描设备", "There is no such scanning device"


class ScannerTokenInvalid(Refusal):
    status, code = 401, "scanner_token_invalid"
    title_zh, title_en = "扫描设备凭证无效", "The scanning device's token is not valid"
    detail_zh, detail_en = "请重新接入本设备。", "Let this device in again with a new onboarding code."


class ScannerRevoked(Refusal):
    status, code = 401, "device_revoked"
    title_zh, title_en = "本扫描设备已停用", "This scanning device was revoked"
    detail_zh = "不能再扫描；24 小时内仍可上传离线记录。"
    detail_en = "It scans no more; what it queued offline can still be sent within 24 hours."


class OnboardingInvalid(Refusal):
    status, code = 401, "onboarding_code_invalid"
    title_zh, title_en = "接入码无效", "The onboarding code is not valid"
    detail_zh = "接入码只能使用一次，10 分钟内有效；请工作人员重新生成。"
    detail_en = "It works once, within 10 minutes; ask the organiser for a new one."


class GateScanNotFound(NotFound):
    code = "gate_scan_not_found"
    title_zh, title_en = "本设备没有这次扫描", "This device made no such scan"


class ScanIdReused(Refusal):
    status, code = 409, "scan_id_reused"
    title_zh, title_en = "扫描编号已用于另一次扫描", "The scan id was used for another scan"
    detail_zh = "同一个 id 不能用于内容不同的扫描；本次未写入任何内容。"
    detail_en = "The same id came with another code, gate or direction before. Nothing was written this time."


class AnnulmentRefused(Refusal):
    status, code = 409, "annulment_refused"
    title_zh, title_en = "这次扫描不能撤销", "The scan cannot be annulled"


class AnnulmentLate(AnnulmentRefused):
    code = "annulment_late"
    title_zh, title_en = "已超过撤销时限", "It is too late to annul the scan"
    detail_zh, detail_en = "只能在 {minutes_max} 分钟内撤销。", "It can be done within {minutes_max} minutes."


class AnnulmentSuperseded(AnnulmentRefused):
    code = "annulment_superseded"
    title_zh, title_en = "之后还有这张胸牌的扫描", "The badge was scanned again since"
    detail_zh, detail_en = (
        "只能撤销一张胸牌的最后一次扫描。",
        "Only the last scan of a badge can be annulled.",
    )


class AnnulmentWithoutEffect(AnnulmentRefused):
    code = "annulment_without_effect"
    title_zh, title_en = "这次扫描没有放行任何人", "The scan let nobody through"
    detail_zh, detail_en = "没有可撤销的内容。", "There is nothing to annul."
