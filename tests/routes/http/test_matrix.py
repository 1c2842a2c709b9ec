"""Every route × every caller: matrix.txt says who gets in, a line for each route; a route without a line fails.

A line names the route and who may call it: `anyone`, `partner` (signed), `device` (a scanning device), or roles, where
`staff:gate,desk` are a venue's staff with one of these duties at the route's event (where a route is of none: at any,
or for the whole city), and `staff` alone needs none. At an event `organiser` are owners and editors of its
organisations, and for GET all of their members; `organiser:gate` are those of the duty gate too, and `organiser:owner`
owners alone. `anyone!` is a route that is open, and there for an event's own
people alone until the event is closed.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import pytest

from backend.auth import Principal
from backend.models.keys import uuid7
from backend.routes.http.endpoint import Endpoint
from tests.gates import Venue
from tests.routes.asking import sent_with
from tests.routes.contract import ENDPOINTS
from tests.routes.organisations.organising import hosts_event, member, organisation
from tests.routes.partnering import Partner, new_partner
from tests.service import Service

DRAWN = ("application/pdf", "image/png")
TABLE = Path(__file__).with_name("matrix.txt")
DUTIES = ("gate", "badges", "reviews", "desk")
CITY_DUTIES = ("reviews", "complaints")
ORGANISATION_DUTIES = ("editor", "finance", "gate", "reader")
ROLE_OF = {
    "citizen": "citizen",
    "other citizen": "citizen",
    "guest": "guest",
    "idle staff": "staff",
    **{f"{duty} staff": "staff" for duty in DUTIES},
    **{f"city {duty} staff": "staff" for duty in CITY_DUTIES},
    "other organiser": "organiser",
    "own organiser": "organiser",
    **{f"{duty} organiser": "organiser" for duty in ORGANISATION_DUTIES},
    "verifier": "verifier",
    "operator": "operator",
    "regulator": "regulator",
}
WITHOUT_ROLE = ("nobody", "partner", "device", "expired", "revoked")
CALLERS = (*WITHOUT_ROLE, *ROLE_OF)


def read_table() -> dict[str, list[str]]:
    """Who may call a route, by the route."""
    found = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        method, path, *callers = line.split()
        found[f"{method} {path}"] = callers
    return found


MAY_CALL = read_table()


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    assert sorted(MAY_CALL) == sorted(each.route for each in ENDPOINTS)
    assert [route for route, callers in MAY_CALL.items() if not callers] == []


@dataclass
class World:
    """An organiser's published event with members of every duty, and somebody of each kind of caller."""

    service: Service
    partner: Partner
    device: dict[str, str]
    revoked: dict[str, str]

    async def headers_of(self, caller: str, endpoint: Endpoint) -> dict[str, str]:
        """A caller's headers, of a new session: signing out and erasing end what they were called with."""
        service = self.service
        if caller == "partner":
            return (
                self.partner.headers(path_of(endpoint), self.raw_of(endpoint)) if endpoint.is_signed else {}
            )
        if caller in ("nobody", "device", "revoked"):
            return {"nobody": {}, "device": self.device, "revoked": self.revoked}[caller]
        if caller == "expired":
            principal = Principal(uuid7(), "operator", uuid7())
            token = service.components.tokens.issue(principal, now=time.time() - 86_400)
            return {"Authorization": f"Bearer {token}"}
        role = ROLE_OF[caller]
        if role == "citizen":
            return await service.citizen(caller)
        if role == "guest":
            [badge] = await service.badges(1)
            return await service.guest(badge["code"])
        return await service.staff(role, role if caller == "own organiser" else caller.replace(" ", "-"))

    def raw_of(self, endpoint: Endpoint) -> bytes:
        return b"{}" if endpoint.body is not None else b""

    async def ask(self, endpoint: Endpoint, caller: str) -> httpx.Response:
        """With a body that no route takes; with a good one where whose the event is decides."""
        headers = await self.headers_of(caller, endpoint)
        # A stream goes on for ever, and a refusal of HEAD says no code.
        is_endless = endpoint.media_type == "text/event-stream" and expected(endpoint, caller) == "in"
        method = "HEAD" if is_endless else endpoint.method
        is_stranger = caller in ("other organiser", "idle staff") or caller.startswith("city ")
        if is_stranger and endpoint.is_of_an_event:
            sent = sent_with(endpoint, {})
            headers = sent.pop("headers", {}) | headers | {"Idempotency-Key": uuid7().hex}
            return await self.service.client.request(method, path_of(endpoint), headers=headers, **sent)
        content = self.raw_of(endpoint)
        return await self.service.client.request(method, path_of(endpoint), content=content, headers=headers)


