"""Refusals about jobs, tasks and notices."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class JobNotFound(NotFound):
    code = "job_not_found"


class DeadLetterNotFound(NotFound):
    code = "dead_letter_not_found"


class NoticeNotFound(NotFound):
    code = "notice_not_found"


class FeatureNotFound(NotFound):
    """Nothing that can be switched has this code."""

    code = "feature_not_found"


class FeatureLimitReached(Refusal):
    """A pilot's uses of the day are taken."""

    status, code = 429, "feature_limit_reached"
    is_kept = False


class SwitchNotFound(NotFound):
    code = "switch_not_found"


class SwitchWaits(Refusal):
    """A switch of this feature and city is proposed and not decided."""

    status, code = 409, "switch_waits"


class SwitchDecided(Refusal):
    status, code = 409, "switch_decided"


class OwnSwitch(Refusal):
    """Who proposes does not confirm."""

    status, code = 409, "own_switch"
