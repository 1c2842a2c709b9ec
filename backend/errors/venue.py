"""Refusals at the venue: screens, posters, passes, companions."""

from __future__ import annotations

from backend.errors import NotFound, Refusal
from backend.texts import say


class ScreenNotFound(NotFound):
    """There is no such screen; also the answer to an invalid token, from which a stranger learns nothing."""

    code = "screen_not_found"


class ScreenLinkSpent(Refusal):
    status, code = 409, "screen_link_spent"


class PosterNotFound(NotFound):
    code = "poster_not_found"


class PosterLimit(Refusal):
    status, code = 409, "poster_limit"


class WindowNotFound(NotFound):
    code = "window_not_found"


class WindowOverlaps(Refusal):
    status, code = 409, "window_overlaps"


NONE_SET = "—"
"""Stood in stored refusals for an opening that staff have not planned; now the fact is left out."""


class OutsideWindow(Refusal):
    status, code = 409, "outside_window"

    def detail(self, language: str) -> str:
        if self.facts.get("opens_at", NONE_SET) == NONE_SET:
            return say(language, "refusal.outside_window.none_set")
        return super().detail(language)


class PassForStaff(Refusal):
    status, code = 409, "pass_for_staff"


class PassesExhausted(Refusal):
    status, code = 409, "passes_exhausted"


class CompanionNeedsBadge(Refusal):
    status, code = 422, "companion_needs_badge"


class CompanionsTooMany(Refusal):
    status, code = 409, "companions_too_many"
