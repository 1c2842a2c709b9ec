"""Refusals of the points ledger."""

from __future__ import annotations

from backend.errors import Refusal


class PointsInsufficient(Refusal):
    status, code = 409, "points_insufficient"
    title_zh, title_en = "积分不足", "Not enough points"
    detail_zh = "需要 {points} 分，可用 {balance} 分。"
    detail_en = "Points needed: {points}; points that can be spent: {balance}."


class ActionsPerDay(Refusal):
    status, code = 409, "actions_per_day"
    title_zh, title_en = "今日记录次数已达上限", "No more actions can be recorded for this day"
    detail_zh = "一天最多记录 {actions_max} 次行为。"
    detail_en = "{actions_max} actions are recorded for one day at most."


class MethodRetired(Refusal):
    status, code = 409, "method_retired"
    title_zh, title_en = "该方法已停用", "This method is no longer in use"
    detail_zh = "该方法自 {retired_on} 起停用；此前的行为仍可补记。"
    detail_en = "It went out of use on {retired_on}; what was done before may still be logged."


class ExternalIdReused(Refusal):
    status, code = 409, "external_id_reused"
    title_zh, title_en = "该外部编号已用于不同内容", "This external id was used for another report"
