"""The OpenAPI 3.1 document, made from the route table and the message structs, so that it cannot drift."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import msgspec

from backend.errors import (
    BodyTooLarge,
    Busy,
    DatabaseUnavailable,
    EventNotFound,
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    InternalError,
    InvalidBody,
    InvalidQuery,
    MalformedBody,
    NotFound,
    NotSignedIn,
    Refusal,
    RoleForbidden,
    SessionRevoked,
    TokenExpired,
    TokenInvalid,
    UnsupportedMediaType,
)
from backend.errors.badges import IdentityNeeded
from backend.errors.community.community import ConsentNeeded
from backend.errors.events.members import DutyMissing
from backend.errors.facts import FACTS
from backend.errors.fields import FIELD_ERROR_CODES
from backend.errors.gates import ScannerRevoked, ScannerTokenInvalid
from backend.errors.imports import file_error_codes
from backend.errors.operations import FeatureLimitReached
from backend.errors.organisations import (
    EditOutdated,
    EditRevisionMissing,
    OrganisationBlacklisted,
    OrganisationDutyMissing,
    RemitTooNarrow,
)
from backend.errors.partners import NotSigned, PartnerClosed
from backend.messages.shape import Problem
from backend.routes.http.endpoint import Endpoint
from backend.routes.http.problems import all_refusals

REF = "#/components/schemas/{name}"
PROBLEM = "application/problem+json"
SIGNED_IN = (NotSignedIn, TokenInvalid, TokenExpired, SessionRevoked, RoleForbidden)
WITH_BODY = (MalformedBody, InvalidBody, BodyTooLarge, UnsupportedMediaType)
ALWAYS = (DatabaseUnavailable, Busy, InternalError)
SIGNED = {
    "partner": {"name": "X-Partner", "description": "the partner's code"},
    "partnerKey": {"name": "X-Key", "description": "the id of the key that signs"},
    "partnerTime": {"name": "X-Timestamp", "description": "Unix seconds, at most 300 from the server's"},
    "partnerSignature": {
        "name": "X-Signature",
        "description": "HMAC-SHA256 of `<X-Timestamp>.<METHOD>.<path>.<body>` in lower-case hexadecimal",
    },
}
"""The headers of a signed request; all four together."""


def openapi_document(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The document as a JSON-like mapping."""
    types = [e.body for e in endpoints if e.body is not None]
    types += [t for e in endpoints for t in e.answers.values() if t is not None]
    schemas, components = msgspec.json.schema_components([*types, Problem], ref_template=REF)
    # Asked for one type at a time, a schema would not share components; zip what came back to the types.
    schema_of = {id(t): schema for t, schema in zip([*types, Problem], schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        operation = _operation(endpoint, schema_of)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation
    _describe_facts(components)
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Tianfu Carbon",
            "version": version("tianfu-carbon"),
            "description": (
                "Low-carbon actions, points, and personal carbon offsets at events. "
                "Refusals are problem documents (RFC 9457) with a stable `code`; "
                "facts for programs and pointers to what is wrong (docs/refusals.md); "
                "their text follows Accept-Language (zh-CN by default, en). "
                "Unknown fields and unknown query parameters are refused."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                **{name: {"type": "apiKey", "in": "header"} | said for name, said in SIGNED.items()},
            },
        },
    }
    found = _decimals_as_numbers(document)
    assert isinstance(found, dict)
    return found


def _describe_facts(components: dict[str, Any]) -> None:
    """Close the list of codes of wrong fields, and say which facts each refusal carries."""
    components["ProblemError"]["properties"]["code"]["enum"] = sorted(
        {*FIELD_ERROR_CODES, *file_error_codes()}
    )
    problem = components["Problem"]
    problem["properties"]["facts"] |= {
        "properties": {name: dict(fact.schema) for name, fact in FACTS.items()}
    }
    # A condition for each code would be 150 of them, which readers of documents pass over and validators do not.
    problem["x-facts"] = {
        code: sorted(names)
        for code, cls in sorted(all_refusals().items())
        if (names := cls.fact_names() & FACTS.keys())
    }


