"""A certificate as a file to print, drawn once for as long as it says the same."""

from __future__ import annotations

import hashlib
from functools import partial

from backend.catalogue import Catalogue
from backend.domain.catalogue.factors import city_key
from backend.messages.encoding import encode
from backend.messages.events.scans import CertificateView
from backend.render.pictures.renderer import Pictures


async def certificate_sheet(
    pictures: Pictures, view: CertificateView, catalogue: Catalogue, language: str
) -> bytes:
    """The PDF, made once for as long as it says the same. Raises Busy."""
    digest = hashlib.sha256(b"certificate.pdf\0" + language.encode() + encode(view)).digest()
    names = {code: factor.name[language] for code, factor in catalogue.factors.items()}
    found = catalogue.cities.get(city_key(view.event.city))
    city = view.event.city if found is None else found.name[language]
    return await pictures.get(digest, partial(sheet_pdf, view, city, names, language))


def sheet_pdf(view: CertificateView, city: str, factor_names: dict[str, str], language: str) -> bytes:
    """Both languages' statement, everything else in one. Not on the event loop."""
    # Some 20 MB of a process, and most processes never draw a sheet.
    from backend.render.sheets.certificate_paper import CertificatePaper

    return CertificatePaper(view, city, factor_names, language).pdf()
