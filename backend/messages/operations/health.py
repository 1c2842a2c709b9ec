"""Health of a server process."""

from __future__ import annotations

from typing import Literal

from backend.messages.shape import Answer


class Health(Answer):
    status: Literal["ok", "away"]


class Readiness(Health):
    database: Literal["ok", "away"]
    redis: Literal["ok", "away"]
    queue_length: int


class DemoBadge(Answer):
    """A badge of the demo event that no attendee has scanned yet."""

    serial: int
    url: str
