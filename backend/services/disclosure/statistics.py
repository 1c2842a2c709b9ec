"""The platform in figures: one reading of the database serves everybody for a few seconds."""

from __future__ import annotations

from datetime import UTC, datetime

from backend.catalogue.targets import load_targets
from backend.domain.disclosure.targets import Figure, Target, reached_pct
from backend.messages.disclosure.statistics import EventStateCount, StatisticsView, TargetView
from backend.messages.shape import Bilingual, view_of
from backend.services.caching import ExpiringCache
from backend.storage.database import Database
from backend.storage.statements import snapshot

KEPT_S = 30.0
"""A reading sums a million actions in a second on a busy machine: the figures are worth that twice a minute."""
ALL = "all"
RAN = frozenset({"running", "accounting", "offset", "evaluated", "closed"})


class Statistics:
    """Figures of the platform, read by one caller while the others wait for the same answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cache = ExpiringCache[str, StatisticsView](
            "statistics", self._read, kept_s=KEPT_S, entries_max=1
        )

    async def show(self) -> StatisticsView:
        """The figures, at most KEPT_S old."""
        return await self._cache.get(ALL)

    async def _read(self, _key: str) -> StatisticsView:
        return await read_statistics(self._database)


async def read_statistics(database: Database) -> StatisticsView:
    """The figures of this moment."""
    async with snapshot(database) as look:
        (row,) = await look("read_statistics")
        states = await look("read_event_states")
    cities = sorted({city for each in states if each["state"] in RAN for city in each["cities"]})
    demonstrations = sum(each["demonstrations"] for each in states if each["state"] == "closed")
    reached: dict[Figure, int] = {
        "demonstrations": demonstrations,
        "people": row["people"],
        "retired_g": row["retired_g"],
        "cities": len(cities),
    }
    targets = load_targets()
    return view_of(
        StatisticsView,
        row,
        as_of=datetime.now(UTC),
        events=[view_of(EventStateCount, each) for each in states],
        demonstrations=demonstrations,
        cities=cities,
        points_issued=row["issued"],
        points_redeemed=row["redeemed"],
        points_expired=row["expired"],
        targets=[_target(each, reached[each.figure]) for each in targets.target],
        source=Bilingual(targets.source.title["zh-CN"], targets.source.title["en"]),
    )


def _target(target: Target, value: int) -> TargetView:
    return TargetView(
        figure=target.figure,
        year=target.year,
        target=target.value,
        value=value,
        reached_pct=reached_pct(value, target.value),
        is_assumption=target.is_assumption,
    )
