"""Refusals of names that others see, and of reports on them."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class NameRefused(Refusal):
    status, code = 422, "name_refused"


class NameNotFound(NotFound):
    code = "name_not_found"


class NameReportNotFound(NotFound):
    code = "name_report_not_found"


class NameReportDecided(Refusal):
    status, code = 409, "name_report_decided"


class NameReportOfOwn(Refusal):
    status, code = 403, "name_report_of_own"
