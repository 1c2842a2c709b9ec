"""Whose event it is: every route of one event × another organiser, and × everybody while it is not published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx2 as httpx
import pytest

from backend.domain.events.lifecycle import BEGUN, UNPUBLISHED, steps_of
from backend.models import Staff
from backend.routes.http.endpoint import Endpoint
from tests.badging import imported, table
from tests.gates import GATES
from tests.routes.asking import sent_with
from tests.routes.contract import ENDPOINTS
from tests.routes.counting import row_counts
from tests.routes.organisations.organising import hosts_event, member, organisation
from tests.service import PASSWORD_HASH, Json, Service
from tests.verifying import asked, attached, licensed

OF_AN_EVENT = [each for each in ENDPOINTS if each.path.startswith("/v1/events/{slug}")]
RUN = [each for each in OF_AN_EVENT if each.roles is not None and "organiser" in each.roles]
OPEN = [each for each in OF_AN_EVENT if each.roles is None and each.device is None]
OF_CITIZENS = [each for each in OF_AN_EVENT if each.roles and "citizen" in each.roles]
OVERSEEN = ("pools", "steps", "live")
"""What those who only oversee an event read of it besides what is public."""


def title(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


@dataclass
class Theirs:
    """An organiser's event with something of everything, and another organiser."""

    service: Service
    another: dict[str, str]
    ids: dict[str, str]
    """Values of the parameters of a path, by the part before them."""
    known: dict[str, str]

    async def ask(
        self, endpoint: Endpoint, headers: dict[str, str], slug: str = "theirs", method: str | None = None
    ) -> httpx.Response:
        path = re.sub(r"([\w-]+)/{\w+}", lambda found: f"{found[1]}/{self.ids[found[1]]}", endpoint.path)
        path = path.replace("/v1/events/theirs", f"/v1/events/{slug}")
        sent = sent_with(endpoint, self.known)
        sent["headers"] = sent.get("headers", {}) | headers | {"Idempotency-Key": "one-key"}
        return await self.service.client.request(method or endpoint.method, path, **sent)


@pytest.fixture(scope="module")
async def theirs(stage: Service) -> Theirs:
    await stage.event("theirs", gates=GATES)
    await stage.pool("theirs")
    badges = await stage.badges(3, "theirs")
    organiser = await stage.staff("organiser")
    host, co_host, invited = [await organisation() for _ in range(3)]
    await hosts_event(host, "theirs")
    await hosts_event(co_host, "theirs", "co_host")
    await member(stage, host, "owner", username="organiser")

    async def made(path: str, body: Json | None = None, **sent: Any) -> Json:
        headers = organiser | sent.pop("headers", {})
        if body is not None:
            sent["json"] = body
        answer = await stage.client.post(f"/v1/events/theirs/{path}", headers=headers, **sent)
        assert answer.status_code in (200, 201), answer.text
        found: Json = answer.json()
        return found

    file = await imported(stage, table("local,L-1,甲,AB12CD34"), "theirs")
    poster = await made("posters", {"name": "door", "gate": 1})
    opened = await made(f"posters/{poster['number']}/windows", {"minutes": 10})
    document = await made(
        "documents",
        content=b"%PDF-1.7\nplan",
        params={"kind": "plan", "name": "plan.pdf"},
        headers={"content-type": "application/pdf"},
    )
    journey = {"distance_km": 300, "mode": "hsr", "nights": 60}
    held = await stage.scan(badges[2]["code"], await stage.citizen(), journey=journey, offset={"share": 100})
    assert held.json()["offset_status"] == "held"
    waiting = await stage.client.get("/v1/events/theirs/held-offsets", headers=organiser)
    ids = {
        "events": "theirs",
        "held-offsets": waiting.json()["items"][0]["id"],
        "devices": (await made("devices", {"name": "phone", "gates": [1]}))["device"]["id"],
        "screens": (await made("screens", {"gate": 1}))["id"],
        "badge-imports": file["id"],
        "by-alias": "AB12CD34",
        "badges": "1",
        "posters": str(poster["number"]),
        "windows": opened["windows"][0]["id"],
        "documents": document["id"],
        "members": str((await Staff.get(username="staff")).id),
        "organisations": co_host.code,
    }
    verifier, free = await licensed(stage, 71), await licensed(stage, 72, username="free")
    verification = await attached(stage, "theirs", verifier)
    ids |= {"verifiers": verifier.code, "verification-questions": await asked(stage, verification)}
    await Staff.create(username="another", role="organiser", password_hash=PASSWORD_HASH)
    staff = await Staff.get(username="another")
    signed_in = await stage.components.sessions.create_for_staff(staff.id, "organiser")
    return Theirs(
        stage,
        {"Authorization": f"Bearer {signed_in.access_token}"},
        ids,
        {
            "batch_id": (await stage.batch(10))["id"],
            "alias": "AB12CD34",
            "username": "staff",
            "organisation": invited.code,
            "code": free.code,
        },
    )


