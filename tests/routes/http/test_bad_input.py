"""Bad bodies and queries sent to every route: refused with pointers and codes, in the language that was asked for."""

from __future__ import annotations

import asyncio
import gzip
import json
from itertools import cycle
from typing import Any

import httpx2 as httpx
import pytest

from backend.auth import PEOPLE, ROLES
from backend.errors.fields import FIELD_ERROR_CODES
from backend.errors.imports import file_error_codes
from backend.routes import STREAM
from backend.routes.http.endpoint import Endpoint
from tests.gates import Venue
from tests.routes.asking import smallest
from tests.routes.contract import ENDPOINTS, document
from tests.service import Service

BODIES: tuple[bytes, ...] = (b'{"no_such_field": 1}', b"[]")
EDGES = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2016-12-31T23:59:60Z")
A_DAY = "2026-05-31"
INSTANTS = (
    *EDGES,
    "0001-01-01T00:00:00-14:00",
    "9999-12-31T23:59:59+14:00",
    "2026-05-31T24:00:00Z",
    A_DAY,
    "2026-05-31T09:00:00",
    "２０２６-05-31T09:00:00Z",
    "0000-01-01T00:00:00Z",
    "10000-01-01T00:00:00Z",
)
# What partners sign is read in tests/routes/partners.
WITH_BODY = [each for each in ENDPOINTS if each.body is not None and not each.is_signed]
STRICT = [
    each for each in ENDPOINTS if each.path.startswith("/v1/") and each is not STREAM and not each.is_signed
]


class Senders:
    """Headers of whoever may call a route; one after the other in both languages."""

    def __init__(self, service: Service, headers: dict[str, dict[str, str]]) -> None:
        self.service, self.headers = service, headers
        self.languages = cycle(("zh-CN", "en"))

    async def send(self, endpoint: Endpoint, query: str = "", content: bytes | None = None) -> httpx.Response:
        caller = "device" if endpoint.device else endpoint.roles[-1] if endpoint.roles else "anyone"
        headers = {"Accept-Language": next(self.languages)} | self.headers[caller]
        if endpoint.idempotency is not None:
            headers["Idempotency-Key"] = "bad-input"
        if content is not None:
            headers["Content-Type"] = "application/json"
        path = endpoint.path.replace("{slug}", "fair").replace("{", "").replace("}", "")
        address = path + (f"?{query}" if query else "")
        return await self.service.client.request(endpoint.method, address, headers=headers, content=content)


@pytest.fixture(scope="module")
async def senders(stage: Service) -> Senders:
    await stage.event("fair")
    scanner = await Venue(stage, await stage.staff("operator"), "fair").scanner(1)
    headers: dict[str, dict[str, str]] = {"anyone": {}, "device": scanner.headers}
    headers["citizen"] = await stage.citizen("bad")
    headers["guest"] = await stage.guest()
    for role in ROLES:
        if role not in PEOPLE:
            headers[role] = await stage.staff(role)
    return Senders(stage, headers)


def check(answer: httpx.Response, told: str) -> None:
    """The sentences themselves are checked for every answer of the suite (tests/routes/contract.py)."""
    body = answer.json()
    assert answer.status_code in (400, 404, 409, 422), (told, body)
    if body["code"] in ("invalid_body", "malformed_json", "invalid_query"):
        assert body["errors"], (told, body)
        for each in body["errors"]:
            assert each["code"] in FIELD_ERROR_CODES
            assert each["pointer"] == "" or each["pointer"].startswith(("/", "#query/"))
            assert each["detail"], told


async def test_a_bad_body_is_told_field_by_field(senders: Senders) -> None:
    refused = 0
    for endpoint in WITH_BODY:
        for content in BODIES:
            answer = await senders.send(endpoint, content=content)
            if answer.status_code < 400:
                continue  # a sync takes what it can
            check(answer, f"{endpoint.route} {content!r}")
            refused += answer.json()["code"] in ("invalid_body", "malformed_json")
    assert refused > len(WITH_BODY)


