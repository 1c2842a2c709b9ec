"""Activities at which people plant or repair for a project, and reports on what survived, with their evidence."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.domain.credits.survival import SURVIVAL_MIN_PCT, Survival, Told, found_at_most, survival_of
from backend.errors import EventNotFound, InvalidBody
from backend.errors.credits import ActivityTaken, EvidenceMissing, EvidenceNotFound, ProjectNotFound
from backend.messages.credits import (
    ActivityRequest,
    ActivityView,
    EvidenceStored,
    PlantingRequest,
    SurvivalView,
)
from backend.messages.shape import Bilingual, view_of
from backend.models import Event, Planting, Project, ProjectActivity, ProjectEvidence
from backend.outside.content_store import Content, ContentStore
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database, constraint_of
from backend.storage.statements import read

EVIDENCE_TYPES = ("image/jpeg", "image/png", "application/pdf")
PEOPLE_MIN = 5
"""Of fewer people the number is not told."""


async def store_evidence(
    database: Database,
    store: ContentStore,
    staff: Principal,
    code: str,
    content: bytes,
    media_type: str,
) -> EvidenceStored:
    """Keep a photo or document that a report may name; the same once more is the same.

    Raises ProjectNotFound, ContentMismatch, ContentEmpty, ContentAway.
    """
    project = await find_project(code)
    # Before the transaction: a file without a row wastes space, a row without a file would be a false promise.
    sha256 = await store.put(content, media_type)
    async with database.transaction():
        if not await ProjectEvidence.exists(project_id=project.id, sha256=sha256):
            await ProjectEvidence.create(
                project_id=project.id,
                sha256=sha256,
                media_type=media_type,
                bytes=len(content),
                sent_by=staff.id,
            )
            after = {"sha256": sha256.hex(), "media_type": media_type}
            await record(staff, "project.evidence", project.code, after=after)
    return EvidenceStored(sha256=sha256.hex(), media_type=media_type)


async def open_evidence(store: ContentStore, code: str, sha256: str) -> tuple[Content, str]:
    """Evidence that a planting of a project names, with its media type.

    Raises ProjectNotFound, EvidenceNotFound, ContentAway.
    """
    project = await find_project(code)
    kept = await find_evidence(project, sha256)
    if not await Planting.exists(project_id=project.id, evidence=kept.sha256):
        raise EvidenceNotFound
    content = await store.open(kept.sha256)
    if content is None:
        raise EvidenceNotFound
    return content, kept.media_type


async def find_project(code: str) -> Project:
    """The project with a code. Raises ProjectNotFound."""
    project = await Project.get_or_none(code=code)
    if project is None:
        raise ProjectNotFound
    return project


async def find_evidence(project: Project, sha256: str) -> ProjectEvidence:
    """What was sent for a project under a hash. Raises EvidenceNotFound."""
    try:
        digest = bytes.fromhex(sha256)
    except ValueError:
        raise EvidenceNotFound from None
    kept = await ProjectEvidence.get_or_none(project_id=project.id, sha256=digest)
    if kept is None:
        raise EvidenceNotFound
    return kept


async def check_planting(project: Project, request: PlantingRequest) -> bytes | None:
    """The hash of the evidence, where there is one.

    Raises InvalidBody for more than was there, EvidenceMissing for a report without its evidence, EvidenceNotFound.
    """
    if request.kind == "repaired":
        if project.category != "wetland":
            raise InvalidBody.at("/kind", "not_one_of", allowed="planted, surviving")
        if request.area_ha is None:
            raise InvalidBody.at("/area_ha", "missing")
        if request.plants:
            raise InvalidBody.at("/plants", "too_large", max=0)
    if request.kind == "surviving":
        _check_found(request, await plantings_of(project.id))
        if request.evidence is None:
            raise EvidenceMissing
    return None if request.evidence is None else (await find_evidence(project, request.evidence)).sha256


def _check_found(request: PlantingRequest, told: Sequence[Told]) -> None:
    plants, repaired_m2 = found_at_most(told, request.species, request.day)
    if request.plants > plants:
        raise InvalidBody.at("/plants", "too_large", max=plants)
    if repaired_m2 and (request.area_ha or 0) * 10_000 > repaired_m2:
        raise InvalidBody.at("/area_ha", "too_large", max=Decimal(repaired_m2) / 10_000)
    if not plants and not repaired_m2:
        raise InvalidBody.at("/species", "not_known", name=request.species)


async def add_activity(
    database: Database, staff: Principal, project: Project, request: ActivityRequest
) -> None:
    """Say that people plant or repair for a project at an event. Raises EventNotFound, ActivityTaken."""
    event = await Event.get_or_none(slug=request.event)
    if event is None:
        raise EventNotFound
    try:
        async with database.transaction():
            await ProjectActivity.create(event_id=event.id, project_id=project.id, added_by=staff.id)
            await record(
                staff, "project.activity", project.code, reason=request.reason, after={"event": event.slug}
            )
    except IntegrityError as error:
        if constraint_of(error) != "project_activities_pkey":
            raise
        raise ActivityTaken from error


async def plantings_of(project_id: UUID) -> list[Told]:
    """Everything that was told of a project's plants and wetlands."""
    return [view_of(Told, row) for row in await Planting.filter(project_id=project_id)]


async def survivals_of(projects: Sequence[Project]) -> dict[UUID, Survival]:
    """What survived at these projects, by project, where it was reported."""
    told: dict[UUID, list[Told]] = {}
    for row in await Planting.filter(project_id__in=[project.id for project in projects]):
        told.setdefault(row.project_id, []).append(view_of(Told, row))
    found = {project_id: survival_of(rows) for project_id, rows in told.items()}
    return {project_id: survival for project_id, survival in found.items() if survival is not None}


def survival_view(survival: Survival) -> SurvivalView:
    return view_of(
        SurvivalView, survival, rate_pct=Decimal(survival.rate_tenths) / 10, min_pct=SURVIVAL_MIN_PCT
    )


def expected_t(project: Project, survival: Survival | None) -> int | None:
    """Tonnes that a planted project may still name as planned."""
    planned_t: int | None = project.planned_t
    return planned_t if planned_t is None or survival is None else survival.expected_t(planned_t)


async def activity_views(database: Database, projects: Sequence[Project]) -> dict[UUID, list[ActivityView]]:
    """Public events at which people planted or repaired, by project, newest first."""
    found: dict[UUID, list[ActivityView]] = {}
    for row in await read(database, "read_project_activities", [project.id for project in projects]):
        view = ActivityView(
            event=row["slug"],
            name=Bilingual(row["name_zh"], row["name_en"]),
            starts_at=row["starts_at"],
            people=row["people"] if row["people"] >= PEOPLE_MIN else None,
            trees=row["trees"],
            wetland_acts=row["wetland_acts"],
        )
        found.setdefault(row["project_id"], []).append(view)
    return found
