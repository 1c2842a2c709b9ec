"""The whole API, subject by subject, hottest first: each subject's module ends with its endpoints.

Addresses without parameters are looked up (backend.app); among the others routing is linear, so order is speed.
"""

from __future__ import annotations

from backend.errors import EventNotFound, TooManyStreams
from backend.errors.actions.werun_steps import StepsUnavailable
from backend.messages.actions import werun_steps as m_steps
from backend.messages.operations import health as m_health
from backend.routes import (
    actions,
    badge_files,
    badges,
    catalogue,
    catalogue_admin,
    certificates,
    claims,
    codes,
    community,
    credits,
    demo,
    devices,
    event_life,
    event_reports,
    events,
    gate_scans,
    health,
    inventory,
    issuance,
    jobs,
    journeys,
    knowledge,
    live,
    log,
    me,
    notices,
    organiser,
    partners,
    passes,
    photos,
    pools,
    posters,
    projects,
    reviews,
    rewards,
    scans,
    scenes,
    sessions,
    statements,
    steps,
    venue,
)
from backend.routes.http.endpoint import CITIZEN, Endpoint, Query

ROUTES: tuple[Endpoint, ...] = (
    *scans.ENDPOINTS,
    *actions.ENDPOINTS,
    *sessions.ENDPOINTS,
    *gate_scans.ENDPOINTS,
    *codes.ENDPOINTS,
    *certificates.ENDPOINTS,
    *log.ENDPOINTS,
    *live.ENDPOINTS,
    *steps.ENDPOINTS,
    *knowledge.ENDPOINTS,
    *claims.ENDPOINTS,
    *statements.ENDPOINTS,
    *rewards.ENDPOINTS,
    *photos.ENDPOINTS,
    *reviews.ENDPOINTS,
    *scenes.ENDPOINTS,
    *issuance.ENDPOINTS,
    *partners.ENDPOINTS,
    *notices.ENDPOINTS,
    *devices.ENDPOINTS,
    *jobs.ENDPOINTS,
    *community.ENDPOINTS,
    *me.ENDPOINTS,
    *catalogue.ENDPOINTS,
    *events.ENDPOINTS,
    *credits.ENDPOINTS,
    *pools.ENDPOINTS,
    *projects.ENDPOINTS,
    *journeys.ENDPOINTS,
    *badges.ENDPOINTS,
    *badge_files.ENDPOINTS,
    *event_life.ENDPOINTS,
    *event_reports.ENDPOINTS,
    *inventory.ENDPOINTS,
    *organiser.ENDPOINTS,
    *venue.ENDPOINTS,
    *posters.ENDPOINTS,
    *passes.ENDPOINTS,
    *catalogue_admin.ENDPOINTS,
    *health.ENDPOINTS,
)

STREAM = Endpoint(
    "GET /v1/events/{slug}/live",
    live.stats,
    tag="live",
    roles=live.STREAM_ROLES,
    summary="An event in numbers, as server-sent events named `stats`",
    answers={200: None},
    refusals=(EventNotFound, TooManyStreams),
    media_type="text/event-stream",
)
"""Served by live.stream; stands here for the OpenAPI document."""

DEMO_ROUTES: tuple[Endpoint, ...] = (
    Endpoint(
        "GET /demo/badge",
        demo.next_badge,
        tag="demo",
        summary="A badge of the demo event that nobody has scanned yet (demo mode only)",
        answers={200: m_health.DemoBadge},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        "GET /demo/werun",
        demo.steps_payload,
        tag="demo",
        roles=CITIZEN,
        summary="Today's steps as WeChat would encrypt them, to be sent to /v1/me/steps (demo mode only)",
        answers={200: m_steps.StepsRequest},
        refusals=(StepsUnavailable,),
        query=(Query("steps", {"type": "integer", "minimum": 0, "maximum": 999_999}, "8000 when left out"),),
    ),
)
