"""The text a citizen consents to when they let a partner report them.

It is a part of the policy: with every change of `consent.partner` comes a new version, and a grant keeps its own.
"""

from __future__ import annotations

from backend.texts import say


def consent_text(partner_zh: str, partner_en: str, methods_zh: str, methods_en: str) -> tuple[str, str]:
    """The consent text in Chinese and in English."""
    return (
        say("zh-CN", "consent.partner", partner=partner_zh, methods=methods_zh),
        say("en", "consent.partner", partner=partner_en, methods=methods_en),
    )
