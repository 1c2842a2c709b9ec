"""Yearly figures on minors' data, for the audit that the law asks for (未成年人网络保护条例, art. 37)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from backend.domain.days import SHANGHAI, day_of
from backend.domain.minors.ages import BANDS, CHILD_UNTIL, MINOR_UNTIL, born_before
from backend.errors import InvalidQuery
from backend.messages.minors import MinorsFigure, MinorsReport
from backend.storage.database import Database
from backend.storage.statements import read

HIDDEN_BELOW = 5
"""A figure about fewer people says too much about each of them."""
FIRST_YEAR = 2024
FIGURES: dict[str, tuple[str, ...]] = {
    "accounts": (*BANDS, "untold"),
    "consents_given": ("child",),
    "consents_withdrawn": ("child",),
    "consents_ended": ("child",),
    **dict.fromkeys(("actions", "points", "reviews", "photos", "complaints", "erasures"), ("child", "youth")),
}
"""The figures in their order, with the bands of age that each is told for."""


async def minors_report(database: Database, year_text: str | None, now: datetime) -> MinorsReport:
    """The figures of a year; of this year when none is asked for, so far. Raises InvalidQuery."""
    today = day_of(now)
    year = _year(year_text, today)
    begins, ends = (datetime(each, 1, 1, tzinfo=SHANGHAI) for each in (year, year + 1))
    as_of = min(today, date(year, 12, 31))
    rows = await read(
        database,
        "count_minors",
        begins,
        ends,
        born_before(as_of, CHILD_UNTIL),
        born_before(as_of, MINOR_UNTIL),
    )
    found = {(row["figure"], row["band"]): row for row in rows}
    return MinorsReport(
        year=year,
        as_of=as_of,
        hidden_below=HIDDEN_BELOW,
        items=[
            MinorsFigure(
                figure=cast(Any, figure), band=cast(Any, band), count=_shown(found.get((figure, band)))
            )
            for figure, bands in FIGURES.items()
            for band in bands
        ],
    )


def _shown(row: Any) -> int | None:
    """What is told of a figure: nothing where one to four people are behind it."""
    if row is None:
        return 0
    return int(row["counted"]) if row["people"] >= HIDDEN_BELOW else None


def _year(text: str | None, today: date) -> int:
    if text is None:
        return today.year
    if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:5]) <= today.year):
        raise InvalidQuery.of("year", "year_out_of_range", year_min=FIRST_YEAR, year_max=today.year)
    return int(text)
