"""Certificates, for anyone: as a record with its proof, as a picture to share, as a sheet to print."""

from __future__ import annotations

from backend.errors import Busy, CertificateNotFound
from backend.errors.certificates import CertificateNameBlank, CertificateNameNeedsConsent
from backend.messages.events import scans as m_scans
from backend.messages.events.scans import CertificateView
from backend.render.pictures.certificate import certificate_picture
from backend.render.sheets.certificates import certificate_sheet
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CITIZEN, Endpoint, Query, in_section
from backend.routes.http.reply import Reply
from backend.services.certificates import certificates
from backend.texts import LANGUAGES

LANGUAGE = Query(
    "language", {"type": "string", "enum": list(LANGUAGES)}, "instead of what Accept-Language asks for"
)


async def show_certificate(call: Call) -> CertificateView:
    return await certificates.find_certificate(
        call.components.database, call.params["number"], call.components.settings
    )


async def draw_certificate(call: Call) -> Reply:
    language, view = _language(call), await show_certificate(call)
    picture = await certificate_picture(call.components.pictures, view, language)
    return _file(picture, b"image/png", f"{view.number}.png")


async def print_certificate(call: Call) -> Reply:
    language, view = _language(call), await show_certificate(call)
    sheet = await certificate_sheet(call.components.pictures, view, call.components.catalogue, language)
    return _file(sheet, b"application/pdf", f"{view.number}.pdf")


async def set_name(call: Call) -> m_scans.CertificateName:
    components = call.components
    return await certificates.name_certificate(
        components.database,
        call.principal.id,
        call.params["number"],
        call.body,
        components.community.rules.policy_version,
        call.now,
    )


async def remove_name(call: Call) -> Reply:
    await certificates.remove_name(call.components.database, call.principal.id, call.params["number"])
    return Reply(status=204)


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
        refusals=(CertificateNotFound, Busy),
        query=(LANGUAGE,),
        media_type="image/png",
    ),
    Endpoint(
        "GET /v1/certificates/{number}.pdf",
        print_certificate,
        summary="A certificate to print on A4",
        answers={200: None},
        refusals=(CertificateNotFound, Busy),
        query=(LANGUAGE,),
        media_type="application/pdf",
    ),
    Endpoint(
        "GET /v1/certificates/{number}",
        show_certificate,
        summary="A certificate, signed, with its proof once it is in the log",
        answers={200: m_scans.CertificateView},
        refusals=(CertificateNotFound,),
    ),
    Endpoint(
        "POST /v1/me/certificates/{number}/name",
        set_name,
        tag="me",
        roles=CITIZEN,
        body=m_scans.NameRequest,
        summary="Have a name shown on one's own certificate",
        answers={200: m_scans.CertificateName},
        refusals=(CertificateNotFound, CertificateNameBlank, CertificateNameNeedsConsent),
    ),
    Endpoint(
        "DELETE /v1/me/certificates/{number}/name",
        remove_name,
        tag="me",
        roles=CITIZEN,
        summary="Take the name off again",
        answers={204: None},
        refusals=(CertificateNotFound,),
    ),
)
