"""Refusals about jobs, tasks and notices."""

from __future__ import annotations

from backend.errors import NotFound


class JobNotFound(NotFound):
    code = "job_not_found"


class DeadLetterNotFound(NotFound):
    code = "dead_letter_not_found"


class NoticeNotFound(NotFound):
    code = "notice_not_found"
