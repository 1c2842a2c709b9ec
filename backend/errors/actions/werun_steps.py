"""Refusals of steps from WeRun."""

from __future__ import annotations

from backend.errors import Refusal


class DecryptFailed(Refusal):
    """One refusal for every error inside a payload: the failed step would help an attacker who guesses its content."""

    status, code = 400, "decrypt_failed"


class SessionKeyMalformed(Refusal):
    status, code = 409, "session_key_malformed"


class SessionKeyStale(Refusal):
    status, code = 409, "session_key_stale"


class WatermarkAppidMismatch(Refusal):
    status, code = 400, "watermark_appid_mismatch"


class WatermarkExpired(Refusal):
    status, code = 400, "watermark_expired"


class WatermarkReplayed(Refusal):
    status, code = 409, "watermark_replayed"


class StepsUnavailable(Refusal):
    status, code = 503, "steps_unavailable"
    retry_after_s = 5.0


STEPS_REFUSALS = (
    DecryptFailed,
    SessionKeyMalformed,
    SessionKeyStale,
    WatermarkAppidMismatch,
    WatermarkExpired,
    WatermarkReplayed,
    StepsUnavailable,
)
