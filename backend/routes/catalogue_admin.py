"""Publishing versions of methods and points rules, and what staff did."""

from __future__ import annotations

from backend.errors import MethodNotFound
from backend.errors.catalogue import CatalogueInvalid, DraftNeeded, EffectiveTooEarly, VersionPublished
from backend.messages.catalogue.administration import (
    MethodVersionRequest,
    MethodVersionView,
    PointRuleRequest,
    PointRuleView,
    StaffActionView,
)
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OPERATOR, PAGING, SEARCH, Endpoint, Query, in_section
from backend.services.catalogue import administration as admin


async def publish_method(call: Call) -> MethodVersionView:
    components = call.components
    if not components.settings.is_demo:
        raise DraftNeeded
    return await admin.publish_method(
        components.database, components.catalogue, call.principal, call.params["code"], call.body
    )


async def list_versions(call: Call) -> Page[MethodVersionView]:
    return Page(admin.versions_of(call.components.catalogue, call.params["code"]))


async def list_rules(call: Call) -> Page[PointRuleView]:
    return Page(admin.list_rules(call.components.catalogue))


async def publish_rule(call: Call) -> PointRuleView:
    components = call.components
    if not components.settings.is_demo:
        raise DraftNeeded
    return await admin.publish_rule(components.database, components.catalogue, call.principal, call.body)


async def list_staff_actions(call: Call) -> Page[StaffActionView]:
    return await admin.staff_actions(call.query("subject"), call.limit, call.cursor_id, call.search)


ENDPOINTS = in_section(
    "catalogue",
    Endpoint(
        "GET /v1/methods/{code}/versions",
        list_versions,
        summary="Every version of a method, oldest first",
        answers={200: Page[MethodVersionView]},
        refusals=(MethodNotFound,),
    ),
    Endpoint(
        "POST /v1/methods/{code}/versions",
        publish_method,
        roles=OPERATOR,
        summary="Publish a new version of a method alone, in the demo; elsewhere it is drafted",
        body=MethodVersionRequest,
        answers={201: MethodVersionView},
        refusals=(DraftNeeded, MethodNotFound, EffectiveTooEarly, CatalogueInvalid, VersionPublished),
    ),
    Endpoint(
        "GET /v1/point-rules",
        list_rules,
        summary="How grams become points, oldest rule first",
        answers={200: Page[PointRuleView]},
    ),
    Endpoint(
        "POST /v1/point-rules",
        publish_rule,
        roles=OPERATOR,
        summary="Publish a new points rule alone, in the demo; elsewhere it is drafted",
        body=PointRuleRequest,
        answers={201: PointRuleView},
        refusals=(DraftNeeded, EffectiveTooEarly, CatalogueInvalid, VersionPublished),
    ),
    Endpoint(
        "GET /v1/staff-actions",
        list_staff_actions,
        tag="administration",
        roles=("operator", "regulator"),
        is_of_the_province=True,
        summary="What staff did, with reason, before and after, newest first",
        answers={200: Page[StaffActionView]},
        query=(SEARCH, *PAGING, Query("subject", {"type": "string"}, "only what was done to this")),
    ),
)
