"""Members object to a point of their organisation's score; an operator who is no member decides, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.days import day_of
from backend.domain.evaluation.score import correction_max
from backend.errors.evaluation import (
    CreditCorrectionTooLarge,
    CreditObjectionDecided,
    CreditObjectionLate,
    CreditObjectionNotFound,
    CreditObjectionOwn,
    CreditObjectionRepeated,
    CreditPointUnknown,
)
from backend.messages.evaluation.scores import CreditObjectionView, ObjectionAnswer, ObjectionFiling
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import CreditObjection, CreditScore, Organisation
from backend.models.keys import read_id
from backend.services.evaluation.scores import SET, compute_scores, gather_facts
from backend.services.identity.staff_accounts import record
from backend.services.organisations.organisations import (
    check_organisation_duty,
    lock_organisation,
    organisations_of,
)
from backend.services.organisations.persons import is_another_person, is_outsider
from backend.services.organisations.remits import organisations_within, remits_of
from backend.storage.database import Database
from backend.storage.statements import lock

TERM_DAYS = 30
"""Days after a score was computed in which a member may object to it."""


async def object_to_point(
    database: Database,
    catalogue: Catalogue,
    staff: Principal,
    code: str,
    request: ObjectionFiling,
    now: datetime,
) -> CreditObjectionView:
    """Take an owner's objection to a point of the score that holds.

    Raises OrganisationNotFound, OrganisationDutyMissing, CreditPointUnknown, CreditObjectionLate,
    CreditObjectionRepeated.
    """
    try:
        async with database.transaction():
            organisation = await lock_organisation(code)
            await check_organisation_duty(staff, organisation, ("owner",))
            score = await CreditScore.filter(organisation_id=organisation.id).order_by("-id").first()
            point = _point_of(score, request.criterion)
            assert score is not None
            if now > score.computed_at + timedelta(days=TERM_DAYS):
                raise CreditObjectionLate(days_max=TERM_DAYS)
            criteria = catalogue.criteria[SET, score.criteria_version]
            fact = next(each.fact for each in criteria.criterion if each.id == point)
            objection = await CreditObjection.create(
                organisation_id=organisation.id,
                score_id=score.id,
                criterion=point,
                fact=fact,
                reason=request.reason,
                filed_by=staff.id,
                filed_at=now,
            )
            await record(
                staff, "credit.object", organisation.code, reason=request.reason, after={"criterion": point}
            )
    except IntegrityError as error:
        raise CreditObjectionRepeated from error
    return _view(objection, organisation)


def _point_of(score: CreditScore | None, criterion: str) -> str:
    if score is None or criterion not in {point["criterion"] for point in score.points}:
        raise CreditPointUnknown
    return criterion


async def list_objections(staff: Principal, limit: int, cursor: UUID | None) -> Page[CreditObjectionView]:
    """Objections, newest first: members see their organisations' own, regulators those of whom they watch."""
    query = CreditObjection.filter(organisations_within(await remits_of(staff), "organisation_id"))
    if staff.role not in ("operator", "regulator"):
        query = query.filter(organisation_id__in=await organisations_of(staff.id))
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    found = {
        each.id: each for each in await Organisation.filter(id__in=[row.organisation_id for row in rows])
    }
    return Page.of(rows, limit, lambda row: _view(row, found[row.organisation_id]))


async def decide_objection(
    database: Database,
    catalogue: Catalogue,
    staff: Principal,
    id_text: str,
    request: ObjectionAnswer,
    now: datetime,
    *,
    is_demo: bool,
) -> CreditObjectionView:
    """Decide an objection; upheld, the fact is corrected and the score computed anew in the same transaction.

    Raises CreditObjectionNotFound, CreditObjectionDecided, CreditObjectionOwn, CreditCorrectionTooLarge.
    """
    found_id = read_id(id_text, CreditObjectionNotFound)
    async with database.transaction():
        known = await CreditObjection.get_or_none(id=found_id)
        if known is None:
            raise CreditObjectionNotFound
        # One after another: the second of two decisions counts on what the first has corrected.
        await lock("lock_organisation_alone", known.organisation_id)
        objection = await CreditObjection.filter(id=found_id).select_for_update().get()
        if objection.decision:
            raise CreditObjectionDecided
        await _check_second_person(staff, objection, is_demo=is_demo)
        score = await CreditScore.get(id=objection.score_id)
        wanted, is_upheld = request.corrected, request.decision == "upheld"
        criteria = catalogue.criteria[SET, score.criteria_version]
        criterion = next(each for each in criteria.criterion if each.id == objection.criterion)
        # As they are now: two objections to one fact in two scores correct it once.
        facts = await gather_facts(database, criteria, [objection.organisation_id], day_of(now))
        most = correction_max(criterion, facts[objection.organisation_id])
        if is_upheld != (wanted > 0) or wanted > most:
            raise CreditCorrectionTooLarge(items_max=most)
        objection.decision, objection.corrected = request.decision, wanted
        objection.decision_reason, objection.decided_by, objection.decided_at = request.reason, staff.id, now
        await objection.save(
            update_fields=["decision", "corrected", "decision_reason", "decided_by", "decided_at"]
        )
        organisation = await Organisation.get(id=objection.organisation_id)
        await record(
            staff,
            "credit.decide",
            organisation.code,
            reason=request.reason,
            after={"criterion": objection.criterion, "decision": request.decision, "corrected": wanted},
        )
        if is_upheld:
            await compute_scores(database, catalogue, [organisation.id], day_of(now))
    return _view(objection, organisation)


async def _check_second_person(staff: Principal, objection: CreditObjection, *, is_demo: bool) -> None:
    if is_demo:
        return
    is_second = await is_another_person(staff.id, [objection.filed_by])
    if not is_second or not await is_outsider(staff.id, objection.organisation_id):
        raise CreditObjectionOwn


def _view(objection: CreditObjection, organisation: Organisation) -> CreditObjectionView:
    return view_of(
        CreditObjectionView,
        objection,
        id=str(objection.id),
        organisation=organisation.code,
        organisation_name=Bilingual(organisation.name_zh, organisation.name_en),
    )
