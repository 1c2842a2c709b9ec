"""A citizen's own account."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable

from backend.errors import Busy, TooManyAtOnce
from backend.errors.account.erasures import ReceiptNotFound
from backend.messages.account.erasures import ErasureReceipt
from backend.messages.actions import actions as m_actions
from backend.messages.actions.actions import Me
from backend.messages.events import scans as m_scans
from backend.messages.events.scans import MyCertificate
from backend.messages.shape import Page
from backend.render.pages.account_export import write_page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import ATTENDEE, LANGUAGE, PAGING, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.account import account, erasures
from backend.services.account.data_export import Part, as_json, open_export
from backend.texts import LANGUAGES


async def show_me(call: Call) -> Me:
    return await account.me(call.principal.id)


async def list_certificates(call: Call) -> Page[MyCertificate]:
    components = call.components
    return await account.certificates(
        components.database,
        call.principal.id,
        call.limit,
        call.cursor,
        components.settings.public_base,
    )


async def export(call: Call) -> Reply:
    return await _exported(call, as_json, b"application/json", "json")


async def export_page(call: Call) -> Reply:
    language = call.one_of("language", LANGUAGES) or call.language

    def as_page(parts: AsyncGenerator[Part, None]) -> AsyncGenerator[bytes, None]:
        return write_page(parts, language, call.now)

    return await _exported(call, as_page, b"text/html; charset=utf-8", "html")


async def _exported(
    call: Call,
    write: Callable[[AsyncGenerator[Part, None]], AsyncGenerator[bytes, None]],
    media_type: bytes,
    ending: str,
) -> Reply:
    """The export piece by piece: it is never in memory as a whole, however long an account has been used."""
    components = call.components
    addresses = components.citizen_sign_in.addresses
    parts = await open_export(components.database, components.catalogue, addresses, call.principal.id)
    disposition = f'attachment; filename="tianfu-export.{ending}"'.encode()
    return Reply(
        chunks=components.downloads.start_export(write(parts), call.principal.id),
        media_type=media_type,
        headers=((b"content-disposition", disposition),),
    )


async def erase(call: Call) -> ErasureReceipt:
    return await call.components.guardians.leave(call.principal, call.now)


async def show_receipt(call: Call) -> ErasureReceipt:
    return await erasures.show_receipt(call.params["id"])


ENDPOINTS = in_section(
    "me",
    Endpoint(
        "GET /v1/me",
        show_me,
        roles=ATTENDEE,
        summary="The citizen",
        answers={200: m_actions.Me},
    ),
    Endpoint(
        "DELETE /v1/me",
        erase,
        roles=ATTENDEE,
        summary="Destroy what identifies the citizen, at once; the receipt says what stays and why",
        answers={200: ErasureReceipt},
    ),
    Endpoint(
        "GET /v1/erasures/{id}",
        show_receipt,
        summary="The receipt of an erasure, for whoever has its id; it leads to nobody",
        answers={200: ErasureReceipt},
        refusals=(ReceiptNotFound,),
    ),
    Endpoint(
        "GET /v1/me/certificates",
        list_certificates,
        roles=ATTENDEE,
        summary="Certificates, newest first",
        answers={200: Page[m_scans.MyCertificate]},
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/me/export",
        export,
        roles=ATTENDEE,
        summary="Everything kept about the citizen, as one document, oldest first",
        answers={200: m_actions.Export},
        refusals=(TooManyAtOnce, Busy),
    ),
    Endpoint(
        "GET /v1/me/export.html",
        export_page,
        roles=ATTENDEE,
        summary="The same as a page to read and to print, without scripts",
        answers={200: None},
        media_type="text/html",
        query=(LANGUAGE,),
        refusals=(TooManyAtOnce, Busy),
    ),
)
