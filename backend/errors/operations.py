"""Refusals about jobs, tasks and notices."""

from __future__ import annotations

from backend.errors import NotFound


class JobNotFound(NotFound):
    code = "job_not_found"
    title_zh, title_en = "没有这个定时任务", "There is no such job"


class DeadLetterNotFound(NotFound):
    code = "dead_letter_not_found"
    title_zh, title_en = "没有这个失败的任务", "There is no such dead letter"


class NoticeNotFound(NotFound):
    code = "notice_not_found"
    title_zh, title_en = "没有这条通知", "There is no such notice"
