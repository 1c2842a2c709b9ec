"""A citizen's own account."""

from __future__ import annotations

from backend.messages.actions import ActionBrief, Me, PointsBalance, PointsEntry, Summary
from backend.messages.scans import MyCertificate
from backend.messages.shape import Page
from backend.routes.serving import Call, Reply
from backend.services import account


async def show_me(call: Call) -> Me:
    return await account.me(call.principal.id)


async def show_summary(call: Call) -> Summary:
    return await account.summary(call.parts.database, call.principal.id)


async def list_actions(call: Call) -> Page[ActionBrief]:
    return await account.actions(call.principal.id, call.limit, call.cursor_id)


async def show_points(call: Call) -> PointsBalance:
    return PointsBalance(balance=(await account.me(call.principal.id)).balance)


async def list_entries(call: Call) -> Page[PointsEntry]:
    return await account.entries(call.principal.id, call.limit, call.cursor_id)


async def list_certificates(call: Call) -> Page[MyCertificate]:
    parts = call.parts
    return await account.certificates(
        parts.database, call.principal.id, call.limit, call.query("cursor"), parts.settings.public_base
    )


async def export(call: Call) -> Reply:
    document = await account.export(call.parts.database, call.principal.id)
    disposition = b'attachment; filename="tianfu-export.json"'
    return Reply(document, headers=((b"content-disposition", disposition),))


async def erase(call: Call) -> Reply:
    await account.erase(call.parts.database, call.principal.id)
    call.parts.revoked.add(call.principal.session_id)
    return Reply(status=204)
