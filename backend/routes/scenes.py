"""Certified scenes: the public list, their administration, sheets to print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from backend.errors import Busy, InvalidQuery, TooManyAtOnce
from backend.errors.actions.evidence import (
    CsvRowBroken,
    CsvUnreadable,
    SceneListed,
    SceneNotFound,
    SheetsTooMany,
)
from backend.errors.organisations import OrganisationNotFound
from backend.messages.actions.scenes import (
    Kind,
    SceneChangeRequest,
    SceneImport,
    SceneRequest,
    SceneView,
    SignedScene,
)
from backend.messages.shape import Page
from backend.render.sheets.scenes import Sheet, scene_sheets
from backend.routes.http.call import Call
from backend.routes.http.endpoint import (
    OPERATOR,
    PAGING,
    SEARCH,
    TABLE_FILE,
    Endpoint,
    Query,
    Upload,
    in_section,
)
from backend.routes.http.reply import Reply
from backend.services.actions import scenes
from backend.services.actions.scene_import import import_scenes

REASON_CHARS_MAX = 400


async def list_open(call: Call) -> Page[SceneView]:
    kind = call.one_of("kind", get_args(Kind))
    return await scenes.list_scenes(
        call.components.catalogue,
        call.limit,
        call.cursor_id,
        kind=kind,
        district=call.query("district"),
        typed=call.search,
        is_for_staff=call.principal_if_operator() is not None,
    )


async def show_scene(call: Call) -> SceneView:
    return await scenes.show_scene(call.components.catalogue, call.params["code"])


async def show_sign(call: Call) -> SignedScene:
    return await call.components.scenes.show(call.params["code"])


async def create(call: Call) -> SignedScene:
    return await call.components.scenes.enter(call.principal, call.body)


async def change(call: Call) -> SignedScene:
    return await call.components.scenes.change(call.principal, call.params["code"], call.body)


async def import_file(call: Call) -> SceneImport:
    reason = call.required_text("reason", REASON_CHARS_MAX)
    return await import_scenes(
        call.components.database, call.components.table_files, call.principal, reason, call.raw
    )


async def show_sheet(call: Call) -> Reply:
    sheets = await call.components.scenes.sheets_of([call.params["code"].upper()], None)
    return await _drawn(call, sheets, f"scene-{sheets[0].scene.code}.pdf")


async def show_sheets(call: Call) -> Reply:
    codes, district = call.query("codes"), call.query("district")
    if (codes is None) == (district is None):
        raise InvalidQuery.of("codes", "one_of_two", other="district")
    wanted = None if codes is None else [code.strip().upper() for code in codes.split(",") if code.strip()]
    sheets = await call.components.scenes.sheets_of(wanted, district)
    name = f"scene-{sheets[0].scene.code}.pdf" if len(sheets) == 1 else "scenes.pdf"
    return await _drawn(call, sheets, name)


async def _drawn(call: Call, sheets: Sequence[Sheet], name: str) -> Reply:
    body = await call.components.drawings.get(scene_sheets(sheets), str(call.principal.id))
    disposition = f'inline; filename="{name}"'.encode()
    return Reply(body=body, media_type=b"application/pdf", headers=((b"content-disposition", disposition),))


_DISTRICT = Query(
    "district", {"type": "string", "maxLength": 40}, "the district, as it is written in the list"
)

ENDPOINTS = in_section(
    "scenes",
    Endpoint(
        "GET /v1/scenes",
        list_open,
        summary="Certified scenes that are open, newest first; operators see closed ones too",
        answers={200: Page[SceneView]},
        query=(
            Query("kind", {"type": "string", "enum": list(get_args(Kind))}, "of this kind only"),
            _DISTRICT,
            SEARCH,
            *PAGING,
        ),
    ),
    Endpoint(
        "POST /v1/scenes",
        create,
        roles=OPERATOR,
        summary="Enter a certified scene; its sign's code is in the answer",
        body=SceneRequest,
        answers={201: SignedScene},
        refusals=(SceneListed, OrganisationNotFound),
    ),
    Endpoint(
        "POST /v1/scene-imports",
        import_file,
        roles=OPERATOR,
        summary="Enter the scenes of a table file (CSV or .xlsx), all of them or none",
        upload=Upload(TABLE_FILE, "import_bytes_max"),
        answers={201: SceneImport},
        refusals=(CsvUnreadable, CsvRowBroken),
        query=(Query("reason", {"type": "string", "minLength": 1, "maxLength": 400}, "why; it is recorded"),),
    ),
    Endpoint(
        "GET /v1/scenes/sheets",
        show_sheets,
        roles=OPERATOR,
        summary="Sheets to print of several scenes that are open, in one file",
        answers={200: None},
        media_type="application/pdf",
        refusals=(SceneNotFound, SheetsTooMany, TooManyAtOnce, Busy),
        query=(
            Query("codes", {"type": "string", "maxLength": 1000}, "five characters each, parted by commas"),
            _DISTRICT,
        ),
    ),
    Endpoint(
        "GET /v1/scenes/{code}",
        show_scene,
        summary="A certified scene",
        answers={200: SceneView},
        refusals=(SceneNotFound,),
    ),
    Endpoint(
        "GET /v1/scenes/{code}/sign",
        show_sign,
        roles=OPERATOR,
        summary="The code on a scene's sign as it is now",
        answers={200: SignedScene},
        refusals=(SceneNotFound,),
    ),
    Endpoint(
        "GET /v1/scenes/{code}/sheet",
        show_sheet,
        roles=OPERATOR,
        summary="A scene's sheet to print (A4)",
        answers={200: None},
        media_type="application/pdf",
        refusals=(SceneNotFound, TooManyAtOnce, Busy),
    ),
    Endpoint(
        "POST /v1/scenes/{code}/changes",
        change,
        roles=OPERATOR,
        summary="Change what a scene says, close or open it, give it a new sign",
        body=SceneChangeRequest,
        answers={200: SignedScene},
        refusals=(SceneNotFound, OrganisationNotFound),
    ),
)
