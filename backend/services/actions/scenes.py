"""Certified scenes: everybody lists them, operators create and change them and replace their signs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import UNSET

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.certificates.number import new_event_code
from backend.domain.folding import folded_code
from backend.domain.qr_codes import CodeKeys
from backend.errors import InvalidBody
from backend.errors.actions.evidence import SceneListed, SceneNotFound, SheetsTooMany
from backend.messages.actions.certifications import CertificationView
from backend.messages.actions.scenes import (
    SceneChangeRequest,
    SceneFields,
    SceneRequest,
    SceneView,
    SignedScene,
    SignView,
)
from backend.messages.organisations.organisations import OrganisationBrief
from backend.messages.shape import Bilingual, Page, columns_of, view_of
from backend.models import Organisation, Scene
from backend.models.keys import uuid7
from backend.render.sheets.scenes import SHEETS_MAX, Sheet
from backend.services.actions.certifications import (
    certifications_in_force,
    list_certifications,
    list_criteria,
)
from backend.services.actions.scene_cache import SceneCache
from backend.services.identity.staff_accounts import record
from backend.services.listing import matching
from backend.services.organisations.organisations import find_organisation, organisation_brief
from backend.storage.database import Database
from backend.storage.statements import lock

# What a change may set, besides the name and the sign: the same word in the request and in the table.
CHANGEABLE = ("district", "address", "stars", "grade", "lat", "lon", "is_open")
ROWS_AT_ONCE = 500

NaturalKey = tuple[str, str, str, str | None]


async def list_scenes(
    catalogue: Catalogue,
    limit: int,
    cursor: UUID | None,
    *,
    kind: str | None = None,
    district: str | None = None,
    typed: str | None = None,
    is_for_staff: bool = False,
) -> Page[SceneView]:
    """Scenes that are open, for staff closed ones too, newest first."""
    query = matching(Scene.all(), typed, "code", "name_zh", "name_en", "district", "address")
    if not is_for_staff:
        query = query.filter(is_open=True)
    if kind is not None:
        query = query.filter(kind=kind)
    if district is not None:
        query = query.filter(district=district)
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    views = await scene_views(rows, catalogue)
    return Page.of(rows, limit, lambda scene: views[scene.id])


class SceneAdministration:
    """Scenes with the signs that hang there: shown, listed, changed, printed."""

    def __init__(
        self, database: Database, catalogue: Catalogue, keys: CodeKeys, scenes: SceneCache, public_base: str
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._keys = keys
        self._scenes = scenes
        self._public_base = public_base

    async def show(self, code: str) -> SignedScene:
        """A scene with its sign. Raises SceneNotFound."""
        return await self.signed(await find_scene(code))

    async def enter(self, staff: Principal, request: SceneRequest) -> SignedScene:
        """List a new scene. Raises SceneListed, OrganisationNotFound, InvalidBody."""
        return await self.signed(await create_scene(self._database, staff, request))

    async def change(self, staff: Principal, code: str, request: SceneChangeRequest) -> SignedScene:
        """Change what a scene says, close or open it, give it a new sign. Raises SceneNotFound, OrganisationNotFound,
        InvalidBody."""
        scene = await change_scene(self._database, staff, code, request)
        self._scenes.forget(scene.code)
        return await self.signed(scene)

    async def sheets_of(self, codes: Sequence[str] | None, district: str | None) -> list[Sheet]:
        """What is printed of the scenes with these codes, in that order, or of all that are open in a district.

        Raises SceneNotFound, SheetsTooMany.
        """
        sheets = []
        for scene in await scenes_of(codes, district, SHEETS_MAX):
            kind, signed = self._catalogue.scene_kinds[scene.kind], await self.signed(scene)
            methods = [self._catalogue.methods[code] for code in kind.methods]
            sheets.append(Sheet(signed.scene, signed.sign, kind, methods))
        return sheets

    async def signed(self, scene: Scene) -> SignedScene:
        views = await scene_views([scene], self._catalogue)
        return SignedScene(
            scene=views[scene.id],
            sign=sign_view(scene, self._keys, self._public_base),
        )


async def show_scene(catalogue: Catalogue, code: str) -> SceneView:
    """A scene as anyone may see it. Raises SceneNotFound."""
    scene = await find_scene(code)
    return (await scene_views([scene], catalogue))[scene.id]


async def scene_facts(catalogue: Catalogue, code: str) -> dict[str, object]:
    """What the page of a scene shows: what it is certified as, what it was, and the criteria. Raises SceneNotFound."""
    view = await show_scene(catalogue, code)
    found = await list_certifications(view.code, is_staff=False)
    return {
        "scene": view,
        "history": [each for each in found.items if each.state != "certified"],
        "criteria": {each.version: each for each in list_criteria()},
    }


async def scene_views(scenes: Sequence[Scene], catalogue: Catalogue) -> dict[UUID, SceneView]:
    """Scenes as anyone may see them, with who answers for them and what they are certified as, by id."""
    owners = await owners_of(scenes)
    certified = await certifications_in_force([scene.id for scene in scenes]) if scenes else {}
    return {
        scene.id: scene_view(scene, catalogue, owners.get(scene.organisation_id), certified.get(scene.id))
        for scene in scenes
    }


async def owners_of(scenes: Sequence[Scene]) -> dict[UUID | None, OrganisationBrief]:
    """Who answers for these scenes, by the organisation's id."""
    ids = {scene.organisation_id for scene in scenes if scene.organisation_id is not None}
    rows = await Organisation.filter(id__in=list(ids)) if ids else []
    return {row.id: organisation_brief(row) for row in rows}


