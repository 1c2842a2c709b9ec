"""A certificate as a file to print, drawn once for as long as it says the same."""

from __future__ import annotations

from functools import partial

from backend.catalogue import Catalogue
from backend.domain.catalogue.factors import city_key
from backend.messages.encoding import encode
from backend.messages.events.scans import CertificateView
from backend.render.pictures.renderer import Drawing


def certificate_sheet(view: CertificateView, catalogue: Catalogue, language: str) -> Drawing:
    """The PDF."""
    used = {code for line in view.footprint.lines or () for code in (line.factor_ids or (line.factor_id,))}
    names = {code: catalogue.factors[code].name[language] for code in used if code in catalogue.factors}
    found = catalogue.cities.get(city_key(view.event.city))
    city = view.event.city if found is None else found.name[language]
    shown = b"certificate.pdf\0" + language.encode() + encode((view, city, names))
    return Drawing(shown, partial(sheet_pdf, view, city, names, language))


def sheet_pdf(view: CertificateView, city: str, factor_names: dict[str, str], language: str) -> bytes:
    """Both languages' statement, everything else in one. Some tenths of a second: in a workshop."""
    from backend.render.sheets.certificate_paper import CertificatePaper

    return CertificatePaper(view, city, factor_names, language).pdf()
