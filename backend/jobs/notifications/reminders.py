"""Reminders of points and vouchers about to expire, notices of offsets made, and of the month's report.

Each run goes through rows in the order of an index and creates each notice once by its key, so it may be interrupted
anywhere and begin again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.domain.days import day_of
from backend.domain.footprint.footprint import Footprint
from backend.jobs.job import Result
from backend.jobs.points_expiry import find_expiring
from backend.services.notifications.notices import Facts, create_notices
from backend.storage.database import Database
from backend.storage.statements import read

CITIZENS_PER_CHUNK = 2000
FIRST = UUID(int=0)


async def remind_of_expiring_points(database: Database) -> Result:
    """Remind citizens thirty days before a lot of their points expires, once per lot."""
    created = 0
    async for lots in find_expiring(database, day_of(datetime.now(UTC))):
        created += await create_notices(
            "points_expiring",
            [
                (
                    lot.citizen_id,
                    lot.expires_on.isoformat(),
                    {"points": lot.points, "expires_on": lot.expires_on.isoformat()},
                )
                for lot in lots
            ],
        )
    return {"told": created}


async def remind_of_expiring_vouchers(database: Database) -> Result:
    """Remind citizens seven days before a voucher expires, once."""
    created = 0
    last: tuple[datetime, UUID] = (datetime.fromtimestamp(0, UTC), FIRST)
    while rows := await read(database, "find_expiring_vouchers", *last, CITIZENS_PER_CHUNK):
        last = (rows[-1]["expires_at"], rows[-1]["redemption_id"])
        created += await create_notices(
            "voucher_expiring",
            [
                (
                    row["citizen_id"],
                    str(row["redemption_id"]),
                    {
                        "reward": {"zh-CN": row["name_zh"], "en": row["name_en"]},
                        "expires_on": day_of(row["expires_at"]).isoformat(),
                    },
                )
                for row in rows
            ],
        )
    return {"told": created}


async def notify_of_offsets(database: Database) -> Result:
    """Notify citizens of their offset if they accepted a message; the others saw it on the phone that scanned."""
    created = 0
    while rows := await read(database, "find_unnotified_offsets", CITIZENS_PER_CHUNK):
        for kind, notices in _offsets_by_kind(rows).items():
            created += await create_notices(kind, notices)
        if len(rows) < CITIZENS_PER_CHUNK:
            break
    return {"told": created}


def _offsets_by_kind(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[UUID, str, Facts]]]:
    """Notices by kind: grams on sources that the organiser neutralises are a contribution and no offset."""
    by_kind: dict[str, list[tuple[UUID, str, Facts]]] = {"offset_done": [], "contribution_done": []}
    for row in rows:
        facts: dict[str, Any] = {
            "event": {"zh-CN": row["name_zh"], "en": row["name_en"]},
            "grams": row["grams"],
            "number": row["certificate_number"],
        }
        footprint = msgspec.json.decode(row["footprint"], type=Footprint)
        kind = "offset_done"
        if contribution_g := footprint.contribution_g(row["grams"]):
            kind = "contribution_done"
            facts["contribution_g"] = contribution_g
        by_kind[kind].append((row["citizen_id"], row["certificate_number"], facts))
    return {kind: notices for kind, notices in by_kind.items() if notices}


async def notify_of_monthly_reports(database: Database) -> Result:
    """Notify citizens who logged an action last month that their report is ready, once."""
    month = last_month(day_of(datetime.now(UTC)))
    created = 0
    last = FIRST
    while True:
        rows = await read(database, "find_active_citizens", month, last, CITIZENS_PER_CHUNK)
        row = rows[0]
        if row["last"] is None:
            return {"told": created}
        last = row["last"]
        created += await create_notices(
            "monthly_report",
            [
                (citizen_id, f"{month:%Y-%m}", {"month": f"{month:%Y-%m}"})
                for citizen_id in row["active"] or ()
            ],
        )


def last_month(today: date) -> date:
    """The first day of the month before `today`'s."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)
