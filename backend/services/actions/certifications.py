"""Scenes are assessed by licensed certifiers against published criteria; a second person decides, and terms lapse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q

from backend.auth import Principal
from backend.catalogue.scene_criteria import criteria_in_force, load_scene_criteria
from backend.domain.days import day_of
from backend.domain.folding import folded_code
from backend.errors import InvalidBody
from backend.errors.actions.certifications import (
    CertificationDecided,
    CertificationNotFound,
    CertificationOverlaps,
    CertificationOwn,
    CertifierOwnScene,
    CertifierUnlicensed,
    ScoreTooLow,
)
from backend.errors.actions.evidence import SceneNotFound
from backend.messages.actions.certifications import (
    CertificationDecision,
    CertificationRequest,
    CertificationState,
    CertificationView,
    CriteriaView,
    CriterionView,
)
from backend.messages.organisations.organisations import OrganisationDuty
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import Organisation, OrganisationLicence, Scene, SceneCertification
from backend.models.keys import read_id
from backend.services.identity.staff_accounts import record
from backend.services.organisations.organisations import (
    check_active,
    check_organisation_duty,
    find_organisation,
    is_valid_on,
    organisation_brief,
)
from backend.services.organisations.persons import is_another_person, is_outsider
from backend.services.organisations.standing import check_not_blacklisted
from backend.storage.database import Database, constraint_of

CERTIFIES: tuple[OrganisationDuty, ...] = ("owner", "editor")
TERM_DAYS_MAX = 1100
SHOWN_MAX = 100


def list_criteria() -> list[CriteriaView]:
    """The published sets of criteria, the one in force first."""
    newest = criteria_in_force()
    return [
        view_of(
            CriteriaView,
            each,
            name=Bilingual(each.name["zh-CN"], each.name["en"]),
            is_in_force=each is newest,
            criteria=[
                view_of(CriterionView, one, name=Bilingual(one.name["zh-CN"], one.name["en"]))
                for one in each.criteria
            ],
        )
        for each in reversed(load_scene_criteria().values())
    ]


async def propose(
    database: Database, staff: Principal, code: str, request: CertificationRequest
) -> CertificationView:
    """An assessment of a scene, by a member of its certifier or an operator.

    Raises SceneNotFound, OrganisationNotFound, OrganisationDutyMissing, OrganisationNotActive, OrganisationBlacklisted,
    InvalidBody,
    CriteriaMismatch, ScoreTooLow, CertifierOwnScene, CertifierUnlicensed, CertificationOverlaps.
    """
    certifier = await find_organisation(request.organisation)
    await check_organisation_duty(staff, certifier, CERTIFIES)
    check_active(certifier)
    _check_term(request)
    criteria = criteria_in_force()
    score = criteria.score(request.points)
    if score < criteria.pass_score:
        raise ScoreTooLow(score=str(score), pass_score=criteria.pass_score)
    try:
        async with database.transaction():
            scene = await Scene.filter(code=folded_code(code)).select_for_update().get_or_none()
            if scene is None:
                raise SceneNotFound
            if scene.organisation_id == certifier.id:
                raise CertifierOwnScene
            await check_not_blacklisted(database, [certifier.id])
            await _check_licence(certifier, request.valid_from, request.valid_to)
            await _check_free(scene.id, request.valid_from, request.valid_to)
            made = await SceneCertification.create(
                scene_id=scene.id,
                organisation_id=certifier.id,
                criteria=criteria.version,
                points=request.points,
                score=score,
                valid_from=request.valid_from,
                valid_to=request.valid_to,
                proposed_by=staff.id,
            )
            after = {"certifier": certifier.code, "score": str(score), "criteria": criteria.version}
            await record(staff, "scene.assess", scene.code, reason=request.reason, after=after)
    except IntegrityError as error:
        if constraint_of(error) != "scene_certifications_one_waits":
            raise
        raise CertificationOverlaps from error
    return (await _views([made]))[0]


async def decide(
    database: Database, staff: Principal, id_text: str, request: CertificationDecision, *, is_demo: bool
) -> CertificationView:
    """An operator confirms or rejects an assessment that neither they nor their organisation made.

    Raises CertificationNotFound, CertificationOwn, CertificationDecided, OrganisationNotActive,
    OrganisationBlacklisted, CertifierUnlicensed, CertificationOverlaps.
    """
    async with database.transaction():
        row = await _locked(id_text)
        if row.decision:
            raise CertificationDecided
        is_second = await is_another_person(staff.id, [row.proposed_by])
        if not is_demo and not (is_second and await is_outsider(staff.id, row.organisation_id)):
            raise CertificationOwn
        if request.decision == "confirmed":
            certifier = await Organisation.get(id=row.organisation_id)
            check_active(certifier)
            await check_not_blacklisted(database, [certifier.id])
            await _check_licence(certifier, row.valid_from, row.valid_to)
            await _check_free(row.scene_id, row.valid_from, row.valid_to)
        row.decision, row.decided_by, row.decided_at = request.decision, staff.id, datetime.now(UTC)
        row.decided_why = request.reason
        await row.save(update_fields=["decision", "decided_by", "decided_at", "decided_why"])
        scene = await Scene.get(id=row.scene_id)
        after = {"certification": str(row.id), "decision": request.decision}
        await record(staff, "scene.certify", scene.code, reason=request.reason, after=after)
    return (await _views([row]))[0]


async def withdraw(database: Database, staff: Principal, id_text: str, reason: str) -> CertificationView:
    """End a certification on a ground that everybody may read: by its certifier or an operator.

    Raises CertificationNotFound, OrganisationNotFound, OrganisationDutyMissing, CertificationDecided.
    """
    async with database.transaction():
        row = await _locked(id_text)
        await check_organisation_duty(staff, await Organisation.get(id=row.organisation_id), CERTIFIES)
        if row.decision != "confirmed" or row.withdrawn_at is not None:
            raise CertificationDecided
        row.withdrawn_by, row.withdrawn_at, row.withdrawn_why = staff.id, datetime.now(UTC), reason
        await row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])
        scene = await Scene.get(id=row.scene_id)
        after = {"certification": str(row.id), "state": "withdrawn"}
        await record(staff, "scene.certification_withdraw", scene.code, reason=reason, after=after)
    return (await _views([row]))[0]


async def list_certifications(code: str, *, is_staff: bool) -> Page[CertificationView]:
    """A scene's assessments, newest first: everybody sees what was confirmed. Raises SceneNotFound."""
    scene = await Scene.get_or_none(code=folded_code(code))
    if scene is None:
        raise SceneNotFound
    query = SceneCertification.filter(scene_id=scene.id)
    if not is_staff:
        query = query.filter(decision="confirmed")
    return Page(await _views(await query.order_by("-id").limit(SHOWN_MAX)))


