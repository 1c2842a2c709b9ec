"""Certified scenes: the public list, their administration, sheets to print."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import get_args

from backend.errors import InvalidQuery
from backend.errors.actions.evidence import (
    CsvRowBroken,
    CsvUnreadable,
    SceneListed,
    SceneNotFound,
    SheetsTooMany,
)
from backend.messages.actions.scenes import (
    Kind,
    SceneChangeRequest,
    SceneImport,
    SceneRequest,
    SceneView,
    SignedScene,
)
from backend.messages.shape import Page
from backend.models import Scene
from backend.render.sheets.scenes import SHEETS_MAX, Sheet, sheets_pdf
from backend.routes.http.endpoint import OPERATOR, PAGING, Call, Endpoint, Query, Reply, Upload
from backend.services.actions.scene_import import import_scenes, read_scenes
from backend.services.actions.scenes import (
    change_scene,
    create_scene,
    find_scene,
    list_scenes,
    scene_view,
    scenes_of,
    sign_view,
)

REASON_CHARS_MAX = 400


async def list_open(call: Call) -> Page[SceneView]:
    kind = call.query("kind")
    if kind is not None and kind not in get_args(Kind):
        raise InvalidQuery(name="kind", reason=", ".join(get_args(Kind)))
    return await list_scenes(
        call.components.catalogue, call.limit, call.cursor_id, kind=kind, district=call.query("district")
    )


async def show_scene(call: Call) -> SceneView:
    return scene_view(await find_scene(call.params["code"]), call.components.catalogue)


async def show_sign(call: Call) -> SignedScene:
    return _signed(call, await find_scene(call.params["code"]))


async def enter(call: Call) -> SignedScene:
    request: SceneRequest = call.body
    return _signed(call, await create_scene(call.components.database, call.principal, request))


async def change(call: Call) -> SignedScene:
    request: SceneChangeRequest = call.body
    scene = await change_scene(call.components.database, call.principal, call.params["code"], request)
    call.components.scenes.forget(scene.code)
    return _signed(call, scene)


async def import_csv(call: Call) -> SceneImport:
    reason = (call.query("reason") or "").strip()
    if not 1 <= len(reason) <= REASON_CHARS_MAX:
        raise InvalidQuery(name="reason", reason=f"1 … {REASON_CHARS_MAX}")
    rows = await asyncio.to_thread(read_scenes, call.raw)
    stored = await import_scenes(call.components.database, call.principal, reason, rows)
    return SceneImport(imported=len(stored), codes=[scene.code for scene in stored])


async def show_sheet(call: Call) -> Reply:
    return await _printed(call, [await find_scene(call.params["code"])])


async def show_sheets(call: Call) -> Reply:
    codes, district = call.query("codes"), call.query("district")
    if (codes is None) == (district is None):
        raise InvalidQuery(name="codes", reason="codes or district, one of them")
    wanted = None if codes is None else [code.strip().upper() for code in codes.split(",") if code.strip()]
    return await _printed(call, await scenes_of(wanted, district, SHEETS_MAX))


async def _printed(call: Call, scenes: Sequence[Scene]) -> Reply:
    catalogue = call.components.catalogue
    sheets = []
    for scene in scenes:
        kind = catalogue.scene_kinds[scene.kind]
        signed = _signed(call, scene)
        methods = [catalogue.methods[code] for code in kind.methods]
        sheets.append(Sheet(signed.scene, signed.sign, kind, methods))
    body = await asyncio.to_thread(sheets_pdf, sheets)
    name = f"scene-{scenes[0].code}.pdf" if len(scenes) == 1 else "scenes.pdf"
    disposition = f'inline; filename="{name}"'.encode()
    return Reply(body=body, media_type=b"application/pdf", headers=((b"content-disposition", disposition),))


def _signed(call: Call, scene: Scene) -> SignedScene:
    components = call.components
    return SignedScene(
        scene=scene_view(scene, components.catalogue),
        sign=sign_view(scene, components.codes, components.settings.public_base),
    )


_DISTRICT = Query(
    "district", {"type": "string", "maxLength": 40}, "the district, as it is written in the list"
)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/v1/scenes",
        handler=list_open,
        tag="scenes",
        summary="Certified scenes that are open, newest first",
        answers={200: Page[SceneView]},
        query=(
            Query("kind", {"type": "string", "enum": list(get_args(Kind))}, "of this kind only"),
            _DISTRICT,
            *PAGING,
        ),
    ),
    Endpoint(
        method="POST",
        path="/v1/scenes",
        handler=enter,
        tag="scenes",
        roles=OPERATOR,
        summary="Enter a certified scene; its sign's code is in the answer",
        body=SceneRequest,
        answers={201: SignedScene},
        refusals=(SceneListed,),
    ),
    Endpoint(
        method="POST",
        path="/v1/scene-imports",
        handler=import_csv,
        tag="scenes",
        roles=OPERATOR,
        summary="Enter the scenes of a CSV file, all of them or none",
        upload=Upload(("text/csv",), "import_bytes_max"),
        answers={201: SceneImport},
        refusals=(CsvUnreadable, CsvRowBroken),
        query=(Query("reason", {"type": "string", "minLength": 1, "maxLength": 400}, "why; it is recorded"),),
    ),
    Endpoint(
        method="GET",
        path="/v1/scenes/sheets",
        handler=show_sheets,
        tag="scenes",
        roles=OPERATOR,
        summary="Sheets to print of several scenes that are open, in one file",
        answers={200: None},
        media_type="application/pdf",
        refusals=(SceneNotFound, SheetsTooMany),
        query=(
            Query("codes", {"type": "string", "maxLength": 1000}, "five characters each, parted by commas"),
            _DISTRICT,
        ),
    ),
    Endpoint(
        method="GET",
        path="/v1/scenes/{code}",
        handler=show_scene,
        tag="scenes",
        summary="A certified scene",
        answers={200: SceneView},
        refusals=(SceneNotFound,),
    ),
    Endpoint(
        method="GET",
        path="/v1/scenes/{code}/sign",
        handler=show_sign,
        tag="scenes",
        roles=OPERATOR,
        summary="The code on a scene's sign as it is now",
        answers={200: SignedScene},
        refusals=(SceneNotFound,),
    ),
    Endpoint(
        method="GET",
        path="/v1/scenes/{code}/sheet",
        handler=show_sheet,
        tag="scenes",
        roles=OPERATOR,
        summary="A scene's sheet to print (A4)",
        answers={200: None},
        media_type="application/pdf",
        refusals=(SceneNotFound,),
    ),
    Endpoint(
        method="POST",
        path="/v1/scenes/{code}/changes",
        handler=change,
        tag="scenes",
        roles=OPERATOR,
        summary="Change what a scene says, close or open it, give it a new sign",
        body=SceneChangeRequest,
        answers={200: SignedScene},
        refusals=(SceneNotFound,),
    ),
)
