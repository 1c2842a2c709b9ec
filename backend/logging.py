"""Log lines: readable on a terminal, JSON elsewhere; never a token, a code or a name in one."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from backend.settings import Settings
from backend.tenant import current_tenant


def _name_city(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say which of several cities a line is about."""
    city = current_tenant().id
    return line if not city else line | {"city": city}  # type: ignore[operator]


def configure_logging(settings: Settings) -> None:
    """Configure logging, once per process, before anything is logged."""
    level = getattr(logging, settings.log_level.upper())
    logging.basicConfig(level=max(level, logging.WARNING), format="%(levelname)s %(name)s %(message)s")
    is_terminal = sys.stderr.isatty()
    # Plain tracebacks: the coloured ones print every local, keys and tokens among them.
    pretty = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _name_city,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if is_terminal else [structlog.processors.format_exc_info]),
            pretty if is_terminal else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
