"""Refusals of the transparency log and of certificates."""

from __future__ import annotations

from backend.errors import NotFound, Refusal
from backend.texts import say


class LogEmpty(NotFound):
    code = "log_empty"


class LogEntryNotFound(NotFound):
    code = "log_entry_not_found"


class LogSizeUnknown(Refusal):
    status, code = 422, "log_size_unknown"


class SignerUnavailable(Refusal):
    status, code, retry_after_s = 503, "signer_unavailable", 5.0


class CertificateNameBlank(Refusal):
    """Nothing in it is seen, or a sign that nobody sees is: `sign` names that one."""

    status, code = 422, "certificate_name_blank"
    facts_besides = ("sign",)

    def detail(self, language: str) -> str:
        if "sign" in self.facts:
            return say(language, "refusal.certificate_name_blank.sign", **self.facts)
        return super().detail(language)


class CertificateNameUndrawn(Refusal):
    status, code = 422, "certificate_name_undrawn"


class CertificateNameNeedsConsent(Refusal):
    status, code = 422, "certificate_name_needs_consent"