async def test_an_unknown_parameter_is_refused_by_every_route_and_named(senders: Senders) -> None:
    for endpoint in STRICT:
        answer = await senders.send(endpoint, "asof=2020", b"{}" if endpoint.body is not None else None)
        body = answer.json()
        assert (answer.status_code, body["code"]) == (422, "invalid_query"), (endpoint.route, body)
        assert body["errors"][0]["pointer"] == "#query/asof"
        check(answer, endpoint.route)


def instants_of(endpoint: Endpoint) -> list[tuple[str, ...]]:
    """The names that lead to each instant of a route's body."""
    found: list[tuple[str, ...]] = []

    def look(schema: dict[str, Any], path: tuple[str, ...]) -> None:
        if "$ref" in schema:
            schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        if schema.get("format") == "date-time":
            found.append(path)
        for name, inner in schema.get("properties", {}).items():
            look(inner, (*path, name))
        for inner in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else [])):
            look(inner, path)

    look(
        document()["paths"][endpoint.path][endpoint.method.lower()]["requestBody"]["content"][
            "application/json"
        ]["schema"],
        (),
    )
    return found


async def test_no_instant_of_a_body_or_a_query_breaks_anything(senders: Senders) -> None:
    tried = 0
    known = {"slug": "edge", "name": {"zh-CN": "边", "en": "edge"}, "kind": "conference", "city": "成都"}
    for endpoint in ENDPOINTS:
        for name, form in ((each.name, each.schema.get("format")) for each in endpoint.query):
            for text in INSTANTS if form in ("date", "date-time") else ():
                if (form, text) == ("date", A_DAY):
                    continue
                answer = await senders.send(endpoint, str(httpx.QueryParams({name: text})))
                assert answer.status_code == 422, (endpoint.route, name, text, answer.text)
                tried += 1
        if endpoint.body is None or endpoint.is_signed or not instants_of(endpoint):
            continue
        least = smallest(body_schema(endpoint))
        for path in instants_of(endpoint):
            for text in EDGES:
                body = least | {name: value for name, value in known.items() if name in least}
                put(body, path, text)
                answer = await senders.send(endpoint, content=json.dumps(body).encode())
                assert answer.status_code < 500, (endpoint.route, path, text, answer.text)
                tried += 1
    assert tried > 100


def body_schema(endpoint: Endpoint) -> dict[str, Any]:
    operation = document()["paths"][endpoint.path][endpoint.method.lower()]
    found: dict[str, Any] = operation["requestBody"]["content"]["application/json"]["schema"]
    return found


def put(body: dict[str, Any], path: tuple[str, ...], text: str) -> None:
    for name in path[:-1]:
        held = body.setdefault(name, {})
        if isinstance(held, list):
            if not held:
                held.append({})
            held = held[0]
        body = held
    body[path[-1]] = text


AS_OF = "/v1/me/points?as_of="


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("asof=2020-01-01T00:00:00Z", "#query/asof", "parameter_did_you_mean"),
        ("As-Of=2020-01-01T00:00:00Z", "#query/As-Of", "parameter_did_you_mean"),
        ("zzz=1", "#query/zzz", "parameter_unknown"),
        ("as_of=", "#query/as_of", "empty"),
        ("as_of", "#query/as_of", "empty"),
        ("as_of=2026-06-01T00:00:00Z&as_of=2026-06-01T00:00:00Z", "#query/as_of", "repeated"),
        ("as_of=%00", "#query/as_of", "nul"),
        ("%ff=1", "", "not_percent_encoded"),
        ("&".join(f"p{number}=1" for number in range(30)), "", "too_many_parameters"),
        ("as_of=0001-01-01T00:00:00%2B14:00", "#query/as_of", "year_out_of_range"),
        ("as_of=9999-12-31T23:59:59-14:00", "#query/as_of", "year_out_of_range"),
        ("as_of=2026-06-01T00:00:00", "#query/as_of", "no_offset"),
        ("as_of=2099-06-01T00:00:00Z", "#query/as_of", "not_past"),
        ("as_of=2026-06-01", "#query/as_of", "not_instant"),
        ("as_of=２０２６-06-01T00:00:00Z", "#query/as_of", "not_instant"),
    ],
)
async def test_a_query_is_read_strictly(stage: Service, query: str, pointer: str, code: str) -> None:
    answer = await stage.client.get(f"/v1/me/points?{query}", headers=await stage.citizen("strict"))
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, code)


