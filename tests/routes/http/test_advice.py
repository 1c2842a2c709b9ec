"""What a page tells staff to do about a refusal is written for staff, never for attendees."""

from __future__ import annotations

import re

import pytest

from backend.routes import ROUTES
from backend.texts import CATALOGUE, LANGUAGES

FOR_ATTENDEES = re.compile(
    r"\bthe staff\b|your (own )?badge|screen at the gate|your (account|record|team)|\bjoin\b"
    r"|工作人员|自己的胸牌|入口屏幕|您的记录|参加活动",
    re.IGNORECASE,
)


def advice(language: str, *about: object) -> str:
    """As backend/static/js/shared/i18n.js finds it on a page of staff."""
    texts = CATALOGUE[language]["advice"] | CATALOGUE[language]["advice_staff"]
    keys = [f"{kind}.{each}" for each in (*about, "other") for kind in ("staff_next", "next")]
    return next(texts[key] for key in keys if key in texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_are_not_told_to_ask_the_staff_or_to_scan_their_badge(language: str) -> None:
    met = {
        refusal
        for route in ROUTES
        if route.roles and "citizen" not in route.roles
        for refusal in route.refusals
    }
    assert len(met) > 100
    told = {refusal.code: advice(language, refusal.code, refusal.status) for refusal in met}
    told |= {
        str(status): advice(language, status) for status in (400, 401, 403, 404, 409, 422, 429, 500, 502, 503)
    }
    assert {code: text for code, text in told.items() if FOR_ATTENDEES.search(text)} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "code", ["badge_unknown", "badge_revoked", "badge_bound", "code_malformed", "code_foreign"]
)
def test_a_refusal_of_a_badge_has_words_for_each_of_the_two(language: str, code: str) -> None:
    texts = CATALOGUE[language]
    assert texts["advice"][f"next.{code}"] != texts["advice_staff"][f"staff_next.{code}"]
    assert not FOR_ATTENDEES.search(advice(language, code, 409))
