"""A certificate as a picture to share, drawn once for as long as it says the same."""

from __future__ import annotations

from functools import partial

from backend.messages.encoding import encode
from backend.messages.events.scans import CertificateView
from backend.render.pictures.renderer import Drawing


def certificate_picture(view: CertificateView, language: str) -> Drawing:
    """The PNG."""
    shown = b"certificate.png\0" + language.encode() + encode(view)
    return Drawing(shown, partial(draw_certificate, view, language))


def draw_certificate(view: CertificateView, language: str) -> bytes:
    """A PNG. A tenth of a second of plain computing: in a workshop."""
    from backend.render.pictures.certificate_drawing import CertificateDrawing

    return CertificateDrawing(view, language).png()