@pytest.mark.parametrize("limit", ["０５", "٥", "5.0", "+5", " 5", "1e1", "0", "101", "99999999999999999999"])
async def test_a_number_is_written_in_plain_digits(stage: Service, limit: str) -> None:
    answer = await stage.client.get("/v1/events", params={"limit": limit})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#query/limit")


async def test_a_plus_sign_that_became_a_space_is_one_again(stage: Service) -> None:
    citizen = await stage.citizen("strict")
    for text in ("2026-06-01T08:00:00+08:00", "2026-06-01T08:00:00%2B08:00", "2026-06-01%2008:00:00+08:00"):
        answer = await stage.client.get(AS_OF + text, headers=citizen)
        assert answer.json()["as_of"] == "2026-06-01T00:00:00Z", answer.text


async def test_a_page_leaves_what_a_messenger_adds_to_its_address(stage: Service) -> None:
    for path in ("/", "/methods", "/privacy", "/q/unknown", "/livez"):
        answer = await stage.client.get(path + "?from=timeline&isappinstalled=0&from=timeline&nsukey=&x=%ff")
        assert answer.status_code == 200, (path, answer.text[:200])


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Content-Encoding": "gzip"}, "content_encoding_unsupported"),
        ({"Content-Encoding": "br"}, "content_encoding_unsupported"),
        ({"Content-Type": "application/json; charset=utf-16"}, "charset_unsupported"),
        ({"Content-Type": 'application/json; charset="GBK"'}, "charset_unsupported"),
        ({"Content-Type": "text/plain"}, "unsupported_media_type"),
    ],
)
async def test_a_body_in_another_encoding_is_told_so(
    stage: Service, headers: dict[str, str], code: str
) -> None:
    content = gzip.compress(b'{"provider":"demo","code":"x"}')
    answer = await stage.client.post(
        "/v1/sessions", content=content, headers={"Content-Type": "application/json"} | headers
    )
    assert (answer.status_code, answer.json()["code"]) == (415, code)
    assert answer.headers.get("accept-encoding") == (
        "identity" if "encoding" in code and "charset" not in code else None
    )
    assert answer.json()["facts"]


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "us-ascii"])
async def test_utf8_may_be_said(stage: Service, charset: str) -> None:
    answer = await stage.client.post(
        "/v1/sessions",
        content=b'{"provider":"demo","code":"charset"}',
        headers={"Content-Type": f"application/json; charset={charset}", "Content-Encoding": "identity"},
    )
    assert answer.status_code == 201


async def test_limits_are_facts_with_their_units_in_their_names(stage: Service) -> None:
    answer = await stage.client.post("/v1/sessions", content=b" " * 3_000_000)
    assert answer.json()["facts"] == {"bytes_max": stage.settings.body_bytes_max}
    busy = await stage.client.post("/v1/sessions", json={"provider": "nobody", "code": "x"})
    assert busy.json()["facts"] == {"provider": "nobody"}


def test_the_document_says_which_facts_a_refusal_carries() -> None:
    problem = document()["components"]["schemas"]["Problem"]
    assert problem["x-facts"]["points_insufficient"] == ["balance", "points"]
    assert problem["properties"]["facts"]["properties"]["balance"] == {"type": "integer"}
    codes = document()["components"]["schemas"]["ProblemError"]["properties"]["code"]["enum"]
    assert codes == sorted({*FIELD_ERROR_CODES, *file_error_codes()})


async def test_requests_of_many_clients_at_once_are_each_told_their_own(stage: Service) -> None:
    texts = ("zh-CN", "en") * 5
    answers = await asyncio.gather(
        *(
            stage.client.post("/v1/sessions", content=b"{}", headers={"Accept-Language": text})
            for text in texts
        )
    )
    assert {
        (text, answer.json()["detail"].isascii()) for text, answer in zip(texts, answers, strict=True)
    } == {
        ("zh-CN", False),
        ("en", True),
    }
