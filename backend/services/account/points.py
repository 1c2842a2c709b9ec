"""A citizen's points: balance and lots, now or at a past moment, and the statement of all movements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from backend.catalogue import Catalogue
from backend.domain.days import SHANGHAI, day_of
from backend.errors.account.statements import StatementTooLong
from backend.messages.account.points import LotView, PointsAccount
from backend.messages.actions.actions import ExpiringPoints, PointsEntry, RedeemedReward
from backend.messages.shape import Bilingual, Page, Statement, view_of
from backend.services.account.action_history import Row, method_name
from backend.services.issuance.pending import my_pending
from backend.storage.database import Database
from backend.storage.statements import read
from backend.texts import both, say

NEWEST = UUID(int=2**128 - 1)
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
LAST = datetime(2200, 1, 1, tzinfo=UTC)
REASONS = (
    "action",
    "event_join",
    "quiz",
    "redemption",
    "cancellation",
    "reversal",
    "expiry",
    "offset",
    "offset_refund",
    "merge",
    "doubled",
)
CSV_ROWS_MAX = 20_000


async def points_account(
    database: Database, citizen_id: UUID, now: datetime, as_of: datetime | None = None
) -> PointsAccount:
    """A citizen's balance and lots; for a past instant, both are summed from the transfers until then."""
    if as_of is None:
        rows = await read(database, "read_lots", citizen_id)
        balance = rows[0]["balance"] if rows else 0
    else:
        rows = await read(database, "read_lots_as_of", citizen_id, as_of)
        balance = sum(row["points"] for row in rows)
    today = day_of(as_of or now)
    lots = [
        LotView(expires_on=row["expires_on"], points=row["points"])
        for row in rows
        if row["points"] is not None
    ]
    living = [lot for lot in lots if lot.expires_on > today]
    return PointsAccount(
        balance=balance,
        available=sum(lot.points for lot in living),
        as_of=as_of,
        lots=lots,
        next_expiry=ExpiringPoints(expires_on=living[0].expires_on, points=living[0].points)
        if living
        else None,
        pending=await my_pending(database, citizen_id) if as_of is None else None,
    )


async def entries(
    database: Database,
    catalogue: Catalogue,
    citizen_id: UUID,
    limit: int,
    cursor: UUID | None = None,
    *,
    reason: str | None = None,
    days: tuple[date | None, date | None] = (None, None),
) -> Page[PointsEntry]:
    """Movements of a citizen's points, newest first; points spent are negative."""
    rows = await read(
        database, "read_entries", citizen_id, cursor or NEWEST, limit + 1, reason, None, *instants(*days)
    )
    return Page.of(rows, limit, lambda row: points_entry(row, catalogue))


def instants(first: date | None, last: date | None) -> tuple[datetime, datetime]:
    """From the first instant of a day to the first one after the last day, in Asia/Shanghai."""

    def start(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)

    return start(first) if first else FIRST, start(last + timedelta(days=1)) if last else LAST


def points_entry(row: Row, catalogue: Catalogue) -> PointsEntry:
    """One movement of points, with its reason in both languages."""
    return view_of(
        PointsEntry,
        row,
        id=str(row["id"]),
        at=row["created_at"],
        description=_description(row, catalogue),
        source_id=str(row["source_id"]),
        reward=_reward(row),
    )


def _reward(row: Row) -> RedeemedReward | None:
    if row["reward_id"] is None:
        return None
    name = Bilingual(row["reward_zh"], row["reward_en"])
    return RedeemedReward(id=str(row["reward_id"]), slug=row["reward_slug"], name=name)


def _description(row: Row, catalogue: Catalogue) -> Statement:
    reason = both(f"points.{row['reason']}")
    if row["method"] is not None:
        name = method_name(row["method"], catalogue)
    elif row["name_zh"] is not None:
        name = Bilingual(row["name_zh"], row["name_en"])
    elif row["reward_id"] is not None:
        name = Bilingual(row["reward_zh"], row["reward_en"])
    else:
        return Statement(*reason)
    return Statement(
        say("zh-CN", "points.of", reason=reason[0], name=name.zh),
        say("en", "points.of", reason=reason[1], name=name.en),
    )


async def all_entries(
    database: Database, catalogue: Catalogue, citizen_id: UUID, days: tuple[date | None, date | None]
) -> Sequence[PointsEntry]:
    """The whole statement, oldest first. Raises StatementTooLong rather than leave rows out."""
    page = await entries(database, catalogue, citizen_id, CSV_ROWS_MAX, days=days)
    if page.next_cursor is not None:
        raise StatementTooLong(rows_max=f"{CSV_ROWS_MAX:,}")
    return page.items[::-1]
