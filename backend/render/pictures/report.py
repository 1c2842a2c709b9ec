"""A citizen's report as a picture to share, drawn once for as long as it says the same."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import msgspec

from backend.domain.days import day_of
from backend.messages.account.reports import Report
from backend.messages.encoding import encode
from backend.render.pictures.renderer import Drawing


def report_picture(report: Report, language: str, address: str) -> Drawing:
    """The PNG."""
    # Of the moment it was made only the day is seen: asked for again in a minute, it is the same picture.
    shown = encode(msgspec.structs.replace(report, made_at=datetime.min.replace(tzinfo=UTC)))
    parts = (
        b"report.png",
        shown,
        day_of(report.made_at).isoformat().encode(),
        language.encode(),
        address.encode(),
    )
    return Drawing(b"\0".join(parts), partial(draw_report, report, language, address))


def draw_report(report: Report, language: str, address: str) -> bytes:
    """A PNG. A tenth of a second of plain computing: in a workshop."""
    from backend.render.pictures.report_drawing import ReportDrawing

    return ReportDrawing(report, language, address).png()
