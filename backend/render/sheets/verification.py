"""A verifier's signed opinion as a file that the event keeps."""

from __future__ import annotations

import json
from functools import partial

from backend.render.pictures.renderer import Drawing


def verification_sheet(body: bytes, key_id: str, signature: bytes) -> Drawing:
    """The PDF, in both languages. `body` are the canonical bytes that the signature covers."""
    shown = b"\0".join((b"verification.pdf", body, key_id.encode(), signature))
    return Drawing(shown, partial(verification_pdf, body, key_id, signature))


def verification_pdf(body: bytes, key_id: str, signature: bytes) -> bytes:
    """Some tenths of a second of plain Python: in a workshop."""
    from backend.render.sheets.verification_paper import Paper

    paper = Paper(json.loads(body), body, key_id, signature)
    paper.draw()
    return bytes(paper.output())
