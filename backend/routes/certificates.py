"""Certificates, for anyone."""

from __future__ import annotations

from backend.messages.scans import CertificateView
from backend.routes.serving import Call
from backend.services.certificates import find_certificate


async def show_certificate(call: Call) -> CertificateView:
    parts = call.parts
    return await find_certificate(parts.database, call.params["number"], parts.settings.public_base)
