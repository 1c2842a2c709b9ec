"""The text a citizen consents to when they let a partner report them; a grant keeps the version it was given under."""

from __future__ import annotations

CONSENT_VERSION = "2026.1"
"""Changed with every change of the text below: the text that a citizen agreed to must stay known."""

_ZH = (
    "我同意 {partner} 将我的下列低碳行为（时间、数量和必要参数）提供给本平台，用于计算减排量和积分：{methods}。"
    "本平台只保存我在 {partner} 的用户编号用于对应记录，不用于其他目的，不向第三方提供。"
    "我可以随时撤回授权；撤回后立即停止接收新的记录，已记入的记录保留在我的账户中，注销账户时编号即被删除。"
)
_EN = (
    "I agree that {partner} tells this service which of these low-carbon actions I did, when and how much: "
    "{methods}. It is used to compute reductions and points and for nothing else, and is passed on to nobody. Of my "
    "account at {partner} its number alone is kept, to know which records are mine. I may withdraw at any time: "
    "nothing new is taken from that moment on, what was recorded stays in my account, and the number is destroyed "
    "with the account."
)


def consent_text(partner_zh: str, partner_en: str, methods_zh: str, methods_en: str) -> tuple[str, str]:
    """The consent text in Chinese and in English."""
    return (
        _ZH.format(partner=partner_zh, methods=methods_zh),
        _EN.format(partner=partner_en, methods=methods_en),
    )
