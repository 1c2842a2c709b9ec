"""Refusals of an event's report."""

from __future__ import annotations

from backend.errors import NotFound


class EventReportNotFound(NotFound):
    code = "event_report_not_found"
    title_zh, title_en = "报告尚未公布", "The report is not published yet"
    detail_zh = "活动结束（closed）后公布报告；在此之前只有主办方和工作人员可以查看暂定数字。"
    detail_en = "It is published when the event is closed; until then its organiser and staff see provisional numbers."
