"""Certificates, for anyone."""

from __future__ import annotations

from backend.errors import CertificateNotFound
from backend.messages import scans as m_scans
from backend.messages.scans import CertificateView
from backend.routes.serving import Call, Endpoint
from backend.services.certificates import find_certificate


async def show_certificate(call: Call) -> CertificateView:
    parts = call.parts
    return await find_certificate(parts.database, call.params["number"], parts.settings.public_base)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/certificates/{number}",
        handler=show_certificate,
        tag="certificates",
        summary="A certificate, without a name",
        answers={200: m_scans.CertificateView},
        refusals=(CertificateNotFound,),
    ),
)
