"""A citizen's own account."""

from __future__ import annotations

from backend.messages.actions import actions as m_actions
from backend.messages.actions.actions import Me
from backend.messages.events import scans as m_scans
from backend.messages.events.scans import MyCertificate
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CITIZEN, PAGING, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.account import account


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
    document = await account.export(call.components.database, call.components.catalogue, call.principal.id)
    disposition = b'attachment; filename="tianfu-export.json"'
    return Reply(document, headers=((b"content-disposition", disposition),))


async def erase(call: Call) -> Reply:
    components = call.components
    await account.leave(
        components.database,
        components.community,
        components.steps,
        components.revoked,
        call.principal,
        call.now,
    )
    return Reply(status=204)


ENDPOINTS = in_section(
    "me",
    Endpoint(
        "GET /v1/me",
        show_me,
        roles=CITIZEN,
        summary="The citizen",
        answers={200: m_actions.Me},
    ),
    Endpoint(
        "DELETE /v1/me",
        erase,
        roles=CITIZEN,
        summary="Destroy what identifies the citizen; ledgers keep amounts without a person",
        answers={204: None},
    ),
    Endpoint(
        "GET /v1/me/certificates",
        list_certificates,
        roles=CITIZEN,
        summary="Certificates, newest first",
        answers={200: Page[m_scans.MyCertificate]},
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/me/export",
        export,
        roles=CITIZEN,
        summary="Everything kept about the citizen, as one document",
        answers={200: m_actions.Export},
    ),
)
