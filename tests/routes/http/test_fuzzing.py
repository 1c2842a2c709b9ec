"""Requests made from the OpenAPI document by schemathesis, sent to a real server.

Whatever comes, nothing answers 5xx, and every answer has a status, a media type and a body that the document
names. The same requests every time: a failure here can be repeated.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import requests
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import booleans
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend.auth import ROLES, Role
from backend.routes.http.endpoint import Endpoint
from tests.gates import Venue
from tests.mall import open_mall
from tests.repetitions import is_turn, times
from tests.routes.contract import ENDPOINTS, document
from tests.routes.partnering import Partner, new_partner
from tests.service import Service

EXAMPLES_MAX = times(2, nightly=200)
ANSWER_S_MAX = 60
"""The first drawing of a process is slow on a machine with other work."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Live streams go on for ever; tests/routes/events/test_live.py reads them.
CALLED = [each for each in ENDPOINTS if each.media_type != "text/event-stream"]
# A path alone takes any text, and a request without anything to say cannot be wrong.
ROLES_TRIED = times(1, nightly=len(ROLES))


def roles_of(endpoint: Endpoint) -> tuple[Role | None, ...]:
    """Whom a route is called as: the last of its roles, by night each of them."""
    # A guest may nothing that a citizen may not: by day it is the citizen.
    return tuple(sorted(endpoint.roles or (None,), key=lambda role: role != "guest"))[-ROLES_TRIED:]


CASES = [(each, GenerationMode.POSITIVE, role) for each in CALLED for role in roles_of(each)]
CASES += [
    (each, GenerationMode.NEGATIVE, role)
    for each in CALLED
    if each.body is not None or each.query
    for role in roles_of(each)
]
CASES = [case for number, case in enumerate(CASES) if is_turn(number, days=3)]


@schemathesis.serializer("application/pdf")
def pdf_bytes(context: schemathesis.SerializationContext, value: object) -> bytes:
    """A file that says it is a PDF; in half of the requests it begins like one."""
    content = value if isinstance(value, bytes) else str(value).encode()
    return b"%PDF-1.7\n" + content if len(content) % 2 else content


class _Server(uvicorn.Server):
    """uvicorn that leaves the test runner's signals alone."""

    def capture_signals(self) -> Any:
        return nullcontext()


@dataclass
class Listening:
    base_url: str
    service: Service
    known: dict[str, str]
    partner: Partner
    scanner: dict[str, str]


@pytest.fixture(scope="module")
async def listening(stage: Service) -> AsyncIterator[Listening]:
    await stage.event("fair")
    await stage.pool("fair")
    await stage.event("moved", state="draft")
    await (await open_mall(stage)).reward("fair", per_person_max=1)
    badge = (await stage.badges(1))[0]
    joined = await stage.scan(badge["code"], await stage.citizen("somebody"), offset={"share": 1})
    known = {
        "slug": "fair",
        "code": badge["code"],
        "number": joined.json()["certificate"]["number"],
        "method": "carpool",
        "provider": "demo",
        "merchant": "teahouse",
        "batch_id": (await stage.batch(10))["id"],
        "id": "grid-sichuan-2022",
        "city": "成都",
        "starts_at": "2026-06-01T09:00:00+08:00",
        "ends_at": "2026-06-02T18:00:00+08:00",
        "factor_set": stage.components.catalogue.default_factor_set,
        "venue_kwh": "2.5",
        "retired_on": "2026-01-15",
        "price_per_t": "67.60",
    }
    config = uvicorn.Config(
        stage.client._transport.app,  # type: ignore[attr-defined]
        port=0,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    partner = await new_partner(stage, "fuzz")
    scanner = await Venue(stage, await stage.staff("operator"), "fair").scanner(1)
    yield Listening(f"http://127.0.0.1:{port}", stage, known, partner, scanner.headers)
    server.should_exit = True
    await running


@cache
def _schema() -> BaseSchema:
    """Read once: it takes longer than a whole test."""
    return schemathesis.openapi.from_dict(document())


@pytest.mark.parametrize(
    ("endpoint", "mode", "role"),
    CASES,
    ids=[f"{each.method} {each.path} {mode.value} {role or 'anyone'}" for each, mode, role in CASES],
)
async def test_whatever_is_sent_the_answer_is_one_the_document_names(
    listening: Listening, endpoint: Endpoint, mode: GenerationMode, role: Role | None
) -> None:
    service, headers = listening.service, {}
    if role is not None:
        if role == "guest":
            headers = await service.guest()
        else:
            headers = await (service.citizen("somebody") if role == "citizen" else service.staff(role))
    if endpoint.device is not None:
        headers = listening.scanner
    operation = _schema()[endpoint.path][endpoint.method]

    # The same number every time, and not one of this source's text, which would be read again for each route.
    @seed(1)
    @given(case=operation.as_strategy(generation_mode=mode), is_known=booleans())
    @settings(
        max_examples=EXAMPLES_MAX,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: schemathesis.Case, is_known: bool) -> None:
        # Names of things that are there, in half of the requests: what lies behind them is reached.
        if is_known:
            for place in (case.path_parameters, case.body):
                if isinstance(place, dict):
                    known = listening.known | (
                        {"slug": "moved"} if endpoint.path.endswith("transitions") else {}
                    )
                    place.update({name: value for name, value in known.items() if name in place})
        sign = listening.partner.sign if endpoint.is_signed else None
        answer = case.call(
            base_url=listening.base_url, headers=headers, timeout=ANSWER_S_MAX, auth=sign, session=connections
        )
        case.validate_response(answer, checks=CHECKS)

    with requests.Session() as connections:
        await asyncio.to_thread(send)
