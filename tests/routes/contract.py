"""Every answer that a test of the routes sees is held against the OpenAPI document and the route table.

An answer has a status that the document names, a body that fits its schema, and, when it is a refusal, a code
that the route says it may raise. So no test has to look for an answer that nobody wrote down.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from urllib.parse import quote

import httpx2 as httpx
from jsonschema_rs import Draft202012, Draft202012Validator, Registry

from backend.messages.encoding import encode
from backend.openapi import openapi_document, refusals_of
from backend.routes import DEMO_ROUTES, ROUTES, STREAM
from backend.routes.http.endpoint import Endpoint
from backend.routes.http.problems import language_of
from tests.routes.refusal_words import wrong_words
from tests.service import Service

ENDPOINTS: tuple[Endpoint, ...] = (*ROUTES, STREAM, *DEMO_ROUTES)
PROBLEM = "application/problem+json"
OF_FILES = (
    "badge_file_unreadable",
    "badge_rows_broken",
    "badge_serials_broken",
    "codes_",
    "csv_",
    "import_",
    "inventory_",
    "too_many_codes",
)
# Said of the address itself, before any route has a say.
OF_THE_ADDRESS = {"not_found", "method_not_allowed"}


@cache
def document() -> dict[str, Any]:
    """As it is served: through JSON."""
    found: dict[str, Any] = json.loads(encode(openapi_document(ENDPOINTS)))
    return found


@cache
def _registry() -> Registry:
    return Registry([("urn:api", document())], draft=Draft202012)


@cache
def _codes() -> dict[tuple[str, str], frozenset[str]]:
    return {
        (each.method, each.path): frozenset(refusal.code for refusal in refusals_of(each))
        for each in ENDPOINTS
    }


@cache
def _validator(method: str, path: str, status: str, media_type: str) -> Draft202012Validator:
    pointer = "/".join(
        quote(part.replace("~", "~0").replace("/", "~1"))
        for part in ("paths", path, method.lower(), "responses", status, "content", media_type, "schema")
    )
    return Draft202012Validator({"$ref": f"urn:api#/{pointer}"}, registry=_registry())


@cache
def _forms() -> list[tuple[Endpoint, re.Pattern[str]]]:
    return [(each, re.compile(re.sub(r"{\w+}", "[^/]+", each.path))) for each in ENDPOINTS]


def endpoint_of(method: str, path: str) -> Endpoint | None:
    for endpoint, form in _forms():
        if endpoint.method == method and form.fullmatch(path):
            return endpoint
    return None


def check_answer(method: str, path: str, answer: httpx.Response) -> None:
    """Raises AssertionError for an answer that the OpenAPI document does not foresee."""
    told = f"{method} {path} → {answer.status_code} {answer.text[:300]}"
    assert answer.headers["x-content-type-options"] == "nosniff", told
    assert answer.headers["cache-control"], told
    if answer.status_code >= 400 and answer.headers["content-type"] != "application/json":
        check_problem(answer)
        if answer.json()["code"] in OF_THE_ADDRESS:
            return
    endpoint = endpoint_of(method, path)
    if endpoint is None:
        return
    operation = document()["paths"][endpoint.path][endpoint.method.lower()]
    documented = operation["responses"].get(str(answer.status_code))
    assert documented is not None, f"a status that is not documented: {told}"
    if answer.status_code == 204:
        assert answer.content == b"", told
        return
    media_type = answer.headers["content-type"].partition(";")[0]
    assert media_type in documented["content"], f"a media type that is not documented: {told}"
    if media_type == PROBLEM:
        assert answer.json()["code"] in _codes()[endpoint.method, endpoint.path], (
            f"a code that is not documented: {told}"
        )
    if media_type in (PROBLEM, "application/json"):
        validator = _validator(endpoint.method, endpoint.path, str(answer.status_code), media_type)
        errors = [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(answer.json())]
        assert not errors, f"does not fit its schema: {errors[:3]} {told}"


def check_problem(answer: httpx.Response) -> None:
    """A refusal is a problem document, whole, and without a stack trace."""
    assert answer.headers["content-type"] == PROBLEM, answer.text[:300]
    body = answer.json()
    more = {"scope"} if body["code"] == "consent_needed" else set()
    assert (
        set(body) - {"facts", "errors"} == {"type", "title", "status", "detail", "code", "instance"} | more
    ), body
    check_words(answer)
    assert body["status"] == answer.status_code
    assert body["type"] == f"/problems/{body['code']}"
    assert body["title"], body
    assert body["detail"], body
    assert "Traceback" not in answer.text
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"] in ("Bearer", "Signature")
    if answer.status_code in (429, 503):
        assert int(answer.headers["retry-after"]) >= 1


def check_words(answer: httpx.Response) -> None:
    """No sentence speaks another language than the one that was asked for, none shows an identifier."""
    body = answer.json()
    if body["code"].startswith(OF_FILES):
        return  # they name columns as the file does
    language = language_of(answer.request.headers.get("accept-language", "").encode())
    for sentence in (body["title"], body["detail"], *(each["detail"] for each in body.get("errors", ()))):
        assert not wrong_words(sentence, language), (wrong_words(sentence, language), body)


def watch(service: Service) -> Service:
    """Have every answer to this service's client checked."""

    async def check(answer: httpx.Response) -> None:
        await answer.aread()
        check_answer(answer.request.method, answer.request.url.path, answer)

    service.client.event_hooks["response"].append(check)
    return service
