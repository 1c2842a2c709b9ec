"""An event's report as a file to print."""

from __future__ import annotations

from backend.messages.event_reports import EventReportView


def report_pdf(
    view: EventReportView, digest: bytes, address: str, language: str, city: str | None = None
) -> bytes:
    """`city` is its name in the language, unless the event's own will do.

    Some tenths of a second of plain Python: not on the event loop.
    """
    # Some 20 MB of a process, and most processes never draw a sheet.
    from backend.render.sheets.event_report_paper import Paper

    paper = Paper(view, digest, address, language, city)
    paper.draw()
    return bytes(paper.output())