async def find_scene(code: str) -> Scene:
    """The scene with a code. Raises SceneNotFound."""
    scene = await Scene.get_or_none(code=folded_code(code))
    if scene is None:
        raise SceneNotFound
    return scene


async def scenes_of(codes: Sequence[str] | None, district: str | None, scenes_max: int) -> list[Scene]:
    """Scenes by their codes, in that order, or all open ones of a district.

    Raises SceneNotFound for an unknown code or a district without scenes, SheetsTooMany.
    """
    query = Scene.filter(is_open=True, district=district) if codes is None else Scene.filter(code__in=codes)
    if codes is not None and len(codes) > scenes_max:
        raise SheetsTooMany(sheets=len(codes), sheets_max=scenes_max)
    found = await query.order_by("code").limit(scenes_max + 1)
    if len(found) > scenes_max:
        raise SheetsTooMany(sheets=await query.count(), sheets_max=scenes_max)
    by_code = {scene.code: scene for scene in found}
    if not found or (codes is not None and set(codes) != set(by_code)):
        raise SceneNotFound
    return found if codes is None else [by_code[code] for code in dict.fromkeys(codes)]


async def create_scene(database: Database, staff: Principal, request: SceneRequest) -> Scene:
    """Create a scene. Raises SceneListed, OrganisationNotFound, InvalidBody."""
    check_location(request.lat, request.lon)
    async with database.transaction():
        # One at a time: the check for a duplicate is a query, and no unique key of the table backs it.
        await lock("lock_scenes")
        listed = await listed_already([request])
        if listed:
            raise SceneListed(scene=next(iter(listed.values())))
        (scene,) = await insert_scenes([request])
        if request.organisation is not None:
            scene.organisation_id = (await find_organisation(request.organisation)).id
            await scene.save(update_fields=["organisation_id"])
        await record(staff, "scene.enter", scene.code, reason=request.reason, after=_snapshot(scene))
    return scene


