"""Refusals of an account's lists, statements and reports."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class ReportUnknown(NotFound):
    code = "report_unknown"
    title_zh, title_en = "没有该期间的报告", "There is no report on this period"
    detail_zh = "期间写作 2026-05（月）或 2026（年），不早于 {first}，不晚于本期。"
    detail_en = "A period reads 2026-05 or 2026, not before {first} and not in the future."


class StatementTooLong(Refusal):
    status, code = 422, "statement_too_long"
    title_zh, title_en = "对账单过长", "The statement is too long"
    detail_zh = "一份对账单最多 {rows_max} 行，请用 from 和 to 选择较短的期间。"
    detail_en = "A statement has {rows_max} rows at most: choose a shorter time with from and to."
