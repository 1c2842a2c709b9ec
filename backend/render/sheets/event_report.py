"""An event's report as a file to print."""

from __future__ import annotations

from functools import partial

from backend.messages.event_reports import EventReportView
from backend.render.pictures.renderer import Drawing


def report_sheet(
    view: EventReportView, digest: bytes, address: str, language: str, city: str | None = None
) -> Drawing:
    """The PDF. `city` is its name in the language, unless the event's own will do."""
    parts = (b"report.pdf", digest, address.encode(), language.encode(), (city or "").encode())
    return Drawing(b"\0".join(parts), partial(report_pdf, view, digest, address, language, city))


def report_pdf(
    view: EventReportView, digest: bytes, address: str, language: str, city: str | None = None
) -> bytes:
    """Some tenths of a second of plain Python: in a workshop."""
    from backend.render.sheets.event_report_paper import Paper

    paper = Paper(view, digest, address, language, city)
    paper.draw()
    return bytes(paper.output())
