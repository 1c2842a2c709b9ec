"""Projects behind the credits."""

from __future__ import annotations

from typing import Any, get_args

from backend.errors.credits import ProjectCodeTaken, ProjectNotFound, ProjectRegistered
from backend.messages.credits import (
    OriginTag,
    PlantingRequest,
    Product,
    ProjectCategory,
    ProjectRequest,
    ProjectView,
)
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OPERATOR, PAGING, SEARCH, Endpoint, Query, in_section
from backend.services.credits import projects

CHOICES: dict[str, Any] = {"product": Product, "category": ProjectCategory, "origin_tag": OriginTag}
TRUTHS = {"true": True, "false": False}


async def list_projects(call: Call) -> Page[ProjectView]:
    wanted: dict[str, Any] = {}
    for name, choices in CHOICES.items():
        text = call.one_of(name, get_args(choices))
        if text is not None:
            wanted[name] = text
    ex_ante = call.one_of("is_ex_ante", TRUTHS)
    if ex_ante is not None:
        wanted["is_ex_ante"] = TRUTHS[ex_ante]
    rules = call.components.catalogue.credits
    return await projects.list_projects(rules, call.limit, call.cursor_id, wanted, call.search)


async def show_project(call: Call) -> ProjectView:
    return await projects.show_project(call.params["code"], call.components.catalogue.credits)


async def create_project(call: Call) -> ProjectView:
    request: ProjectRequest = call.body
    rules = call.components.catalogue.credits
    return await projects.create_project(call.components.database, call.principal, request, rules)


async def record_planting(call: Call) -> ProjectView:
    request: PlantingRequest = call.body
    components = call.components
    return await projects.record_planting(
        components.database, call.principal, call.params["code"], request, components.catalogue.credits
    )


ENDPOINTS = in_section(
    "credits",
    Endpoint(
        "GET /v1/projects",
        list_projects,
        summary="Projects that reductions come from, newest first",
        answers={200: Page[ProjectView]},
        query=(
            *(
                Query(name, {"type": "string", "enum": list(get_args(choices))}, f"of this {name} only")
                for name, choices in CHOICES.items()
            ),
            Query("is_ex_ante", {"type": "boolean"}, "planted and not issued, or the others"),
            SEARCH,
            *PAGING,
        ),
    ),
    Endpoint(
        "POST /v1/projects",
        create_project,
        roles=OPERATOR,
        summary="Enter a project",
        body=ProjectRequest,
        answers={201: ProjectView},
        refusals=(ProjectCodeTaken, ProjectRegistered),
    ),
    Endpoint(
        "GET /v1/projects/{code}",
        show_project,
        summary="A project; of one that grows, what was planted and what is to come",
        answers={200: ProjectView},
        refusals=(ProjectNotFound,),
    ),
    Endpoint(
        "POST /v1/projects/{code}/plantings",
        record_planting,
        roles=OPERATOR,
        summary="Tell what was planted at a project, or found alive later",
        body=PlantingRequest,
        answers={201: ProjectView},
        refusals=(ProjectNotFound,),
    ),
)
