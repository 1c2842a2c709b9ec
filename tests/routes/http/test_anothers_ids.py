"""Every route with an id in its address × the id of somebody else: not there, or not theirs; and nothing changes.

The list of routes is the service's own: one that takes an id of a citizen's, of an event's or of one of the staff has
an id here, or a word why nobody in particular owns what it names.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

import asyncpg
import httpx2 as httpx
import pytest

from backend.messages.identity import text_of
from backend.models import CitizenPasskey
from backend.models.keys import uuid7
from backend.routes.http.endpoint import Endpoint
from tests.gates import Venue, open_venue
from tests.mall import open_mall
from tests.organising import propose
from tests.periods import my_period, programme
from tests.routes.actions.test_certifications import assessment, certifier, scene
from tests.routes.actions.test_certifications import propose as propose_certification
from tests.routes.asking import sent_with
from tests.routes.attending import id_of
from tests.routes.contract import ENDPOINTS
from tests.routes.counting import row_counts
from tests.routes.evidencing import act_with_photo, decide, new_photo
from tests.routes.organisations.organising import member, organisation
from tests.routes.partnering import new_partner
from tests.service import Json, Service
from tests.verifying import asked, attached, licensed

OVERSEERS = {"operator", "regulator"}
# Named by everybody in the same words, or by operators' staff for the whole city.
NOBODYS = {
    "GET /v1/me/reports/{period}": "a month of the caller's",
    "GET /v1/me/reports/{period}.png": "a month of the caller's",
    "POST /v1/rewards/{slug}/redemptions": "a reward is offered to everybody",
    "GET /v1/leaderboards/{board}": "a board is everybody's",
    "GET /v1/teams/{id}": "a team's page is shown to every citizen, without its code and members",
}
HAS_OWNER = [
    each
    for each in ENDPOINTS
    if re.findall(r"{(?!slug})\w+}", each.path.replace("/v1/rewards/{slug}", "/v1/rewards/{reward}"))
    and each.roles is not None
    and not set(each.roles) <= OVERSEERS
    and each.route not in NOBODYS
]


@dataclass
class World:
    """Somebody's ids, by what stands before them in an address, and others of the same roles who ask for them."""

    service: Service
    ids: dict[str, str]
    owners: dict[str, dict[str, str]]
    others: dict[str, dict[str, str]]

    def path_of(self, endpoint: Endpoint, slug: str) -> str:
        path = endpoint.path.replace("/events/{slug}", f"/events/{slug}")
        before, _, _ = path.partition("{")
        return re.sub(r"{\w+}", self.ids[before.rpartition(slug)[2] if slug in before else before], path)

    def of_roles(self, who: dict[str, dict[str, str]], endpoint: Endpoint) -> list[dict[str, str]]:
        return [headers for role, headers in who.items() if role in (endpoint.roles or ())]


@pytest.fixture(scope="module")
async def world(stage: Service, rows: asyncpg.Connection) -> World:
    venue = await open_venue(stage)
    await stage.pool("fair")
    await stage.event("elsewhere")
    other = await stage.staff("organiser", "other")
    await rows.execute(
        "UPDATE events SET created_by = (SELECT id FROM staff WHERE username = 'other') WHERE slug = 'elsewhere'"
    )
    away = await stage.staff("staff", "away")
    await stage.duties("elsewhere", username="away")
    ids = (
        await ids_of_an_event(stage, venue) | await ids_of_a_citizen(stage, venue) | await ids_of_staff(stage)
    )
    theirs = await organisation()
    await member(stage, theirs, "owner", username="organiser")
    ids |= {"/v1/organisations/": theirs.code, "/organisations/": theirs.code}
    ids |= {"/v1/list-entries/": (await propose(stage, theirs))["id"]}
    ids |= await ids_of_supervision(stage, theirs.code)
    ids |= await ids_of_a_verification(stage)
    # Whatever their role: who belongs to the organisation reads what is its own.
    for username in ("staff", "verifier"):
        await member(stage, theirs, "owner", username=username)
    period = await my_period(stage, await programme(stage), await stage.citizen("owner"))
    ids["/v1/me/periods/"] = period["id"]
    return World(
        stage,
        ids,
        {
            "citizen": await stage.citizen("owner"),
            "organiser": await stage.staff("organiser"),
            "staff": await stage.staff("staff"),
            "verifier": await stage.staff("verifier"),
        },
        {
            "citizen": await stage.citizen("stranger"),
            "organiser": other,
            "staff": away,
            "verifier": await stage.staff("verifier", "stranger"),
        },
    )


