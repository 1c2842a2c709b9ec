"""What the points that are out would cost: by the month they run out in, at what sponsors say that a point costs."""

from __future__ import annotations

from datetime import datetime

from backend.domain.days import day_of
from backend.messages.issuance import LiabilityMonth, PointsLiability
from backend.storage.database import Database
from backend.storage.statements import snapshot


async def points_liability(database: Database, now: datetime) -> PointsLiability:
    """Outstanding and waiting points at this moment, with their cost where a budget says one."""
    async with snapshot(database) as read:
        rows = await read("read_liability", day_of(now))
        cost = (await read("read_costs"))[0]
    least, mean = (None if cost[name] is None else float(cost[name]) for name in ("least", "mean"))
    months = [
        LiabilityMonth(
            expires_on=row["expires_on"],
            points=row["points"],
            yuan_least=_yuan(row["points"], least),
            yuan_mean=_yuan(row["points"], mean),
        )
        for row in rows
        if row["expires_on"] is not None
    ]
    outstanding = sum(month.points for month in months)
    return PointsLiability(
        as_of=now,
        outstanding_points=outstanding,
        pending_points=sum(row["points"] for row in rows if row["expires_on"] is None),
        yuan_per_point_least=None if least is None else round(least, 4),
        yuan_per_point_mean=None if mean is None else round(mean, 4),
        yuan_least=_yuan(outstanding, least),
        yuan_mean=_yuan(outstanding, mean),
        months=months,
    )


def _yuan(points: int, yuan_per_point: float | None) -> float | None:
    return None if yuan_per_point is None else round(points * yuan_per_point, 2)
