"""The OpenAPI document: valid, and neither more nor less than what is served."""

from __future__ import annotations

import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Route

from backend.app import create_app
from backend.errors import Busy, TooManyAtOnce
from backend.openapi import refusals_of
from backend.routes import DEMO_ROUTES, ROUTES, STREAM
from backend.routes.http.endpoint import Endpoint, Served
from backend.settings import Settings, load_settings
from tests.routes.contract import ENDPOINTS, document
from tests.service import Service


def demo_settings() -> Settings:
    return load_settings({}, environment="demo")


def is_page(route: Route) -> bool:
    """For people, not for programs."""
    return isinstance(route.endpoint, Served) and route.endpoint.endpoint.tag == "pages"


def operations() -> set[tuple[str, str]]:
    return {(method.upper(), path) for path, methods in document()["paths"].items() for method in methods}


def test_the_document_is_valid_openapi_3_1() -> None:
    assert document()["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(document()).iter_errors()] == []


async def test_what_is_served_is_the_document(stage: Service) -> None:
    answer = await stage.client.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == document()


def test_the_document_lists_exactly_the_routes_of_the_table() -> None:
    assert operations() == {(each.method, each.path) for each in (*ROUTES, STREAM, *DEMO_ROUTES)}


def test_the_application_serves_exactly_what_the_document_lists() -> None:
    mounted = {
        (method, route.path)
        for route in create_app(demo_settings()).routes
        if isinstance(route, Route) and not is_page(route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert mounted == operations()


def test_an_earlier_name_of_a_field_is_marked_as_deprecated() -> None:
    schemas = document()["components"]["schemas"]
    for name in ("ReportMethod", "ReportReductions"):
        fields = schemas[name]["properties"]
        assert fields["own_word_g"]["deprecated"]
        assert "deprecated" not in fields["self_declared_g"]


def test_no_path_stands_in_the_way_of_a_later_one() -> None:
    # Routing is linear: a placeholder before a word would swallow it.
    for number, earlier in enumerate(ENDPOINTS):
        form = re.compile(re.sub(r"{\w+}", "[^/]+", earlier.path))
        for later in ENDPOINTS[number + 1 :]:
            assert earlier.method != later.method or not form.fullmatch(later.path), later.path


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda each: f"{each.method} {each.path}")
def test_an_operation_says_who_may_call_it_what_it_takes_and_how_it_refuses(endpoint: Endpoint) -> None:
    operation = document()["paths"][endpoint.path][endpoint.method.lower()]
    assert operation["summary"]
    assert operation["tags"] == [endpoint.tag]
    is_open = endpoint.roles is None and endpoint.device is None and not endpoint.is_signed
    assert ("security" in operation) != is_open
    for role in endpoint.roles or ():
        assert role in operation["description"]
    assert ("requestBody" in operation) == (endpoint.body is not None or endpoint.upload is not None)
    parameters = operation.get("parameters", [])
    assert {p["name"] for p in parameters if p["in"] == "path"} == set(re.findall(r"{(\w+)}", endpoint.path))
    told = " ".join(answer["description"] for answer in operation["responses"].values())
    for refusal in refusals_of(endpoint):
        assert refusal.code in told
        assert str(refusal.status) in operation["responses"]


DRAWN_OR_STORED = ("image/png", "application/pdf", "application/zip", "application/octet-stream")
FETCHED = "GET /v1/events/{slug}/badges/{serial}/wxacode.png"
"""WeChat draws it."""


@pytest.mark.parametrize(
    "endpoint",
    [each for each in ENDPOINTS if each.media_type in DRAWN_OR_STORED and each.route != FETCHED],
    ids=lambda endpoint: endpoint.route,
)
def test_what_is_drawn_or_sent_from_a_slot_says_that_a_caller_may_have_too_much_of_it(
    endpoint: Endpoint,
) -> None:
    assert {TooManyAtOnce, Busy} <= set(endpoint.refusals)


def test_operation_ids_are_unique() -> None:
    ids = [
        operation["operationId"] for methods in document()["paths"].values() for operation in methods.values()
    ]
    assert len(ids) == len(set(ids))


def test_request_bodies_take_no_field_that_is_not_named() -> None:
    schemas = document()["components"]["schemas"]
    for endpoint in ENDPOINTS:
        if endpoint.body is not None:
            assert schemas[endpoint.body.__name__]["additionalProperties"] is False
