"""A citizen's month or year in numbers: grams by kind, points, active days, and everyday comparisons.

Reductions, footprints and offsets stand side by side and are never added or netted: a reduction is measured against a
baseline, a footprint is not. Self-declared actions (E5) stand apart from verified ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Literal
from uuid import UUID

import msgspec

from backend.catalogue import Catalogue
from backend.domain.account.equivalents import in_everyday_life
from backend.domain.community.periods import month_of
from backend.domain.days import day_of
from backend.errors.account.statements import ReportUnknown
from backend.messages.account.reports import (
    Comparison,
    Equivalent,
    GroupSum,
    Rank,
    Report,
    ReportAttendances,
    ReportPoints,
    ReportStep,
)
from backend.messages.catalogue.catalogue import bilingual
from backend.messages.shape import Bilingual, Statement, view_of
from backend.services.account.action_history import Row
from backend.services.account.summary import month_after
from backend.services.actions.reduction_claims import sums_of
from backend.services.catalogue.views import source_view
from backend.services.community.community import Community
from backend.services.community.leaderboards import rank_of
from backend.storage.database import Database
from backend.storage.statements import read
from backend.texts import both, both_names

FIRST_YEAR = 2020
"""The service recorded nothing before: an older period is a typing error."""
OTHER = "other"
_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")


class Period(msgspec.Struct, frozen=True):
    """A month or a year in Asia/Shanghai. `after` is the first day that no longer belongs to it."""

    name: str
    kind: Literal["month", "year"]
    start: date
    after: date
    before: date
    """The first day of the period before."""

    @property
    def name_before(self) -> str:
        return f"{self.before:%Y-%m}" if self.kind == "month" else f"{self.before:%Y}"


def read_period(text: str, today: date) -> Period:
    """The period that a text names. Raises ReportUnknown for a malformed, a future and a too early one."""
    found = _PERIOD.fullmatch(text)
    if found is not None:
        year, month = int(found[1]), int(found[2] or 1)
        if year >= FIRST_YEAR and 1 <= month <= 12 and (year, month) <= (today.year, today.month):
            start = date(year, month, 1)
            if found[2]:
                return Period(text, "month", start, month_after(start, 1), month_after(start, -1))
            return Period(text, "year", start, month_after(start, 12), month_after(start, -12))
    raise ReportUnknown(first=FIRST_YEAR)


async def show_report(
    database: Database,
    catalogue: Catalogue,
    community: Community,
    citizen_id: UUID,
    period: str,
    now: datetime,
) -> Report:
    """A citizen's report on a month or a year, named like 2026-05 or 2026. Raises ReportUnknown."""
    wanted = read_period(period, day_of(now))
    return await make_report(database, catalogue, community, citizen_id, wanted, now)


async def make_report(
    database: Database,
    catalogue: Catalogue,
    community: Community,
    citizen_id: UUID,
    period: Period,
    now: datetime,
) -> Report:
    """The report on a citizen's month or year, in four statements besides the rank's, each read by index."""
    sums = await read(database, "read_report_sums", citizen_id, period.before, period.after)
    days = await read(database, "read_report_days", citizen_id, period.start, period.after)
    moved = await read(database, "read_points_by_month", citizen_id, period.start, period.after)
    events = (await read(database, "read_report_attendances", citizen_id, period.start, period.after))[0]
    mine = [row for row in sums if row["month"] >= period.start]
    earlier = [row for row in sums if row["month"] < period.start]
    reduction_g = _grams(mine, is_verified=True)
    is_complete = day_of(now) >= period.after
    steps = _days(period, days) if period.kind == "month" else _months(period, mine)
    claimed = {name: sum(row[name] for row in days) for name in ("donated_g", "aggregated_g", "cancelled_g")}
    return Report(
        period=period.name,
        kind=period.kind,
        starts_on=period.start,
        ends_on=period.after - timedelta(days=1),
        is_complete=is_complete,
        actions=sum(row["actions"] for row in mine),
        reduction_g=reduction_g,
        self_declared_g=_grams(mine, is_verified=False),
        claims=sums_of(reduction_g, **claimed),
        by_group=_groups(mine, catalogue),
        steps=steps,
        points=ReportPoints(
            **{name: sum(row[name] for row in moved) for name in ("earned", "spent", "returned", "expired")}
        ),
        active_days=len(days),
        best_day=_best(_step(row["day"], row) for row in days),
        best_month=_best(steps) if period.kind == "year" else None,
        before=_comparison(period, earlier, reduction_g, is_complete=is_complete),
        events=ReportAttendances(**dict(events)),
        equivalents=equivalents(reduction_g, catalogue),
        rank=await _rank(database, community, citizen_id, period, now),
        note=Statement(*both("report.note")),
        made_at=now,
    )