def _operation(endpoint: Endpoint, schema_of: dict[int, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(endpoint),
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
    }
    parameters = _parameters(endpoint)
    if parameters:
        operation["parameters"] = parameters
    if endpoint.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema_of[id(endpoint.body)]}},
        }
    if endpoint.upload is not None:
        operation["requestBody"] = {
            "required": True,
            # A body that is not JSON has no schema: its media type says all (OpenAPI 3.1, 4.8.14.2).
            "content": {media_type: {} for media_type in endpoint.upload.media_types},
        }
    if endpoint.is_signed:
        operation["security"] = [{name: [] for name in SIGNED}]
    if endpoint.device is not None:
        operation["security"] = [{"bearer": []}]
        operation["description"] = "With the token of a scanning device"
    if endpoint.roles is not None:
        operation["security"] = [{"bearer": []}]
        operation["description"] = "Roles: " + ", ".join(endpoint.roles)
        if endpoint.duty:
            operation["description"] += "; of staff, those with the duty " + " or ".join(endpoint.duty)
        if endpoint.organiser_duties:
            duties = " or ".join(endpoint.organiser_duties)
            operation["description"] += f"; of organisers, members of the event's organisations as {duties}"
    operation["responses"] = _responses(endpoint, schema_of)
    return operation


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", endpoint.path)
    ]
    parameters += [
        {
            "name": query.name,
            "in": "query",
            "required": False,
            "description": query.about,
            "schema": dict(query.schema),
        }
        for query in endpoint.query
    ]
    parameters += [
        {
            "name": header.name,
            "in": "header",
            "required": False,
            "description": header.about,
            "schema": dict(header.schema),
        }
        for header in endpoint.headers
    ]
    if endpoint.if_match is not None:
        parameters.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": endpoint.if_match == "required",
                "description": "The ETag of what was edited; where another stands meanwhile, nothing is changed.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            }
        )
    if endpoint.idempotency is not None:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": endpoint.idempotency == "required",
                "description": "One per new request, kept when it is retried; a repeat gets the first answer.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[\\x21-\\x7e]+$"},
            }
        )
    return parameters


def refusals_of(endpoint: Endpoint) -> set[type[Refusal]]:
    """Every refusal a route may answer with, subclasses included."""
    named: set[type[Refusal]] = {*endpoint.refusals, *ALWAYS}
    if endpoint.consent is not None:
        named.add(ConsentNeeded)
    if endpoint.roles is not None:
        named |= set(SIGNED_IN)
        if "citizen" in endpoint.roles and "guest" not in endpoint.roles:
            named.add(IdentityNeeded)
    if endpoint.duty:
        named.add(DutyMissing)
    if endpoint.feature is not None:
        named |= {NotFound, FeatureLimitReached}
    if endpoint.is_of_the_province:
        named.add(RemitTooNarrow)
    if endpoint.organiser_duties:
        named |= {EventNotFound, OrganisationDutyMissing}
    if endpoint.if_match is not None:
        named.add(EditOutdated)
    if endpoint.if_match == "required":
        named.add(EditRevisionMissing)
    if endpoint.device is not None:
        named |= {NotSignedIn, ScannerTokenInvalid, ScannerRevoked}
    if endpoint.is_signed:
        named |= {NotSigned, PartnerClosed, OrganisationBlacklisted}
    if endpoint.body is not None:
        named |= set(WITH_BODY)
    if endpoint.upload is not None:
        named |= {BodyTooLarge, UnsupportedMediaType}
    named.add(InvalidQuery)
    if endpoint.idempotency is not None:
        named |= {IdempotencyKeyMalformed}
    if endpoint.idempotency == "required":
        named.add(IdempotencyKeyMissing)
    closed: set[type[Refusal]] = set()
    while named:
        cls = named.pop()
        closed.add(cls)
        named |= set(cls.__subclasses__())
    return closed


def _responses(endpoint: Endpoint, schema_of: dict[int, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, answer in endpoint.answers.items():
        response: dict[str, Any] = {"description": "Done"}
        if answer is not None:
            response["content"] = {endpoint.media_type: {"schema": schema_of[id(answer)]}}
        elif status != 204:
            response["content"] = {endpoint.media_type: {"schema": {"type": "string"}}}
        if endpoint.idempotency is not None:
            response["headers"] = {
                "Idempotency-Replayed": {
                    "description": "true when this is the first answer again",
                    "schema": {"type": "string", "enum": ["true"]},
                }
            }
        responses[str(status)] = response
    by_status: dict[int, list[str]] = {}
    for refusal in refusals_of(endpoint):
        by_status.setdefault(refusal.status, []).append(refusal.code)
    for status, codes in sorted(by_status.items()):
        content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        described = "Refused: " + ", ".join(sorted(codes))
        known = responses.get(str(status))
        if known is not None:
            known["content"] = known.get("content", {}) | content
            known["description"] += ". " + described
        else:
            responses[str(status)] = {"description": described, "content": content}
    return responses


def _operation_id(endpoint: Endpoint) -> str:
    words = re.sub(r"[^a-zA-Z0-9]+", "_", endpoint.path).strip("_")
    return f"{endpoint.method.lower()}_{words}"


def _decimals_as_numbers(node: Any) -> Any:
    """msgspec describes Decimal as a string; this API writes and reads JSON numbers (and reads strings too)."""
    if isinstance(node, dict):
        if node.get("format") == "decimal" and node.get("type") == "string":
            return {k: v for k, v in node.items() if k != "format"} | {"type": "number"}
        return {key: _decimals_as_numbers(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_decimals_as_numbers(item) for item in node]
    return node