@pytest.fixture(scope="module")
async def unpublished(theirs: Theirs, rows: asyncpg.Connection) -> dict[str, str]:
    """Slugs of events of the first organiser, one in each state that is not public, with what hangs on an event."""
    slugs = {}
    for state in UNPUBLISHED:
        slugs[state] = f"not-yet-{state}"
        price = {"points_per_kg": 10, "points_budget": 100}
        await theirs.service.event(slugs[state], state="draft", points_offset=price)
        await rows.execute("UPDATE events SET state = $1 WHERE slug = $2", state, slugs[state])
    return slugs


def test_no_step_leads_back_from_what_is_public_for_good() -> None:
    for is_demo in (True, False):
        for step in steps_of(is_demo=is_demo):
            assert step.from_state not in BEGUN or step.to_state in BEGUN, step


@pytest.mark.parametrize("endpoint", RUN, ids=title)
async def test_an_organiser_runs_their_own_events_and_meets_no_other_ones(
    theirs: Theirs, rows: asyncpg.Connection, endpoint: Endpoint
) -> None:
    before = await row_counts(rows)
    answer = await theirs.ask(endpoint, theirs.another)
    assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
    assert await row_counts(rows) == before
    # The same request of the event's own organiser finds everything: it was refused for whose it is, nothing else.
    is_stream = endpoint.media_type == "text/event-stream"
    own = await theirs.ask(
        endpoint, await theirs.service.staff("organiser"), method="HEAD" if is_stream else None
    )
    assert own.status_code not in (401, 403, 404), own.text


@pytest.mark.parametrize("state", UNPUBLISHED)
@pytest.mark.parametrize("endpoint", OPEN, ids=title)
async def test_what_is_not_published_is_there_for_its_organiser_and_those_who_oversee_it(
    theirs: Theirs, unpublished: dict[str, str], endpoint: Endpoint, state: str
) -> None:
    service, slug = theirs.service, unpublished[state]
    strangers = (
        {},
        await service.citizen("小林"),
        await service.staff("staff"),
        theirs.another,
        {"Authorization": "Bearer of nothing"},
    )
    for headers in strangers:
        answer = await theirs.ask(endpoint, headers, slug)
        assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
    for role in ("organiser", "operator", "regulator"):
        answer = await theirs.ask(endpoint, await service.staff(role), slug)
        # A document of another event's is not there; the event is.
        assert answer.status_code == 200 or answer.json()["code"] == "document_not_found", role


@pytest.mark.parametrize("state", UNPUBLISHED)
async def test_what_is_kept_of_it_besides_is_theirs_too(
    theirs: Theirs, unpublished: dict[str, str], state: str
) -> None:
    service, slug = theirs.service, unpublished[state]
    endpoints = [each for each in RUN if each.method == "GET" and each.path.rpartition("/")[2] in OVERSEEN]
    assert len(endpoints) == len(OVERSEEN)
    for endpoint in endpoints:
        for headers in (await service.staff("staff"), theirs.another):
            answer = await theirs.ask(endpoint, headers, slug)
            assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found"), endpoint.path
        is_stream = endpoint.media_type == "text/event-stream"
        for role in ("organiser", "operator", "regulator"):
            answer = await theirs.ask(
                endpoint, await service.staff(role), slug, "HEAD" if is_stream else "GET"
            )
            assert answer.status_code == 200, endpoint.path
    for role, is_declared in (("staff", False), ("organiser", True), ("operator", True), ("regulator", True)):
        listed = await service.client.get("/v1/staff/events", headers=await service.staff(role))
        assert (slug in {event["slug"] for event in listed.json()["items"]}) == is_declared, role


@pytest.mark.parametrize("state", UNPUBLISHED)
@pytest.mark.parametrize("endpoint", OF_CITIZENS, ids=title)
async def test_citizens_meet_nothing_that_is_not_published(
    theirs: Theirs, unpublished: dict[str, str], endpoint: Endpoint, state: str
) -> None:
    answer = await theirs.ask(endpoint, await theirs.service.citizen("小林"), unpublished[state])
    assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")


async def test_a_badge_tells_of_its_event_when_that_is_published(
    theirs: Theirs, unpublished: dict[str, str]
) -> None:
    service = theirs.service
    badge = (await service.badges(1, unpublished["draft"]))[0]
    for headers in ({}, await service.citizen("小林"), await service.staff("staff"), theirs.another):
        answer = await service.client.get(f"/v1/codes/{badge['code']}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
    answer = await service.client.get(f"/v1/codes/{badge['code']}", headers=await service.staff("organiser"))
    assert answer.json()["event"]["slug"] == unpublished["draft"]
