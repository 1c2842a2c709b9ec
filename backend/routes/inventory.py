"""The inventory of an event: activity data by form and by file, the whole account, reduction measures."""

from __future__ import annotations

from backend.domain.inventory.groups import PHASES
from backend.errors import EventClosed, EventNotFound
from backend.errors.inventory import (
    AccountNotFound,
    InventoryEmpty,
    InventoryFileUnreadable,
    InventoryFixed,
    InventoryRowsBroken,
)
from backend.messages.inventory import account as m_account
from backend.messages.inventory import lines as m_lines
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import (
    ANY_STAFF,
    ORGANISER,
    PAGING,
    TABLE_FILE,
    Endpoint,
    Query,
    Upload,
    in_section,
)
from backend.routes.http.reply import Reply
from backend.services.inventory import account, lines


async def list_lines(call: Call) -> Page[m_lines.ActivityLineView]:
    return await lines.list_lines(
        call.components.database, call.principal, call.params["slug"], call.limit, call.cursor_id
    )


async def add_lines(call: Call) -> m_lines.InventoryStored:
    components = call.components
    return await lines.add_to_inventory(
        components.database, components.catalogue, call.principal, call.params["slug"], call.body
    )


async def import_lines(call: Call) -> m_lines.InventoryStored:
    components = call.components
    return await lines.import_lines(
        components.database,
        components.catalogue,
        components.table_files,
        call.principal,
        call.params["slug"],
        call.raw,
    )


async def list_sources(call: Call) -> Page[m_lines.ActivitySourceView]:
    return Page(await lines.list_sources(call.principal, call.components.catalogue, call.params["slug"]))


async def write_template(call: Call) -> Reply:
    disposition = (b"content-disposition", b'attachment; filename="inventory-template.csv"')
    # The mark has spreadsheets read UTF-8.
    filled = await lines.fill_template(
        call.principal_if_staff(), call.components.catalogue, call.params["slug"]
    )
    body = b"\xef\xbb\xbf" + filled.encode()
    return Reply(body=body, media_type=b"text/csv; charset=utf-8", headers=(disposition,))


async def show_account(call: Call) -> m_account.AccountView:
    components = call.components
    return await account.show_account(
        components.database,
        components.catalogue,
        call.params["slug"],
        call.principal_if_staff(),
        call.one_of("phase", PHASES) or "actual",
        call.now,
    )


async def add_measure(call: Call) -> m_lines.MeasureView:
    return await lines.add_measure(call.components.database, call.principal, call.params["slug"], call.body)


ENDPOINTS = in_section(
    "inventory",
    Endpoint(
        "GET /v1/events/{slug}/inventory",
        list_lines,
        roles=ANY_STAFF,
        duty=("desk",),
        summary="Lines of activity data, newest first, superseded ones among them",
        answers={200: Page[m_lines.ActivityLineView]},
        refusals=(EventNotFound,),
        query=PAGING,
    ),
    Endpoint(
        "POST /v1/events/{slug}/inventory",
        add_lines,
        roles=ORGANISER,
        summary="Record activity data, a ticket list and groups of which there is nothing, all or none of it",
        body=m_lines.InventoryRequest,
        answers={201: m_lines.InventoryStored},
        refusals=(EventNotFound, EventClosed, InventoryFixed, InventoryEmpty, InventoryRowsBroken),
    ),
    Endpoint(
        "POST /v1/events/{slug}/inventory-imports",
        import_lines,
        roles=ORGANISER,
        summary="Record the lines of a table file, all of them or none; every mistake is named by row and column",
        upload=Upload(TABLE_FILE, "import_bytes_max"),
        answers={201: m_lines.InventoryStored},
        refusals=(EventNotFound, EventClosed, InventoryFixed, InventoryFileUnreadable, InventoryRowsBroken),
    ),
    Endpoint(
        "GET /v1/events/{slug}/inventory-sources",
        list_sources,
        roles=ANY_STAFF,
        duty=("desk",),
        summary="What may be recorded: sources with their groups, units and usual factors",
        answers={200: Page[m_lines.ActivitySourceView]},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        "GET /v1/events/{slug}/inventory-template.csv",
        write_template,
        summary="The template of a file of activity data, with its version in the first row",
        answers={200: None},
        media_type="text/csv",
        refusals=(EventNotFound,),
    ),
    Endpoint(
        "GET /v1/events/{slug}/account",
        show_account,
        summary="The whole event's emissions with their interval, credits retired, and what a claim lacks",
        answers={200: m_account.AccountView},
        refusals=(EventNotFound, AccountNotFound),
        query=(Query("phase", {"type": "string", "enum": list(PHASES)}, "actual when left out"),),
    ),
    Endpoint(
        "POST /v1/events/{slug}/measures",
        add_measure,
        roles=ORGANISER,
        summary="Record a reduction measure with its baseline; it is subtracted nowhere",
        body=m_lines.MeasureRequest,
        answers={201: m_lines.MeasureView},
        refusals=(EventNotFound, EventClosed, InventoryFixed, InventoryRowsBroken),
    ),
)
