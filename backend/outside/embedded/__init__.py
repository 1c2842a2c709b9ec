"""Real PostgreSQL and Redis from wheels, for one machine that has neither. Never in production."""

from __future__ import annotations

from backend.outside.embedded.servers import EmbeddedServers
from backend.outside.embedded.unavailable import EmbeddedUnavailable

__all__ = ["EmbeddedServers", "EmbeddedUnavailable"]
