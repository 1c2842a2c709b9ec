"""Refusals of the transparency log and of certificates."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class LogEmpty(NotFound):
    code = "log_empty"


class LogEntryNotFound(NotFound):
    code = "log_entry_not_found"


class LogSizeUnknown(Refusal):
    status, code = 422, "log_size_unknown"


class CertificateNameBlank(Refusal):
    status, code = 422, "certificate_name_blank"


class CertificateNameNeedsConsent(Refusal):
    status, code = 422, "certificate_name_needs_consent"