async def made(service: Service, path: str, body: object, headers: dict[str, str]) -> Json:
    answer = await service.post(path, body, headers)
    assert answer.status_code in (200, 201), answer.text
    found: Json = answer.json()
    return found


async def ids_of_an_event(stage: Service, venue: Venue) -> dict[str, str]:
    lin, operator = await stage.staff("staff"), await stage.staff("operator")
    scanner = await venue.scanner()
    screen = await made(stage, "/v1/events/fair/screens", {"gate": 1}, lin)
    poster = await made(stage, "/v1/events/fair/posters", {"name": "wall", "gate": 1}, lin)
    window = await made(stage, f"/v1/events/fair/posters/{poster['number']}/windows", {"minutes": 10}, lin)
    headers = lin | {"Content-Type": "text/csv"}
    begun = await stage.client.post(
        "/v1/events/fair/badge-imports", content="label\n甲\n".encode(), headers=headers
    )
    assert begun.status_code in (200, 201, 202), begun.text
    await stage.staff("staff", "here")
    given = {"username": "here", "duties": ["gate"]}
    member = await made(stage, "/v1/events/fair/members", given, operator)
    alias = {"alias": "wristband-0001", "reason": "band"}
    await made(stage, "/v1/events/fair/badges/2/alias", alias, lin)
    return {
        "/devices/": scanner.id,
        "/screens/": screen["id"],
        "/posters/": str(poster["number"]),
        "/windows/": window["windows"][0]["id"],
        "/badge-imports/": begun.json()["id"],
        "/members/": member["id"],
        "/badges/": "3",
        "/badges/by-alias/": alias["alias"],
    }


async def ids_of_a_citizen(stage: Service, venue: Venue) -> dict[str, str]:
    lin = await stage.citizen("owner")
    journey = {"distance_km": 300, "mode": "hsr"}
    joined = await stage.scan(venue.badges[0], lin, journey=journey, offset={"grams": 1000})
    far = await stage.citizen()
    await stage.scan(
        venue.badges[4], far, journey={"distance_km": 300, "mode": "hsr", "nights": 60}, offset={"share": 100}
    )
    held = await stage.client.get("/v1/events/fair/held-offsets", headers=await stage.staff("organiser"))
    action = (await stage.act(lin, "bike_own", 5)).json()
    mall = await open_mall(stage)
    await mall.reward(cost_points=10)
    # Who owns the rest came to the mall's event too, where points are.
    await stage.scan((await stage.badges(1, "mall-fair"))[0]["code"], lin)
    redemption = (await mall.redeem(lin)).json()
    photo = await new_photo(stage, lin)
    review = (await act_with_photo(stage, lin, photo)).json()["id"]
    assert (await decide(stage, review, "reject")).status_code == 200
    complaint = await made(
        stage, "/v1/me/complaints", {"about": "review", "subject": review, "text": "why"}, lin
    )
    (notice,) = (await stage.client.get("/v1/me/notices", headers=lin)).json()["items"]
    grant = await (await new_partner(stage, "owners")).bind(lin, "card-1")
    team = await made(stage, "/v1/teams", {"kind": "company", "name": "碳惠小组"}, lin)
    child = await stage.person(9)
    code = await made(stage, "/v1/me/guardian-codes", None, child)
    guarded = await made(stage, "/v1/me/children", {"code": code["code"]}, lin)
    report = {"kind": "team", "subject": team["id"], "why": "other"}
    assert (await stage.post("/v1/name-reports", report)).status_code == 204
    names = await stage.client.get("/v1/name-reports", headers=await stage.staff("operator"))
    (way,) = (await stage.client.get("/v1/me/identities", headers=lin)).json()["items"]
    session = (await stage.client.get("/v1/me/sessions", headers=lin)).json()["items"][0]
    passkey = await CitizenPasskey.create(
        id=b"a passkey of lin's", citizen_id=id_of(stage, lin), public_key=b"k", sign_count=0, name="key"
    )
    return {
        "/v1/me/identities/": way["id"],
        "/v1/me/sessions/": session["id"],
        "/v1/me/passkeys/": text_of(passkey.id),
        "/v1/me/certificates/": joined.json()["certificate"]["number"],
        "/held-offsets/": held.json()["items"][0]["id"],
        "/v1/me/actions/": action["id"],
        "/v1/me/children/": guarded["id"],
        "/v1/me/guardians/": str(id_of(stage, lin)),
        "/v1/me/redemptions/": redemption["id"],
        "/v1/reviews/": review,
        "/v1/complaints/": complaint["id"],
        "/v1/me/notices/": notice["id"],
        "/v1/me/source-grants/": grant["grant"]["id"],
        "/v1/teams/": team["id"],
        "/v1/me/teams/": team["id"],
        "/v1/name-reports/": names.json()["items"][0]["id"],
    }