async def _rank(
    database: Database, community: Community, citizen_id: UUID, period: Period, now: datetime
) -> Rank | None:
    """A citizen's rank among those who agreed to leaderboards; boards exist for this month and the last one."""
    if period.kind != "month":
        return None
    found = await rank_of(database, community, citizen_id, month_of(period.start), now)
    return (
        None
        if found is None
        else Rank(place=found.rank, among=found.ranked, percentile=Decimal(found.percentile))
    )


def equivalents(reduction_g: int, catalogue: Catalogue) -> list[Equivalent]:
    """Verified grams in everyday words, each with its factor and source from the default set."""
    factor_set = catalogue.factor_sets[catalogue.default_factor_set]
    return [
        Equivalent(
            code=each.kind.code,
            text=Statement(each.text("zh-CN"), each.text("en")),
            value=each.value,
            unit=each.kind.unit,
            factor_id=each.factor.id,
            factor_name=bilingual(each.factor.name),
            factor_value=each.factor.value,
            factor_unit=each.factor.unit,
            source_kind=each.factor.source_kind,
            source=source_view(catalogue.sources[each.factor.source_id]),
        )
        for each in in_everyday_life(reduction_g, factor_set, catalogue.factors)
    ]


def _grams(rows: Iterable[Row], *, is_verified: bool) -> int:
    return sum(row["reduction_g"] for row in rows if row["is_verified"] == is_verified)


def _groups(rows: Iterable[Row], catalogue: Catalogue) -> list[GroupSum]:
    found: dict[str, GroupSum] = {}
    for row in rows:
        method = catalogue.methods.get(row["method"])
        group = method.group if method is not None else OTHER
        sums = found.setdefault(
            group,
            GroupSum(
                group=group,
                name=Bilingual(*both_names("group", group)),
                actions=0,
                reduction_g=0,
                self_declared_g=0,
                points=0,
            ),
        )
        sums.actions += row["actions"]
        sums.points += row["points"]
        if row["is_verified"]:
            sums.reduction_g += row["reduction_g"]
        else:
            sums.self_declared_g += row["reduction_g"]
    return sorted(
        found.values(), key=lambda each: (-each.reduction_g, -each.self_declared_g, -each.points, each.group)
    )


def _step(starts_on: date, row: Row | None) -> ReportStep:
    if row is None:
        return ReportStep(starts_on=starts_on, actions=0, reduction_g=0, self_declared_g=0)
    return view_of(ReportStep, row, starts_on=starts_on)


def _days(period: Period, rows: Sequence[Row]) -> list[ReportStep]:
    found = {row["day"]: row for row in rows}
    count = (period.after - period.start).days
    days = (period.start + timedelta(days=number) for number in range(count))
    return [_step(day, found.get(day)) for day in days]


def _months(period: Period, rows: Iterable[Row]) -> list[ReportStep]:
    steps = {
        month_after(period.start, number): _step(month_after(period.start, number), None)
        for number in range(12)
    }
    for row in rows:
        step = steps[row["month"]]
        step.actions += row["actions"]
        if row["is_verified"]:
            step.reduction_g += row["reduction_g"]
        else:
            step.self_declared_g += row["reduction_g"]
    return list(steps.values())


def _best(steps: Iterable[ReportStep]) -> ReportStep | None:
    """The step with the most verified grams, the earliest of equals; None when none has any."""
    best = max(steps, key=lambda step: step.reduction_g, default=None)
    return best if best is not None and best.reduction_g > 0 else None


def _comparison(period: Period, rows: Sequence[Row], reduction_g: int, *, is_complete: bool) -> Comparison:
    before_g = _grams(rows, is_verified=True)
    change_pct = None
    # Half a month against a whole one would always look like a fall.
    if before_g and is_complete:
        change_pct = (Decimal(100 * (reduction_g - before_g)) / before_g).quantize(Decimal("0.1"), ROUND_DOWN)
    return Comparison(
        period=period.name_before,
        actions=sum(row["actions"] for row in rows),
        reduction_g=before_g,
        change_g=reduction_g - before_g,
        change_pct=change_pct,
    )
