"""Refusals of revised journeys and of offsets paid with points."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class AttendanceNotFound(NotFound):
    code = "attendance_not_found"
    title_zh, title_en = "您还没有参加这个活动", "You have not joined this event"
    detail_zh = "请先扫描胸牌或现场二维码。"
    detail_en = "Scan your badge or the code at the venue first."


class JourneyClosed(Refusal):
    status, code = 409, "journey_closed"
    title_zh, title_en = "该活动的行程已不能再修改", "Journeys of this event can no longer be changed"
    detail_zh = "活动进行中和核算期间可以修改行程。"
    detail_en = "A journey can be changed while the event runs and while it is being accounted for."


class RevisionLimit(Refusal):
    status, code = 409, "journey_revision_limit"
    title_zh, title_en = "行程修改次数已达上限", "The journey was changed as often as it may be"
    detail_zh, detail_en = "一次参会最多修改 {revisions_max} 次。", "It may be changed {revisions_max} times."


class BudgetNotFound(NotFound):
    code = "budget_not_found"
    title_zh, title_en = "本活动未开放积分支付", "This event does not take points for offsets"


class BudgetExhausted(Refusal):
    status, code = 409, "budget_exhausted"
    title_zh, title_en = "本活动的积分抵消额度已用完", "The event's budget for points is used up"
    detail_zh = "需要 {points} 分，赞助额度还剩 {points_left} 分。"
    detail_en = "Points needed: {points}; points that the sponsor still pays for: {points_left}."


class BudgetBelowSpent(Refusal):
    status, code = 409, "budget_below_spent"
    title_zh, title_en = "额度不能低于已支付的积分", "A budget cannot be smaller than what was paid from it"
    detail_zh, detail_en = "已支付 {points_spent} 分。", "Points paid so far: {points_spent}."