async def ids_of_staff(stage: Service) -> dict[str, str]:
    sessions = await stage.client.get("/v1/staff/me/sessions", headers=await stage.staff("staff"))
    found = sessions.json()["items"]
    return {
        "/v1/staff/me/sessions/": found[0]["id"] if found else str(uuid7()),
        "/v1/staff/me/passkeys/": "b3duZXJz",
    }


async def ids_of_a_verification(stage: Service) -> dict[str, str]:
    """A verifier at the event, and what it asked."""
    verifier = await licensed(stage, 71)
    verification = await attached(stage, "fair", verifier)
    return {
        "/v1/verifications/": verification,
        "/verifiers/": verifier.code,
        "/verification-questions/": await asked(stage, verification),
    }


async def ids_of_supervision(stage: Service, organisation: str) -> dict[str, str]:
    """An inspection of somebody's organisation that is closed, a scene, and how it was certified."""
    regulator = await stage.staff("regulator")
    opened = await made(
        stage, "/v1/inspections", {"organisation": organisation, "purpose": "yearly"}, regulator
    )
    closing = {"result": "compliant", "text": "nothing to mend"}
    await made(stage, f"/v1/inspections/{opened['id']}/closing", closing, regulator)
    where = await scene(stage)
    proposed = await propose_certification(stage, where, assessment(await certifier(stage)))
    assert proposed.status_code == 201, proposed.text
    return {
        "/v1/inspections/": opened["id"],
        "/v1/scenes/": where,
        "/v1/scene-certifications/": proposed.json()["id"],
    }


@pytest.mark.parametrize("endpoint", HAS_OWNER, ids=lambda each: each.route)
async def test_another_s_id_is_not_there_or_not_theirs_and_nothing_changes(
    world: World, rows: asyncpg.Connection, endpoint: Endpoint
) -> None:
    slugs = ["fair"]
    # Under the stranger's own event too, unless the id is a number that every event counts for itself.
    if endpoint.is_of_an_event and not re.search(r"/(badges|posters)/", endpoint.path):
        slugs.append("elsewhere")
    before = await row_counts(rows, without=("security_records", "idempotency_keys"))
    for slug in slugs:
        for headers in world.of_roles(world.others, endpoint):
            sent = sent_with(endpoint, {})
            sent["headers"] = sent.get("headers", {}) | headers | {"Idempotency-Key": uuid7().hex}
            if endpoint.if_match is not None:
                sent["headers"]["If-Match"] = "*"
            answer = await world.service.client.request(
                endpoint.method, world.path_of(endpoint, slug), **sent
            )
            assert answer.status_code in (403, 404), (slug, answer.status_code, answer.text)
            assert answer.json()["code"] != "role_forbidden"
    assert await row_counts(rows, without=("security_records", "idempotency_keys")) == before


async def get_patiently(service: Service, path: str, headers: dict[str, str]) -> httpx.Response:
    """The answer once whoever draws has time: the first drawing of a process is slow on a machine with other work."""
    for _ in range(5):
        answer = await service.client.get(path, headers=headers)
        if answer.status_code != 503:
            break
        await asyncio.sleep(1)
    return answer


READ = [each for each in HAS_OWNER if each.method == "GET"]


@pytest.mark.parametrize("endpoint", READ, ids=lambda each: each.route)
async def test_the_same_id_is_there_for_its_owner(world: World, endpoint: Endpoint) -> None:
    # What has no file behind it is refused by another name: there is no key of WeChat's, a photo was judged.
    for headers in world.of_roles(world.owners, endpoint):
        answer = await get_patiently(world.service, world.path_of(endpoint, "fair"), headers)
        assert answer.status_code == 200 or "wxacode" in endpoint.path, answer.text
