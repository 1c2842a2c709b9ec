"""The text a citizen consents to when they let a partner report them; a grant keeps the version it was given under."""

from __future__ import annotations

from backend.texts import say

CONSENT_VERSION = "2026.1"
"""Changed with every change of the text `consent.partner`: what a citizen agreed to must stay known."""


def consent_text(partner_zh: str, partner_en: str, methods_zh: str, methods_en: str) -> tuple[str, str]:
    """The consent text in Chinese and in English."""
    return (
        say("zh-CN", "consent.partner", partner=partner_zh, methods=methods_zh),
        say("en", "consent.partner", partner=partner_en, methods=methods_en),
    )
