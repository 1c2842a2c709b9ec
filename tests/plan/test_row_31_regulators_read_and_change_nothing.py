"""Row 31, 监管辅助: a regulator reads what it watches (GET ok) and changes no business data (POST business = 403)."""

from __future__ import annotations

import re

import pytest

from backend.routes import ROUTES
from backend.routes.http.endpoint import Endpoint
from tests.service import Service

OF_SUPERVISION = re.compile(
    r"POST /v1/(supervision/.*|inspections(/.*)?|events/\{slug\}/(freeze|release|demonstration)"
    r"|demonstration-.*|lists/.*|list-.*)"
)
"""What a regulator writes: what supervision itself is."""
OF_ONES_OWN = re.compile(r"(POST|DELETE) /v1/(staff/me(/.*)?|sessions/current)")
WRITES = [each for each in ROUTES if each.method != "GET"]


def is_regulators(endpoint: Endpoint) -> bool:
    return "regulator" in (endpoint.roles or ())


def test_row_31_a_regulator_writes_what_supervision_is_and_nothing_else() -> None:
    theirs = [each.route for each in WRITES if is_regulators(each)]
    business = [
        route for route in theirs if not OF_SUPERVISION.fullmatch(route) and not OF_ONES_OWN.fullmatch(route)
    ]
    assert business == []
    assert any(OF_SUPERVISION.fullmatch(route) for route in theirs)


def test_row_31_no_operator_writes_into_what_regulators_found() -> None:
    shared = [
        each.route
        for each in WRITES
        if each.route.startswith(("POST /v1/supervision/", "POST /v1/inspections"))
        and each.roles != ("regulator",)
    ]
    assert shared == []


@pytest.mark.parametrize(
    "path", ["/v1/supervision", "/v1/supervision/events", "/v1/supervision/alerts", "/v1/events/fair/pools"]
)
async def test_row_31_a_regulators_token_gets_and_posts_of_business_are_403(
    service: Service, path: str
) -> None:
    await service.event("fair")
    regulator = await service.staff("regulator")
    assert (await service.client.get(path, headers=regulator)).status_code == 200
    for business in (
        "/v1/events",
        "/v1/events/fair/transitions",
        "/v1/events/fair/pools",
        "/v1/credit-batches",
    ):
        answer = await service.post(business, {}, regulator)
        assert (answer.status_code, answer.json()["code"]) == (403, "role_forbidden"), business
