"""How often each kind of event happens, against what is usual; what goes beyond it raises an alert."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog

from backend.messages.security import RateAlert, RatePoint, SecurityRates
from backend.services.security.records import Kind, record_security
from backend.storage.database import Database
from backend.storage.statements import read

log = structlog.get_logger(__name__)

WINDOW = timedelta(minutes=5)
USUAL_MAX: Final[dict[Kind, int]] = {
    "sign_in_refused": 50,
    "sign_in_locked_out": 20,
    "refresh_reused": 5,
    "code_refused": 500,
    "codes_locked_out": 200,
    "token_refused": 2000,
    "code_forged": 500,
    "badges_downloaded": 20,
    "photo_seen": 300,
    "account_changed": 5,
    "account_written": 10,
}
"""Events of a kind in five minutes, over all processes, that need nobody's eye; SECURITY.md says what to do beyond."""
STRETCHES_MAX = 100


async def check_rates(database: Database, now: datetime) -> int:
    """Raise an alert for each kind above its usual rate, once in five minutes; how many were raised."""
    counted = await read(database, "count_security_records", now - WINDOW, now + WINDOW, 2 * WINDOW)
    found = {row["kind"]: row["occurrences"] for row in counted}
    rows = await read(
        database, "read_security_records", "rate_alert", now - WINDOW, now + WINDOW, None, None, 100
    )
    known = {row["subject"] for row in rows}
    alerts = 0
    for kind, usual_max in USUAL_MAX.items():
        if found.get(kind, 0) <= usual_max or kind in known:
            continue
        log.warning("security_rate", kind=kind, occurrences=found[kind], usual_max=usual_max)
        reason = f"{found[kind]} in {WINDOW.seconds // 60} min; usual: {usual_max} at most"
        await record_security("rate_alert", subject=kind, reason=reason)
        alerts += 1
    return alerts


async def show_rates(database: Database, since: datetime, until: datetime) -> SecurityRates:
    """Events by kind in stretches of equal length from `since` to `until`."""
    stretch = max(WINDOW, (until - since) / STRETCHES_MAX)
    rows = await read(database, "count_security_records", since, until, stretch)
    return SecurityRates(
        since=since,
        until=until,
        stretch_s=round(stretch.total_seconds()),
        items=[
            RatePoint(kind=row["kind"], since=row["since"], occurrences=row["occurrences"]) for row in rows
        ],
        alerts=[RateAlert(kind=kind, occurrences_max=number) for kind, number in USUAL_MAX.items()],
        window_s=WINDOW.seconds,
    )
