"""Who may do what: every route of the table × nobody, every role, and what belongs to another citizen.

Whose an event is stands in test_whose_events.
"""

from __future__ import annotations

import re

import asyncpg
import httpx2 as httpx
import pytest

from backend.auth import ROLES, Role
from backend.routes import DEMO_ROUTES, ROUTES, STREAM
from backend.routes.http.endpoint import Endpoint
from tests.routes.counting import row_counts
from tests.service import Service

STEPS = ("second-factor", "second-factor-setup", "second-factor-confirmation")
ALL = (*ROUTES, STREAM, *DEMO_ROUTES)
CLOSED = [each for each in ALL if each.roles is not None]
OPEN = [each for each in ALL if each.roles is None and not each.is_signed and each.device is None]
SIGNED = [each for each in ALL if each.is_signed]


def title(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


async def headers_of(stage: Service, role: Role) -> dict[str, str]:
    if role == "guest":
        return await stage.guest()
    return await (stage.citizen("小林") if role == "citizen" else stage.staff(role))


async def ask(stage: Service, endpoint: Endpoint, headers: dict[str, str] | None = None) -> httpx.Response:
    path = re.sub(r"{\w+}", "nothing", endpoint.path)
    body = None if endpoint.body is None else {}
    return await stage.client.request(endpoint.method, path, json=body, headers=headers)


def refusal_of(role: Role, endpoint: Endpoint) -> str:
    """A guest is told that an account would do."""
    return "identity_needed" if role == "guest" and "citizen" in (endpoint.roles or ()) else "role_forbidden"


def test_every_route_that_writes_for_somebody_names_roles() -> None:
    signing_in = {"/v1/sessions", "/v1/sessions/refresh", "/v1/staff/sessions"}
    # Counted and braked, or kept nowhere before it is answered right.
    signing_in |= {"/v1/sessions/codes", "/v1/sessions/passkey-options"}
    # Opened with what a right password, or an operator's link, gave.
    signing_in |= {f"/v1/staff/sessions/{step}" for step in STEPS} | {"/v1/staff/password"}
    estimating = {"/v1/events/{slug}/footprints"}
    # A till signs in with its device's token, which is no citizen's and no staff member's.
    at_the_till = {"/v1/vouchers/verify"}
    # A screen, or a scanning device, is opened with the key of a link that staff made, and once.
    at_the_gate = {"/v1/screen-sessions", "/v1/device-sessions"}
    # Whoever sees a claim or a name in public may object to it.
    by_the_public = {"/v1/complaints", "/v1/complaints/lookup", "/v1/name-reports"}
    # An organisation registers without an account, braked and reviewed; an invitation's key opens what it offers.
    by_the_public |= {"/v1/organisations", "/v1/organisations/registrations/lookup"}
    by_the_public |= {f"/v1/organisation-invitations/{step}" for step in ("lookup", "accounts")}
    open_writes = {each.path for each in OPEN if each.method != "GET"}
    assert open_writes == signing_in | estimating | at_the_till | at_the_gate | by_the_public


@pytest.mark.parametrize("endpoint", CLOSED, ids=title)
async def test_nobody_gets_past_a_route_with_roles(stage: Service, endpoint: Endpoint) -> None:
    answer = await ask(stage, endpoint)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize("endpoint", CLOSED, ids=title)
async def test_every_other_role_is_turned_away_and_writes_nothing(
    stage: Service, rows: asyncpg.Connection, endpoint: Endpoint
) -> None:
    assert endpoint.roles is not None
    others = [role for role in ROLES if role not in endpoint.roles]
    callers = {role: await headers_of(stage, role) for role in others}
    before = await row_counts(rows)
    for role in others:
        answer = await ask(stage, endpoint, callers[role])
        assert (answer.status_code, answer.json()["code"]) == (403, refusal_of(role, endpoint)), role
    assert await row_counts(rows) == before


@pytest.mark.parametrize("endpoint", CLOSED, ids=title)
async def test_each_role_that_is_named_gets_past_the_door(stage: Service, endpoint: Endpoint) -> None:
    assert endpoint.roles
    # Which duty opens which route stands in test_matrix.
    await stage.city_duties()
    for role in endpoint.roles:
        # The last one of a name: signing out and erasing end what they were called with.
        answer = await ask(stage, endpoint, await headers_of(stage, role))
        assert answer.status_code not in (401, 403), role


@pytest.mark.parametrize("endpoint", SIGNED, ids=title)
async def test_a_signed_route_takes_nobodys_token(
    stage: Service, rows: asyncpg.Connection, endpoint: Endpoint
) -> None:
    callers = [await headers_of(stage, role) for role in ROLES]
    before = await row_counts(rows)
    for headers in (None, *callers):
        answer = await ask(stage, endpoint, headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "partner_not_signed")
    assert await row_counts(rows) == before


@pytest.mark.parametrize("endpoint", OPEN, ids=title)
async def test_a_route_without_roles_answers_anybody(stage: Service, endpoint: Endpoint) -> None:
    answer = await ask(stage, endpoint)
    assert answer.status_code not in (401, 403, 405, 500)


async def test_a_regulator_sees_what_staff_see_and_changes_nothing(
    stage: Service, rows: asyncpg.Connection
) -> None:
    await stage.event("overseen")
    await stage.pool("overseen")
    regulator = await stage.staff("regulator")
    before = await row_counts(rows)
    for path in ("/v1/credit-batches", "/v1/events/overseen/pools", "/v1/events/overseen/stats"):
        answer = await stage.client.get(path, headers=regulator)
        assert answer.status_code == 200
    for endpoint in CLOSED:
        # Their own account is theirs to keep, and what supervision itself is (tests/plan, row 31).
        if endpoint.method == "POST" and "regulator" not in (endpoint.roles or ()):
            assert (await ask(stage, endpoint, regulator)).status_code == 403, title(endpoint)
    assert await row_counts(rows) == before


async def test_citizens_see_their_own_account_and_never_another_ones(stage: Service) -> None:
    await stage.event("seen")
    await stage.pool("seen")
    badge = (await stage.badges(1, "seen"))[0]
    lin, chen = await stage.citizen(), await stage.citizen()
    action = (await stage.act(lin, "bike_own", 12)).json()
    joined = (await stage.scan(badge["code"], lin, offset={"share": 100})).json()
    mine = (await stage.client.get("/v1/me", headers=lin)).json()
    told = ""
    for endpoint in ROUTES:
        if f"{endpoint.path}/".startswith("/v1/me/") and endpoint.method == "GET":
            path = endpoint.path.replace("{id}", action["id"]).replace("{period}", action["day"][:7])
            answer = await stage.client.get(path, headers=chen)
            if answer.status_code == 422:
                answer = await stage.client.get(path, params={"event": "seen"}, headers=chen)
            # What belongs to lin is not there for chen.
            assert answer.status_code == (404 if "{id}" in endpoint.path else 200), path
            told += answer.text if endpoint.media_type != "image/png" else ""
    assert mine["id"] not in told
    assert mine["nickname"] not in told
    assert joined["certificate"]["number"] not in told
    summary = (await stage.client.get("/v1/me/summary", headers=chen)).json()
    for name in (
        "balance",
        "actions",
        "reduction_g",
        "self_declared_g",
        "attendances",
        "footprint_g",
        "offset_g",
    ):
        assert summary[name] == 0, name
    assert summary["by_method"] == []
    assert summary["points_expiring"] is None


async def test_a_cursor_of_another_citizen_shows_nothing_of_theirs(stage: Service) -> None:
    lin, chen = await stage.citizen(), await stage.citizen()
    for _ in range(3):
        await stage.act(lin, "walk_steps", 1000)
    page = (await stage.client.get("/v1/me/actions", params={"limit": 1}, headers=lin)).json()
    for path in ("/v1/me/actions", "/v1/me/points/entries"):
        answer = await stage.client.get(path, params={"cursor": page["next_cursor"]}, headers=chen)
        assert answer.json() == {"items": [], "next_cursor": None}


async def test_the_same_key_of_two_citizens_is_two_requests(stage: Service) -> None:
    lin, chen = await stage.citizen(), await stage.citizen()
    first = await stage.act(lin, "walk_steps", 5000, key="one-key")
    other = await stage.act(chen, "walk_steps", 5000, key="one-key")
    assert first.json()["id"] != other.json()["id"]
    assert "idempotency-replayed" not in other.headers
