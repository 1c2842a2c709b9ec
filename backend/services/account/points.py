"""A citizen's points: balance and lots, now or at a past moment, and the statement of all movements."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from backend.catalogue import Catalogue
from backend.domain.days import SHANGHAI, day_of
from backend.errors.account.statements import StatementTooLong
from backend.messages.account.points import LotView, PointsAccount
from backend.messages.actions.actions import ExpiringPoints, PointsEntry, RedeemedReward
from backend.messages.shape import Bilingual, Page, Statement
from backend.services.account.action_history import Row, method_name
from backend.storage.database import Database
from backend.storage.statements import read

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
)
CSV_ROWS_MAX = 20_000
BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the machine's own code page, and Chinese turns to noise."""

_REASON_TEXTS = {
    "action": ("低碳行为", "Low-carbon action"),
    "event_join": ("参加活动", "Event attended"),
    "quiz": ("每日问答", "Daily quiz"),
    "redemption": ("兑换", "Redeemed"),
    "cancellation": ("取消兑换，积分退回", "Redemption cancelled, points given back"),
    "reversal": ("记录冲正，积分收回", "Action taken back, points returned"),
    "expiry": ("积分到期", "Points ran out"),
    "offset": ("支付抵消", "Paid for an offset"),
    "offset_refund": ("抵消减少，积分退回", "Offset made smaller, points given back"),
}
_COLUMNS = {
    "zh-CN": (
        "编号",
        "时间（北京时间）",
        "积分",
        "余额",
        "类别",
        "说明",
        "有效期至（不含）",
        "来源编号",
        "奖励",
    ),
    "en": (
        "id",
        "time (Asia/Shanghai)",
        "points",
        "balance",
        "reason",
        "description",
        "expires on",
        "source id",
        "reward",
    ),
}


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
    items = [points_entry(row, catalogue) for row in rows]
    return Page(items[:limit], items[limit - 1].id if len(items) > limit else None)


def instants(first: date | None, last: date | None) -> tuple[datetime, datetime]:
    """From the first instant of a day to the first one after the last day, in Asia/Shanghai."""

    def start(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)

    return start(first) if first else FIRST, start(last + timedelta(days=1)) if last else LAST


def points_entry(row: Row, catalogue: Catalogue) -> PointsEntry:
    """One movement of points, with its reason in both languages."""
    return PointsEntry(
        id=str(row["id"]),
        at=row["created_at"],
        points=row["points"],
        balance_after=row["balance_after"],
        expires_on=row["expires_on"],
        reason=row["reason"],
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
    zh, en = _REASON_TEXTS[row["reason"]]
    if row["method"] is not None:
        name = method_name(row["method"], catalogue)
        return Statement(f"{zh}：{name.zh}", f"{en}: {name.en}")
    if row["name_zh"] is not None:
        return Statement(f"{zh}：{row['name_zh']}", f"{en}: {row['name_en']}")
    if row["reward_id"] is not None:
        return Statement(f"{zh}：{row['reward_zh']}", f"{en}: {row['reward_en']}")
    return Statement(zh, en)


async def entries_csv(
    database: Database,
    catalogue: Catalogue,
    citizen_id: UUID,
    days: tuple[date | None, date | None],
    language: str,
) -> bytes:
    """The statement as CSV, oldest first. Raises StatementTooLong rather than leave rows out."""
    page = await entries(database, catalogue, citizen_id, CSV_ROWS_MAX, days=days)
    if page.next_cursor is not None:
        raise StatementTooLong(rows_max=f"{CSV_ROWS_MAX:,}")
    return await asyncio.to_thread(_table, page.items[::-1], language)


def _table(items: Sequence[PointsEntry], language: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS[language])
    for item in items:
        text = item.description.en if language == "en" else item.description.zh
        zh, en = _REASON_TEXTS[item.reason]
        writer.writerow(
            (
                item.id,
                item.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
                item.points,
                item.balance_after,
                en if language == "en" else zh,
                harmless(text),
                item.expires_on.isoformat(),
                item.source_id,
                item.reward.slug if item.reward is not None else "",
            )
        )
    return (BOM + out.getvalue()).encode()


def harmless(text: str) -> str:
    """A cell's text that no spreadsheet runs as a formula: one that begins like a formula gets an apostrophe.

    Organisers and operators type the names of events and rewards; a citizen opens the statement.
    """
    first = text.lstrip("\ufeff \u3000")[:1]
    return "'" + text if first and first in "\t\r\n=+-@＝＋－＠" else text
