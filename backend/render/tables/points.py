"""A citizen's points as a table for a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Sequence

from backend.domain.days import SHANGHAI
from backend.messages.actions.actions import PointsEntry
from backend.render.tables.cells import BOM, Sheet
from backend.texts import say

COLUMNS = ("id", "time", "points", "balance", "reason", "description", "expires", "source", "reward")


def points_csv(entries: Sequence[PointsEntry], language: str) -> bytes:
    """The movements in the order given. A long one takes some tenths of a second: not on the event loop."""
    out = io.StringIO()
    sheet = Sheet(out)
    sheet.write([say(language, f"points.column.{name}") for name in COLUMNS])
    for entry in entries:
        text = entry.description.zh if language == "zh-CN" else entry.description.en
        sheet.write(
            (
                entry.id,
                entry.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
                entry.points,
                entry.balance_after,
                say(language, f"points.{entry.reason}"),
                text,
                entry.expires_on.isoformat(),
                entry.source_id,
                entry.reward.slug if entry.reward is not None else "",
            )
        )
    return BOM + out.getvalue().encode()