def path_of(endpoint: Endpoint) -> str:
    path = (
        endpoint.path.replace("/events/{slug}", "/events/fair") if endpoint.is_of_an_event else endpoint.path
    )
    return re.sub(r"{\w+}", "nothing", path)


@pytest.fixture(scope="module")
async def world(stage: Service) -> World:
    await stage.event("fair")
    await stage.event("elsewhere")
    for duty in DUTIES:
        await stage.staff("staff", f"{duty}-staff")
        await stage.duties("fair", duty, username=f"{duty}-staff")
    for duty in CITY_DUTIES:
        await stage.city_duties(duty, username=f"city-{duty}-staff")
    host = await organisation()
    await hosts_event(host, "fair")
    await member(stage, host, "owner", username="organiser")
    for duty in ORGANISATION_DUTIES:
        await member(stage, host, duty, username=f"{duty}-organiser")
    device = await Venue(stage, await stage.staff("operator"), "fair").scanner(1)
    revoked = await stage.staff("operator", "gone")
    assert (await stage.client.delete("/v1/sessions/current", headers=revoked)).status_code == 204
    return World(stage, await new_partner(stage, "matrix"), device.headers, revoked)


def expected(endpoint: Endpoint, caller: str) -> str:
    """`in`, `hidden` (not there for this caller), or the code of the refusal."""
    callers = MAY_CALL[endpoint.route]
    if callers in (["anyone"], ["anyone!"]):
        is_theirs = caller in (
            "own organiser",
            *(f"{duty} organiser" for duty in ORGANISATION_DUTIES),
            "operator",
            "regulator",
            *(f"{duty} staff" for duty in DUTIES),
        )
        return "in" if callers == ["anyone"] or is_theirs else "hidden"
    if callers == ["partner"]:
        return "in" if caller == "partner" else "partner_not_signed"
    if callers == ["device"]:
        without = ("nobody", "partner")
        return (
            "in" if caller == "device" else "not_signed_in" if caller in without else "scanner_token_invalid"
        )
    if caller not in ROLE_OF:
        codes = {"device": "token_invalid", "expired": "token_expired", "revoked": "session_revoked"}
        return codes.get(caller, "not_signed_in")
    row = next((each for each in callers if each.partition(":")[0] == ROLE_OF[caller]), None)
    if row is None:
        is_told_how = ROLE_OF[caller] == "guest" and "citizen" in callers
        return "identity_needed" if is_told_how else "role_forbidden"
    duties = row.partition(":")[2]
    if ROLE_OF[caller] == "staff" and duties:
        is_away = caller == "idle staff" or caller.startswith("city ")
        if is_away and endpoint.is_of_an_event:
            return "hidden"
        duty = caller.removesuffix(" staff").removeprefix("city ")
        return "in" if duty in duties.split(",") else "duty_missing"
    if ROLE_OF[caller] == "organiser" and endpoint.is_of_an_event:
        if caller == "other organiser":
            return "hidden"
        duty = {"own": "owner"}.get(word := caller.partition(" ")[0], word)
        may = {"owner"} if duties == "owner" else {"owner", "editor", *duties.split(",")}
        return "in" if endpoint.method == "GET" or duty in may else "organisation_duty_missing"
    return "in"


def outcome(answer: httpx.Response, wanted: str, endpoint: Endpoint) -> str:
    """What an answer comes to, in the words of `expected`."""
    assert answer.status_code < 500, answer.text
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    code = answer.json()["code"] if is_problem and answer.content else ""
    if answer.status_code in (401, 403):
        return code or str(answer.status_code)
    if wanted == "hidden" and answer.status_code == 404:
        return "hidden"
    return "hidden" if code == "event_not_found" and endpoint.is_of_an_event else "in"


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda each: each.route)
async def test_each_caller_gets_what_the_table_says(world: World, endpoint: Endpoint) -> None:
    wanted = {caller: expected(endpoint, caller) for caller in CALLERS}
    found = {}
    for caller in CALLERS:
        answer = await world.ask(endpoint, caller)
        # The first drawing of a process is slow on a machine with other work: it says busy, and is asked for again.
        for _ in range(5):
            if answer.status_code != 503 or endpoint.media_type not in DRAWN:
                break
            await asyncio.sleep(1)
            answer = await world.ask(endpoint, caller)
        found[caller] = outcome(answer, wanted[caller], endpoint)
    assert found == wanted
