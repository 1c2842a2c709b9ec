"""Certified scenes: published criteria, assessments by licensed certifiers, decisions by a second person."""

from __future__ import annotations

from backend.errors.actions.certifications import (
    CertificationDecided,
    CertificationNotFound,
    CertificationOverlaps,
    CertificationOwn,
    CertifierOwnScene,
    CertifierUnlicensed,
    CriteriaMismatch,
    ScoreTooLow,
)
from backend.errors.actions.evidence import SceneNotFound
from backend.errors.organisations import (
    OrganisationBlacklisted,
    OrganisationDutyMissing,
    OrganisationNotActive,
    OrganisationNotFound,
)
from backend.messages.actions.certifications import (
    CertificationDecision,
    CertificationRequest,
    CertificationView,
    CertificationWithdrawal,
    CriteriaView,
)
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OPERATOR, ORGANISER, PAGING, Endpoint, in_section
from backend.services.actions import certifications

THEIRS = (OrganisationNotFound, OrganisationDutyMissing)


async def list_criteria(call: Call) -> Page[CriteriaView]:
    return Page(certifications.list_criteria())


async def list_certifications(call: Call) -> Page[CertificationView]:
    return await certifications.list_certifications(
        call.params["code"], is_staff=call.principal_if_staff() is not None
    )


async def list_waiting(call: Call) -> Page[CertificationView]:
    return await certifications.list_waiting(call.limit, call.cursor_id)


async def propose(call: Call) -> CertificationView:
    return await certifications.propose(
        call.components.database, call.principal, call.params["code"], call.body
    )


async def decide(call: Call) -> CertificationView:
    return await certifications.decide(
        call.components.database,
        call.principal,
        call.params["id"],
        call.body,
        is_demo=call.components.settings.is_demo,
    )


async def withdraw(call: Call) -> CertificationView:
    request: CertificationWithdrawal = call.body
    return await certifications.withdraw(
        call.components.database, call.principal, call.params["id"], request.reason
    )


ENDPOINTS = in_section(
    "scenes",
    Endpoint(
        "GET /v1/scene-criteria",
        list_criteria,
        summary="The published criteria that scenes are assessed against, the set in force first",
        answers={200: Page[CriteriaView]},
    ),
    Endpoint(
        "GET /v1/scene-certifications",
        list_waiting,
        roles=OPERATOR,
        summary="Assessments that wait for a second person, oldest first",
        answers={200: Page[CertificationView]},
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/scenes/{code}/certifications",
        list_certifications,
        summary="A scene's certifications with their state, newest first; staff see what waits as well",
        answers={200: Page[CertificationView]},
        refusals=(SceneNotFound,),
    ),
    Endpoint(
        "POST /v1/scenes/{code}/certifications",
        propose,
        roles=ORGANISER,
        summary="Assess a scene, as a member of its certifier",
        body=CertificationRequest,
        answers={201: CertificationView},
        refusals=(
            *(SceneNotFound, *THEIRS, OrganisationNotActive, OrganisationBlacklisted),
            *(CriteriaMismatch, ScoreTooLow),
            *(CertifierOwnScene, CertifierUnlicensed, CertificationOverlaps),
        ),
    ),
    Endpoint(
        "POST /v1/scene-certifications/{id}/confirmation",
        decide,
        roles=OPERATOR,
        summary="Confirm or reject an assessment that somebody else made",
        body=CertificationDecision,
        answers={200: CertificationView},
        refusals=(
            *(CertificationNotFound, CertificationOwn, CertificationDecided),
            *(OrganisationNotActive, OrganisationBlacklisted, CertifierUnlicensed, CertificationOverlaps),
        ),
    ),
    Endpoint(
        "POST /v1/scene-certifications/{id}/withdrawal",
        withdraw,
        roles=ORGANISER,
        summary="Withdraw a certification on a ground that everybody may read",
        body=CertificationWithdrawal,
        answers={200: CertificationView},
        refusals=(CertificationNotFound, *THEIRS, CertificationDecided),
    ),
)
