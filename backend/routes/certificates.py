"""Certificates, for anyone: as a record with its proof, as a picture to share, as a sheet to print."""

from __future__ import annotations

from backend.domain.certificates.commitment import SECRET_CHARACTERS
from backend.errors import Busy, CertificateNotFound, TooManyAtOnce
from backend.errors.certificates import (
    CertificateNameBlank,
    CertificateNameNeedsConsent,
    CertificateNameUndrawn,
    SignerUnavailable,
)
from backend.errors.minors import GuardianNeeded
from backend.errors.security import NameRefused
from backend.messages.events import scans as m_scans
from backend.messages.events.scans import CertificateView
from backend.render.pictures.certificate import certificate_picture
from backend.render.pictures.renderer import Drawing
from backend.render.sheets.certificates import certificate_sheet
from backend.routes.http.call import Call
from backend.routes.http.endpoint import ATTENDEE, Endpoint, Query, in_section
from backend.routes.http.reply import Reply
from backend.services.certificates import certificates
from backend.texts import LANGUAGES

LANGUAGE = Query(
    "language", {"type": "string", "enum": list(LANGUAGES)}, "instead of what Accept-Language asks for"
)
SECRET = Query(
    "X-Certificate-Secret",
    {"type": "string", "minLength": SECRET_CHARACTERS, "maxLength": SECRET_CHARACTERS},
    "what stands behind `#s=` in the holder's link: with it the lines are shown, without it the totals",
)


async def show_certificate(call: Call) -> CertificateView:
    return await _find(call, _secret(call))


def _secret(call: Call) -> str | None:
    given = call.header(b"x-certificate-secret")
    return None if given is None else given.decode("latin-1")


async def _find(call: Call, secret: str | None) -> CertificateView:
    return await certificates.find_certificate(
        call.components.database,
        call.components.signer,
        call.params["number"],
        call.components.settings,
        secret,
    )


async def draw_certificate(call: Call) -> Reply:
    # It shows no lines, and nobody who sees it passed on shall be led to them: never the holder's link.
    language, view = _language(call), await _find(call, None)
    picture = await _drawn(call, view, certificate_picture(view, language))
    return _file(picture, b"image/png", f"{view.number}.png")


async def print_certificate(call: Call) -> Reply:
    language, view = _language(call), await show_certificate(call)
    if view.shows == "lines":
        # Its QR opens what the sheet shows.
        view.url += f"#s={_secret(call)}"
    sheet = await _drawn(call, view, certificate_sheet(view, call.components.catalogue, language))
    return _file(sheet, b"application/pdf", f"{view.number}.pdf")


async def renew_link(call: Call) -> m_scans.CertificateLink:
    components = call.components
    return await certificates.renew_link(
        components.database,
        components.sessions,
        call.principal,
        call.params["number"],
        components.settings.public_base,
        call.now,
    )


async def set_name(call: Call) -> m_scans.CertificateName:
    components = call.components
    return await certificates.name_certificate(
        components.database,
        components.names,
        call.principal.id,
        call.params["number"],
        call.body,
        components.catalogue.policies.in_force(call.now).version,
        call.now,
    )


async def remove_name(call: Call) -> Reply:
    await certificates.remove_name(call.components.database, call.principal.id, call.params["number"])
    return Reply(status=204)


async def _drawn(call: Call, view: CertificateView, drawing: Drawing) -> bytes:
    """A place for each certificate, whoever asks and from wherever: a stadium has a few addresses."""
    return await call.components.drawings.get(drawing, f"certificate {view.number}", is_anonymous=True)


def _language(call: Call) -> str:
    return call.one_of("language", LANGUAGES) or call.language


def _file(body: bytes, media_type: bytes, name: str) -> Reply:
    disposition = f'inline; filename="{name}"'.encode("ascii")
    # A name may be taken off again: no browser keeps a picture without asking.
    headers = ((b"content-disposition", disposition), (b"cache-control", b"no-cache"))
    return Reply(body=body, media_type=media_type, headers=headers)


ENDPOINTS = in_section(
    "certificates",
    Endpoint(
        "GET /v1/certificates/{number}.png",
        draw_certificate,
        summary="A certificate as a picture to share",
        answers={200: None},
        refusals=(CertificateNotFound, SignerUnavailable, TooManyAtOnce, Busy),
        query=(LANGUAGE,),
        media_type="image/png",
    ),
    Endpoint(
        "GET /v1/certificates/{number}.pdf",
        print_certificate,
        summary="A certificate to print on A4",
        answers={200: None},
        refusals=(CertificateNotFound, SignerUnavailable, TooManyAtOnce, Busy),
        query=(LANGUAGE,),
        headers=(SECRET,),
        media_type="application/pdf",
    ),
    Endpoint(
        "GET /v1/certificates/{number}",
        show_certificate,
        summary="A certificate, signed, with its proof once it is in the log",
        answers={200: m_scans.CertificateView},
        refusals=(CertificateNotFound, SignerUnavailable),
        headers=(SECRET,),
    ),
    Endpoint(
        "POST /v1/me/certificates/{number}/link",
        renew_link,
        tag="me",
        roles=ATTENDEE,
        summary="A new link to one's own certificate; the one before shows totals from then on",
        answers={200: m_scans.CertificateLink},
        refusals=(CertificateNotFound,),
    ),
    Endpoint(
        "POST /v1/me/certificates/{number}/name",
        set_name,
        tag="me",
        roles=ATTENDEE,
        body=m_scans.NameRequest,
        summary="Have a name shown on one's own certificate",
        answers={200: m_scans.CertificateName},
        refusals=(
            CertificateNotFound,
            CertificateNameBlank,
            CertificateNameUndrawn,
            CertificateNameNeedsConsent,
            NameRefused,
            GuardianNeeded,
        ),
    ),
    Endpoint(
        "DELETE /v1/me/certificates/{number}/name",
        remove_name,
        tag="me",
        roles=ATTENDEE,
        summary="Take the name off again",
        answers={204: None},
        refusals=(CertificateNotFound,),
    ),
)
