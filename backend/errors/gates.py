"""Refusals about scanning devices. A refused scan at a gate is an answer: domain/gates/gate_rules.py."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class ScanDeviceNotFound(NotFound):
    code = "scan_device_not_found"


class ScannerTokenInvalid(Refusal):
    status, code = 401, "scanner_token_invalid"


class ScannerRevoked(Refusal):
    status, code = 401, "device_revoked"


class OnboardingInvalid(Refusal):
    status, code = 401, "onboarding_code_invalid"


class GateScanNotFound(NotFound):
    code = "gate_scan_not_found"


class ScanIdReused(Refusal):
    status, code = 409, "scan_id_reused"


class AnnulmentRefused(Refusal):
    status, code = 409, "annulment_refused"


class AnnulmentLate(AnnulmentRefused):
    code = "annulment_late"


class AnnulmentSuperseded(AnnulmentRefused):
    code = "annulment_superseded"


class AnnulmentWithoutEffect(AnnulmentRefused):
    code = "annulment_without_effect"


class OverrideRefused(Refusal):
    status, code = 409, "override_refused"


class OverrideLate(OverrideRefused):
    code = "override_late"


class OverrideImpossible(OverrideRefused):
    code = "override_impossible"


class OverrideUnexplained(Refusal):
    status, code = 422, "override_unexplained"


class GateHoursInvalid(Refusal):
    status, code = 422, "gate_hours_invalid"
