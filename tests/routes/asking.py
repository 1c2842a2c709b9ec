"""Requests that the OpenAPI document foresees: the smallest body, query or file that a route takes."""

from __future__ import annotations

from typing import Any

import msgspec

from backend.routes.http.endpoint import Endpoint
from tests.routes.contract import document

FILES = {"text/csv": b"serial\n1\n", "application/pdf": b"%PDF-1.7\nplan"}


def smallest(schema: dict[str, Any]) -> Any:
    """A value of a schema, with nothing in it that may be left out."""
    if "$ref" in schema:
        return smallest(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return smallest(schema["anyOf"][0])
    match schema["type"]:
        case "object":
            return {name: smallest(schema["properties"][name]) for name in schema.get("required", ())}
        case "array":
            return [smallest(schema["items"])] * schema.get("minItems", 0)
        case "string" if schema.get("format") == "date":
            return "2026-01-01"
        case "string":
            return "x" * schema.get("minLength", 1)
        case "boolean":
            return True
    return schema.get("minimum", 1)


def sent_with(endpoint: Endpoint, known: dict[str, str]) -> dict[str, Any]:
    """What `client.request` takes for a good request; `known` are values that no schema can tell."""
    # What narrows a list may be left out; what has no format is a name or a number.
    query = {
        each.name: smallest(each.schema)
        for each in endpoint.query
        if each.name not in ("cursor", "from", "to") and "format" not in each.schema
    }
    sent: dict[str, Any] = {"params": query}
    if endpoint.body is not None:
        body = smallest(
            document()["paths"][endpoint.path][endpoint.method.lower()]["requestBody"]["content"][
                "application/json"
            ]["schema"]
        )
        sent["json"] = body | {name: value for name, value in known.items() if name in body}
        msgspec.convert(sent["json"], endpoint.body)
    if endpoint.upload is not None:
        media_type = endpoint.upload.media_types[0]
        sent |= {"content": FILES[media_type], "headers": {"content-type": media_type}}
    return sent