async def change_scene(database: Database, staff: Principal, code: str, request: SceneChangeRequest) -> Scene:
    """Change a scene's fields, close or reopen it, or replace its sign. Raises SceneNotFound, InvalidBody."""
    async with database.transaction():
        scene = await Scene.filter(code=folded_code(code)).select_for_update().get_or_none()
        if scene is None:
            raise SceneNotFound
        before = _snapshot(scene)
        if request.name is not UNSET:
            scene.name_zh, scene.name_en = request.name.zh, request.name.en
        for name in CHANGEABLE:
            value = getattr(request, name)
            if value is not UNSET:
                setattr(scene, name, value)
        if request.organisation is None:
            scene.organisation_id = None
        elif request.organisation is not UNSET:
            scene.organisation_id = (await find_organisation(request.organisation)).id
        check_location(scene.lat, scene.lon)
        if request.new_sign:
            scene.revision += 1
        after = _snapshot(scene)
        changed = {name for name in after if after[name] != before[name]}
        if not changed:
            raise InvalidBody.at("", "nothing_to_change")
        await scene.save()
        await record(
            staff,
            "scene.change",
            scene.code,
            reason=request.reason,
            before={name: before[name] for name in sorted(changed)},
            after={name: after[name] for name in sorted(changed)},
        )
    return scene


async def listed_already(scenes: Sequence[SceneFields]) -> dict[NaturalKey, str]:
    """The codes of those scenes that exist already, by natural key."""
    found: dict[NaturalKey, str] = {}
    for start in range(0, len(scenes), ROWS_AT_ONCE):
        part = scenes[start : start + ROWS_AT_ONCE]
        wanted = {natural_key(scene) for scene in part}
        for row in await Scene.filter(name_zh__in=[scene.name.zh for scene in part]):
            key = (row.kind, row.name_zh, row.district, row.address)
            if key in wanted:
                found[key] = row.code
    return found


def natural_key(scene: SceneFields) -> NaturalKey:
    """What identifies a scene: a chain has one name and many addresses."""
    return scene.kind, scene.name.zh, scene.district, scene.address


async def insert_scenes(scenes: Sequence[SceneFields]) -> list[Scene]:
    """Insert scenes under new codes, in their order; call it while the table of scenes is locked."""
    codes: set[str] = set()
    while len(codes) < len(scenes):
        fresh = {new_event_code() for _ in range(len(scenes) - len(codes))}
        taken = await Scene.filter(code__in=list(fresh)).values_list("code", flat=True)
        codes |= fresh - set(taken)
    rows = [
        Scene(id=uuid7(), code=code, **columns_of(scene, "reason", "organisation"))
        for scene, code in zip(scenes, codes, strict=True)
    ]
    await Scene.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    return rows


def check_location(lat: float | None, lon: float | None) -> None:
    """Both coordinates or none. Raises InvalidBody."""
    if (lat is None) != (lon is None):
        raise InvalidBody.at(
            "/lat" if lat is None else "/lon", "comes_with", other="lon" if lat is None else "lat"
        )


def scene_view(
    scene: Scene,
    catalogue: Catalogue,
    owner: OrganisationBrief | None = None,
    certification: CertificationView | None = None,
) -> SceneView:
    """A scene as anyone may see it."""
    kind = catalogue.scene_kinds[scene.kind]
    return view_of(
        SceneView,
        scene,
        kind_name=Bilingual(kind.name["zh-CN"], kind.name["en"]),
        name=Bilingual(scene.name_zh, scene.name_en),
        methods=list(kind.methods),
        organisation=owner,
        certification=certification,
    )


def sign_view(scene: Scene, keys: CodeKeys, public_base: str) -> SignView:
    """The code and address on a scene's sign, for operators alone."""
    code = keys.sign(scene.code, scene.revision)
    return SignView(revision=scene.revision, code=code, url=f"{public_base}/q/{code}")


def _snapshot(scene: Scene) -> dict[str, Any]:
    """The scene's fields for the audit trail."""
    names = ("kind", "name_zh", "name_en", *CHANGEABLE, "revision")
    owner = None if scene.organisation_id is None else str(scene.organisation_id)
    return {name: getattr(scene, name) for name in names} | {"organisation_id": owner}
