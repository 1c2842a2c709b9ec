"""Projects behind the credits."""

from __future__ import annotations

from typing import Any, get_args

from backend.errors import Busy, EventNotFound, TooManyAtOnce
from backend.errors.credits import (
    ActivityTaken,
    EvidenceMissing,
    EvidenceNotFound,
    ProjectCodeTaken,
    ProjectNotFound,
    ProjectRegistered,
)
from backend.errors.events.documents import ContentAway, ContentEmpty, ContentMismatch
from backend.messages.credits import (
    ActivityRequest,
    Barrier,
    EvidenceStored,
    OriginTag,
    PlantingRequest,
    Product,
    ProjectCategory,
    ProjectChangeRequest,
    ProjectRequest,
    ProjectView,
)
from backend.messages.shape import Page
from backend.routes.http.body import media_type_of
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OPERATOR, PAGING, SEARCH, Endpoint, Query, Upload, in_section
from backend.routes.http.reply import Reply, file_headers
from backend.services.credits import plantings, projects

CHOICES: dict[str, Any] = {
    "product": Product,
    "category": ProjectCategory,
    "origin_tag": OriginTag,
    "barrier": Barrier,
}
SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}
TRUTHS = {"true": True, "false": False}


async def list_projects(call: Call) -> Page[ProjectView]:
    wanted: dict[str, Any] = {}
    for name, choices in CHOICES.items():
        text = call.one_of(name, get_args(choices))
        if text is not None:
            wanted[name] = text
    for name in ("is_ex_ante", "is_demonstration"):
        truth = call.one_of(name, TRUTHS)
        if truth is not None:
            wanted[name] = TRUTHS[truth]
    rules = call.components.catalogue.credits
    return await projects.list_projects(
        call.components.database, rules, call.limit, call.cursor_id, wanted, call.search
    )


async def show_project(call: Call) -> ProjectView:
    return await projects.show_project(
        call.components.database, call.params["code"], call.components.catalogue.credits
    )


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


async def change_project(call: Call) -> ProjectView:
    request: ProjectChangeRequest = call.body
    rules = call.components.catalogue.credits
    return await projects.change_project(
        call.components.database, call.principal, call.params["code"], request, rules
    )


async def record_activity(call: Call) -> ProjectView:
    request: ActivityRequest = call.body
    rules = call.components.catalogue.credits
    return await projects.record_activity(
        call.components.database, call.principal, call.params["code"], request, rules
    )


async def send_evidence(call: Call) -> EvidenceStored:
    components = call.components
    return await plantings.store_evidence(
        components.database,
        components.content,
        call.principal,
        call.params["code"],
        call.raw,
        media_type_of(dict(call.scope["headers"])),
    )


async def show_evidence(call: Call) -> Reply:
    content, media_type = await plantings.open_evidence(
        call.components.content, call.params["code"], call.params["sha256"]
    )
    chunks = await call.components.downloads.start_kept(content, call.id_if_staff())
    # A file to save, as every file that somebody sent: no browser shows it under our address.
    name = f"evidence-{call.params['sha256'][:12]}.{SUFFIXES[media_type]}".encode()
    disposition = (b"content-disposition", b'attachment; filename="' + name + b'"')
    return Reply(
        chunks=chunks,
        media_type=b"application/octet-stream",
        headers=(*file_headers(content), disposition),
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
            Query("is_demonstration", {"type": "boolean"}, "demonstration projects, or the others"),
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
        summary="Tell what was planted or repaired at a project, or found there later",
        body=PlantingRequest,
        answers={201: ProjectView},
        refusals=(ProjectNotFound, EvidenceMissing, EvidenceNotFound),
    ),
    Endpoint(
        "POST /v1/projects/{code}/changes",
        change_project,
        roles=OPERATOR,
        summary="Say in which barrier a project lies, whether it is a demonstration, and what it expects",
        body=ProjectChangeRequest,
        answers={200: ProjectView},
        refusals=(ProjectNotFound,),
    ),
    Endpoint(
        "POST /v1/projects/{code}/activities",
        record_activity,
        roles=OPERATOR,
        summary="Say that people plant or repair for a project at an event",
        body=ActivityRequest,
        answers={201: ProjectView},
        refusals=(ProjectNotFound, EventNotFound, ActivityTaken),
    ),
    Endpoint(
        "POST /v1/projects/{code}/evidence",
        send_evidence,
        roles=OPERATOR,
        summary="Send a photo or document that a report on a project names by its hash",
        upload=Upload(plantings.EVIDENCE_TYPES, "document_bytes_max"),
        answers={201: EvidenceStored},
        refusals=(ProjectNotFound, ContentMismatch, ContentEmpty, ContentAway),
    ),
    Endpoint(
        "GET /v1/projects/{code}/evidence/{sha256}",
        show_evidence,
        summary="A photo or document that a report on a project names",
        answers={200: None},
        media_type="application/octet-stream",
        refusals=(ProjectNotFound, EvidenceNotFound, ContentAway, TooManyAtOnce, Busy),
    ),
)
