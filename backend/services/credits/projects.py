"""Projects that reductions come from, and the plantings of those that grow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError
from tortoise.functions import Sum

from backend.auth import Principal
from backend.domain.credits.products import CreditRules
from backend.domain.days import SHANGHAI
from backend.errors import InvalidBody
from backend.errors.credits import ProjectCodeTaken, ProjectNotFound, ProjectRegistered
from backend.errors.fields import field_error
from backend.messages.credits import (
    PlantingRequest,
    PlantingView,
    ProjectRequest,
    ProjectView,
    ScheduleStep,
    ScheduleView,
)
from backend.messages.shape import Bilingual, Page, Statement, columns_of, view_of
from backend.models import CreditBatch, Planting, Project
from backend.services.identity.staff_accounts import record
from backend.services.listing import matching
from backend.storage.database import Database, constraint_of

GROWING = ("forestry", "grassland", "wetland")
FIRST_DAY = date(1990, 1, 1)
AREA_HA_MAX = 10_000_000
PLANTINGS_SHOWN = 100
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
    return (await _views([project], rules))[0]


async def record_planting(
    database: Database, staff: Principal, code: str, request: PlantingRequest, rules: CreditRules
) -> ProjectView:
    """Record plants set at a project, or counted alive later. Raises ProjectNotFound, InvalidBody."""
    if not FIRST_DAY <= request.day <= datetime.now(SHANGHAI).date():
        raise InvalidBody.at("/day", "future_day", day_min=FIRST_DAY)
    if request.kind == "planted" and not request.plants:
        raise InvalidBody.at("/plants", "nothing_planted")
    _check_area(request.area_ha)
    project = await find_project(code)
    if project.category not in GROWING:
        raise InvalidBody.at("", "nothing_grows")
    async with database.transaction():
        await Planting.create(project_id=project.id, **columns_of(request, "reason"))
        after = {"kind": request.kind, "day": str(request.day), "plants": request.plants}
        await record(staff, "project.planting", code, reason=request.reason, after=after)
    return (await _views([project], rules))[0]


async def find_project(code: str) -> Project:
    """The project with a code. Raises ProjectNotFound."""
    project = await Project.get_or_none(code=code)
    if project is None:
        raise ProjectNotFound
    return project


async def show_project(code: str, rules: CreditRules) -> ProjectView:
    """A project as anyone may see it. Raises ProjectNotFound."""
    return (await _views([await find_project(code)], rules))[0]


async def list_projects(
    rules: CreditRules, limit: int, cursor: UUID | None, wanted: dict[str, Any], typed: str | None = None
) -> Page[ProjectView]:
    """Projects, newest first, whose columns are as asked for."""
    query = Project.all() if cursor is None else Project.filter(id__lt=cursor)
    query = matching(query, typed, "code", "name_zh", "name_en", "registration_no", "location")
    rows = await query.filter(**wanted).order_by("-id").limit(limit + 1)
    views = dict(zip((row.id for row in rows), await _views(rows, rules), strict=True))
    return Page.of(rows, limit, lambda project: views[project.id])


async def _views(projects: Sequence[Project], rules: CreditRules) -> list[ProjectView]:
    ids = [project.id for project in projects]
    retired = await (
        CreditBatch.filter(project_id__in=ids, status="retired")
        .group_by("project_id")
        .annotate(tonnes=Sum("quantity_t"))
        .values_list("project_id", "tonnes")
    )
    tonnes: dict[UUID, int] = {row[0]: int(row[1]) for row in retired}
    views = []
    for project in projects:
        plantings: list[Planting] = []
        if project.category in GROWING:
            found = Planting.filter(project_id=project.id).order_by("-day", "-id")
            plantings = await found.limit(PLANTINGS_SHOWN)
        views.append(_view(project, tonnes.get(project.id, 0), plantings, rules))
    return views


def _view(project: Project, retired_t: int, plantings: Sequence[Planting], rules: CreditRules) -> ProjectView:
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
        plantings=[view_of(PlantingView, planting) for planting in plantings],
    )


def _check_project(request: ProjectRequest) -> None:
    _check_area(request.area_ha)
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
