"""Refusals of an event's report."""

from __future__ import annotations

from backend.errors import NotFound


class EventReportNotFound(NotFound):
    code = "event_report_not_found"
