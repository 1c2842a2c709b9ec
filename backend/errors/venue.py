"""Refusals at the venue: screens, posters, passes, companions."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class ScreenNotFound(NotFound):
    """There is no such screen; also the answer to an invalid token, from which a stranger learns nothing."""

    code = "screen_not_found"
    title_zh, title_en = "没有这块屏幕，或其授权已结束", "There is no such screen, or its time is over"


class ScreenLinkSpent(Refusal):
    status, code = 409, "screen_link_spent"
    title_zh, title_en = "这个屏幕链接已用过或已过期", "This screen link was used or has expired"
    detail_zh = "请工作人员重新生成一个链接；每个链接只能打开一次。"
    detail_en = "Ask a member of staff for a new link: each one opens a screen once."


class PosterNotFound(NotFound):
    code = "poster_not_found"
    title_zh, title_en = "没有这张海报", "There is no such poster"


class PosterLimit(Refusal):
    status, code = 409, "poster_limit"
    title_zh, title_en = "海报数量达到上限", "The event has as many posters as it may"


class WindowNotFound(NotFound):
    code = "window_not_found"
    title_zh, title_en = "没有这个开放时段", "There is no such window"


class WindowOverlaps(Refusal):
    status, code = 409, "window_overlaps"
    title_zh, title_en = "该海报在这段时间已经开放", "The poster is open in that time already"


NONE_SET = "—"
"""Stands for an opening that staff have not planned."""


class OutsideWindow(Refusal):
    status, code = 409, "outside_window"
    title_zh, title_en = "现在不在开放时段内", "This code is not open now"
    detail_zh = "此码仅在工作人员开放的时段内有效。下一时段：{opens_at}。"
    detail_en = "The code is good only while staff have opened it. Next opening: {opens_at}."

    none_zh = "此码仅在工作人员开放的时段内有效；下一时段尚未安排。"
    none_en = "The code is good only while staff have opened it. No opening is planned yet."

    def detail(self, language: str) -> str:
        if self.facts.get("opens_at") == NONE_SET:
            return self.none_en if language == "en" else self.none_zh
        return super().detail(language)


class PassForStaff(Refusal):
    status, code = 409, "pass_for_staff"
    title_zh, title_en = "这是他人的入场码，由工作人员扫描", "This is a personal pass, for staff to scan"


class PassesExhausted(Refusal):
    status, code = 409, "passes_exhausted"
    title_zh, title_en = "本活动的入场码已发完", "The event has no more passes to give"


class CompanionNeedsBadge(Refusal):
    status, code = 422, "companion_needs_badge"
    title_zh, title_en = "请扫描同行人的胸牌", "Scan the companion's own badge"
    detail_zh = "为同行人参加活动，须扫描其本人的胸牌；屏幕或海报上的码不能代替。"
    detail_en = "Somebody who comes along is scanned in by a badge of their own, not by a screen or a poster."


class CompanionsTooMany(Refusal):
    status, code = 409, "companions_too_many"
    title_zh, title_en = "同行人数达到上限", "That is as many companions as one phone may scan"
    detail_zh, detail_en = (
        "每个活动最多 {companions_max} 位同行人。",
        "At most {companions_max} at one event.",
    )
