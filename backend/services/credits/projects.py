"""Projects that reductions come from, and the plantings of those that grow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET
from tortoise.exceptions import IntegrityError
from tortoise.functions import Sum

from backend.auth import Principal
from backend.domain.credits.products import CreditRules
from backend.domain.credits.survival import Survival
from backend.domain.days import SHANGHAI
from backend.errors import InvalidBody
from backend.errors.credits import ProjectCodeTaken, ProjectRegistered
from backend.errors.fields import field_error
from backend.messages.credits import (
    ActivityRequest,
    ActivityView,
    PlantingRequest,
    PlantingView,
    ProjectChangeRequest,
    ProjectRequest,
    ProjectView,
    ScheduleStep,
    ScheduleView,
)
from backend.messages.shape import Bilingual, Page, Statement, columns_of, view_of
from backend.models import CreditBatch, Planting, Project
from backend.services.credits.plantings import (
    activity_views,
    add_activity,
    check_planting,
    expected_t,
    find_project,
    survival_view,
    survivals_of,
)
from backend.services.identity.staff_accounts import record
from backend.services.listing import matching
from backend.storage.database import Database, constraint_of

GROWING = ("forestry", "grassland", "wetland")
FIRST_DAY = date(1990, 1, 1)
AREA_HA_MAX = 10_000_000
PLANTINGS_SHOWN = 100
CHANGEABLE = ("barrier", "is_demonstration", "planned_t")
EX_ANTE_NEEDS = ("location", "species", "area_ha", "schedule")


async def create_project(
    database: Database, staff: Principal, request: ProjectRequest, rules: CreditRules
) -> ProjectView:
    """Create a project. Raises ProjectCodeTaken, ProjectRegistered, InvalidBody."""
    _check_project(request)
    registry = None if request.registry is None else rules.find_registry(request.registry)
    schedule = [_kept(step) for step in request.schedule] if request.schedule else None
    project = Project(
        **columns_of(request, "reason", "registry", "schedule"),
        registry=registry.code if registry else request.registry,
        schedule=schedule,
    )
    try:
        async with database.transaction():
            await project.save(force_create=True)
            after = {"product": project.product, "is_ex_ante": project.is_ex_ante}
            await record(staff, "project.enter", project.code, reason=request.reason, after=after)
    except IntegrityError as error:
        constraint = constraint_of(error)
        if constraint == "projects_code_unique":
            raise ProjectCodeTaken from error
        if constraint == "projects_registered_once":
            raise ProjectRegistered from error
        raise
    return (await _views(database, [project], rules))[0]


async def change_project(
    database: Database, staff: Principal, code: str, request: ProjectChangeRequest, rules: CreditRules
) -> ProjectView:
    """Say what the plan calls a project, and what it expects. Raises ProjectNotFound, InvalidBody."""
    async with database.transaction():
        found = await find_project(code)
        project = await Project.filter(id=found.id).select_for_update().get()
        before = {name: getattr(project, name) for name in CHANGEABLE}
        after = {name: value for name in CHANGEABLE if (value := getattr(request, name)) is not UNSET}
        changed = {name: value for name, value in after.items() if value != before[name]}
        if not changed:
            raise InvalidBody.at("", "nothing_to_change")
        _check_planned(changed.get("planned_t"), project.is_ex_ante)
        # The others may not be written: what was told of a registration stays.
        await Project.filter(id=project.id).update(**changed)
        await record(
            staff,
            "project.change",
            code,
            reason=request.reason,
            before={name: before[name] for name in changed},
            after=changed,
        )
    return await show_project(database, code, rules)


async def record_planting(
    database: Database, staff: Principal, code: str, request: PlantingRequest, rules: CreditRules
) -> ProjectView:
    """Record plants set or wetland repaired at a project, or what of it was found later.

    Raises ProjectNotFound, InvalidBody, EvidenceMissing, EvidenceNotFound.
    """
    if not FIRST_DAY <= request.day <= datetime.now(SHANGHAI).date():
        raise InvalidBody.at("/day", "future_day", day_min=FIRST_DAY)
    if request.kind == "planted" and not request.plants:
        raise InvalidBody.at("/plants", "nothing_planted")
    _check_area(request.area_ha)
    project = await find_project(code)
    if project.category not in GROWING:
        raise InvalidBody.at("", "nothing_grows")
    async with database.transaction():
        # One report at a time: what was there is what the others told.
        await Project.filter(id=project.id).select_for_update().get()
        evidence = await check_planting(project, request)
        await Planting.create(
            project_id=project.id, evidence=evidence, **columns_of(request, "reason", "evidence")
        )
        after = {"kind": request.kind, "day": str(request.day), "plants": request.plants}
        await record(staff, "project.planting", code, reason=request.reason, after=after)
    return (await _views(database, [project], rules))[0]


async def record_activity(
    database: Database, staff: Principal, code: str, request: ActivityRequest, rules: CreditRules
) -> ProjectView:
    """Say that people plant or repair for a project at an event.

    Raises ProjectNotFound, InvalidBody, EventNotFound, ActivityTaken.
    """
    project = await find_project(code)
    if project.category not in GROWING:
        raise InvalidBody.at("", "nothing_grows")
    await add_activity(database, staff, project, request)
    return (await _views(database, [project], rules))[0]


async def show_project(database: Database, code: str, rules: CreditRules) -> ProjectView:
    """A project as anyone may see it. Raises ProjectNotFound."""
    return (await _views(database, [await find_project(code)], rules))[0]


async def list_projects(
    database: Database,
    rules: CreditRules,
    limit: int,
    cursor: UUID | None,
    wanted: dict[str, Any],
    typed: str | None = None,
) -> Page[ProjectView]:
    """Projects, newest first, whose columns are as asked for."""
    query = Project.all() if cursor is None else Project.filter(id__lt=cursor)
    query = matching(query, typed, "code", "name_zh", "name_en", "registration_no", "location")
    rows = await query.filter(**wanted).order_by("-id").limit(limit + 1)
    views = dict(zip((row.id for row in rows), await _views(database, rows, rules), strict=True))
    return Page.of(rows, limit, lambda project: views[project.id])


async def _views(database: Database, projects: Sequence[Project], rules: CreditRules) -> list[ProjectView]:
    ids = [project.id for project in projects]
    retired = await (
        CreditBatch.filter(project_id__in=ids, status="retired")
        .group_by("project_id")
        .annotate(tonnes=Sum("quantity_t"))
        .values_list("project_id", "tonnes")
    )
    tonnes: dict[UUID, int] = {row[0]: int(row[1]) for row in retired}
    growing = [project for project in projects if project.category in GROWING]
    survival = await survivals_of(growing) if growing else {}
    activities = await activity_views(database, growing) if growing else {}
    views = []
    for project in projects:
        plantings: list[Planting] = []
        if project.category in GROWING:
            found = Planting.filter(project_id=project.id).order_by("-day", "-id")
            plantings = await found.limit(PLANTINGS_SHOWN)
        views.append(
            _view(
                project,
                tonnes.get(project.id, 0),
                plantings,
                rules,
                survival.get(project.id),
                activities.get(project.id, []),
            )
        )
    return views


def _view(
    project: Project,
    retired_t: int,
    plantings: Sequence[Planting],
    rules: CreditRules,
    survival: Survival | None,
    activities: list[ActivityView],
) -> ProjectView:
    warning = rules.products[project.product].warning if project.is_ex_ante else None
    return view_of(
        ProjectView,
        project,
        name=Bilingual(project.name_zh, project.name_en),
        warning=None if warning is None else Statement(warning["zh-CN"], warning["en"]),
        schedule=None
        if project.schedule is None
        else [msgspec.convert(step, ScheduleView) for step in project.schedule],
        retired_t=retired_t,
        plantings=[
            view_of(PlantingView, planting, evidence=_address(project, planting)) for planting in plantings
        ],
        expected_t=expected_t(project, survival),
        survival=None if survival is None else survival_view(survival),
        activities=activities,
    )


def _address(project: Project, planting: Planting) -> str | None:
    if planting.evidence is None:
        return None
    return f"/v1/projects/{project.code}/evidence/{planting.evidence.hex()}"


def _check_planned(planned_t: object, is_ex_ante: bool) -> None:
    if planned_t is not None and not is_ex_ante:
        raise InvalidBody.at("/planned_t", "comes_with", other="is_ex_ante")


def _check_project(request: ProjectRequest) -> None:
    _check_area(request.area_ha)
    _check_planned(request.planned_t, request.is_ex_ante)
    for number, corner in enumerate(request.polygon or ()):
        if not -90 <= corner[1] <= 90:
            raise InvalidBody.at(f"/polygon/{number}", "polygon_corner")
    if not request.is_ex_ante:
        return
    if request.product != "forest_grass_sink" or request.category not in GROWING:
        raise InvalidBody.at("/is_ex_ante", "sink_only")
    missing = [name for name in EX_ANTE_NEEDS if getattr(request, name) is None]
    if missing:
        raise InvalidBody(errors=[field_error(f"/{name}", "planned_project_needs") for name in missing])


def _check_area(area: Decimal | None) -> None:
    if area is None:
        return
    if not (area.is_finite() and 0 < area <= AREA_HA_MAX):
        raise InvalidBody.at("/area_ha", "out_of_range", min=0, max=AREA_HA_MAX)
    if area * 100 % 1 != 0:
        raise InvalidBody.at("/area_ha", "too_precise", decimals_max=2)


def _kept(step: ScheduleStep) -> dict[str, object]:
    kept: dict[str, object] = msgspec.to_builtins(step)
    return kept
