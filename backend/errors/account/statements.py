"""Refusals of an account's lists, statements and reports."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class ReportUnknown(NotFound):
    code = "report_unknown"


class StatementTooLong(Refusal):
    status, code = 422, "statement_too_long"
