"""A release as a file to print."""

from __future__ import annotations

import json
from functools import partial

from backend.render.pictures.renderer import Drawing


def disclosure_sheet(
    body: bytes, digest: bytes, address: str, language: str, corrected_by: str | None
) -> Drawing:
    """The PDF. A release that was corrected says so on paper as well."""
    parts = (b"disclosure.pdf", digest, address.encode(), language.encode(), (corrected_by or "").encode())
    return Drawing(b"\0".join(parts), partial(disclosure_pdf, body, digest, address, language, corrected_by))


def disclosure_pdf(
    body: bytes, digest: bytes, address: str, language: str, corrected_by: str | None
) -> bytes:
    """Some tenths of a second of plain Python: in a workshop."""
    from backend.render.sheets.disclosure_paper import Paper

    paper = Paper(json.loads(body), digest.hex(), address, language, corrected_by)
    paper.draw()
    return bytes(paper.output())