async def list_waiting(limit: int, cursor: UUID | None) -> Page[CertificationView]:
    """Assessments that nobody has decided about, oldest first."""
    query = SceneCertification.filter(decision=None)
    if cursor is not None:
        query = query.filter(id__gt=cursor)
    rows = await query.order_by("id").limit(limit + 1)
    views = dict(zip((row.id for row in rows), await _views(rows), strict=True))
    return Page.of(rows, limit, lambda row: views[row.id])


async def certifications_in_force(scene_ids: Sequence[UUID]) -> dict[UUID, CertificationView]:
    """What each of these scenes is certified as today."""
    today = day_of(datetime.now(UTC))
    rows = await SceneCertification.filter(
        scene_id__in=list(scene_ids),
        decision="confirmed",
        withdrawn_at=None,
        valid_from__lte=today,
        valid_to__gte=today,
    )
    return dict(zip((row.scene_id for row in rows), await _views(rows), strict=True))


async def _locked(id_text: str) -> SceneCertification:
    wanted = read_id(id_text, CertificationNotFound)
    found = await SceneCertification.filter(id=wanted).select_for_update().get_or_none()
    if found is None:
        raise CertificationNotFound
    return found


def _check_term(request: CertificationRequest) -> None:
    if request.valid_to <= request.valid_from:
        raise InvalidBody.at("/valid_to", "not_after", other="valid_from")
    if (request.valid_to - request.valid_from).days > TERM_DAYS_MAX:
        raise InvalidBody.at("/valid_to", "longer_than", days_max=TERM_DAYS_MAX)


async def _check_licence(certifier: Organisation, first: date, last: date) -> None:
    """Raises CertifierUnlicensed: a licence that ends within the term certifies only for as long as it lasts."""
    today = day_of(datetime.now(UTC))
    licences = await OrganisationLicence.filter(organisation_id=certifier.id, kind="rating")
    if not any(all(is_valid_on(each, day) for day in (today, first, last)) for each in licences):
        raise CertifierUnlicensed


async def _check_free(scene_id: UUID, first: date, last: date) -> None:
    taken = SceneCertification.filter(
        Q(decision="confirmed", withdrawn_at=None),
        scene_id=scene_id,
        valid_from__lte=last,
        valid_to__gte=first,
    )
    if await taken.exists():
        raise CertificationOverlaps


async def _views(rows: Sequence[SceneCertification]) -> list[CertificationView]:
    if not rows:
        return []
    today = day_of(datetime.now(UTC))
    scenes = {each.id: each for each in await Scene.filter(id__in=[row.scene_id for row in rows])}
    certifiers = {
        each.id: organisation_brief(each)
        for each in await Organisation.filter(id__in=[row.organisation_id for row in rows])
    }
    return [
        view_of(
            CertificationView,
            row,
            id=str(row.id),
            scene=scenes[row.scene_id].code,
            certifier=certifiers[row.organisation_id],
            state=_state(row, today),
        )
        for row in rows
    ]


def _state(row: SceneCertification, today: date) -> CertificationState:
    if not row.decision:
        return "proposed"
    if row.decision == "rejected":
        return "rejected"
    if row.withdrawn_at is not None:
        return "withdrawn"
    if today > row.valid_to:
        return "lapsed"
    return "announced" if today < row.valid_from else "certified"
