"""Two cities of one process: what one knows means nothing in the other."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import msgspec

from backend.models import Badge, Citizen, Consent, Event, Staff, Team
from backend.storage.redis import Counts
from tests.cities.conftest import City
from tests.routes.asking import sent_with
from tests.routes.contract import ENDPOINTS

Both = tuple[City, City]
MARK = "只在成都"
"""In every name that the first city gives away."""
ROLES = ("operator", "regulator", "organiser", "citizen")
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=.*[A-Z])[A-Z0-9-]{8,40}")
PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass
class Known:
    """What somebody of the first city holds: tokens, and everything that goes into an address."""

    tokens: list[dict[str, str]]
    keys: list[str]
    code: str


async def fill(city: City) -> Known:
    """An event, a citizen who joined, acted, offset and gave consents, a complaint, a team."""
    with city.city.current():
        event = await city.event("fair", name={"zh-CN": MARK, "en": f"{MARK} fair"})
        await city.pool("fair")
        badge = (await city.badges(1))[0]
        person = await city.citizen("the same person")
        await city.consent(person, "leaderboard")
        journey = {"distance_km": 300, "mode": "hsr"}
        answer = await city.scan(badge["code"], person, journey=journey, offset={"grams": 1000})
        assert answer.status_code == 201, answer.text
        scanned = answer.json()
        number = scanned["certificate"]["number"]
        acted = await city.act(person, "walk_steps", 9000, key="one-key")
        complaint = await city.post(
            "/v1/complaints", {"about": "certificate", "subject": number, "text": MARK}
        )
        team = await city.post("/v1/teams", {"name": MARK, "kind": "company"}, person)
        answers = [acted, complaint, team]
        assert [each.status_code for each in answers] == [201] * 3, [each.text for each in answers]
        staff = [await city.staff(role) for role in ("staff", "organiser", "operator", "regulator")]
        keys = {"fair", badge["code"], *_keys_in(event), *_keys_in(scanned)}
        keys |= {key for each in answers for key in _keys_in(each.json())}
        keys |= {
            str(row.id) for model in (Citizen, Event, Staff, Team, Consent) for row in await _rows(model)
        }
        keys |= {f"{each.serial}" for each in await Badge.all()}
    return Known([person, *staff], sorted(keys), badge["code"])


async def _rows(model: Any) -> list[Any]:
    return [row for row in await model.all() if hasattr(row, "id")]


def _keys_in(answer: Any) -> set[str]:
    """Ids, numbers and codes of an answer; not what the catalogue calls things, and no days."""
    if isinstance(answer, dict):
        return set().union(*map(_keys_in, answer.values())) if answer else set()
    if isinstance(answer, list):
        return set().union(*map(_keys_in, answer)) if answer else set()
    return {answer} if isinstance(answer, str) and KEY.fullmatch(answer) else set()


async def roles_of(city: City) -> dict[str, dict[str, str]]:
    with city.city.current():
        found = {role: await city.staff(role) for role in ROLES[:-1]}
        return found | {"citizen": await city.citizen("the same person")}


async def test_one_person_has_a_balance_consents_and_an_erasure_in_each_city(cities: Both) -> None:
    first, second = cities
    sums, people = [], []
    for city in cities:
        with city.city.current():
            await city.event("fair")
            person = await city.citizen("the same person")
            people.append(person)
            assert (await city.scan((await city.badges(1))[0]["code"], person)).status_code == 201
            assert (await city.act(person, "walk_steps", 9000)).status_code == 201
            account = (await city.client.get("/v1/me/points", headers=person)).json()
            sums.append(account["balance"])
    # Mianyang's rule gives half of what Chengdu's does for the same grams.
    assert sums[0] > sums[1] > 0
    await first.consent(people[0], "leaderboard")
    given = [
        {
            each["scope"]: each["is_granted"]
            for each in (await city.client.get("/v1/me/consents", headers=person)).json()["items"]
        }
        for city, person in zip(cities, people, strict=True)
    ]
    assert given[0]["leaderboard"]
    assert not given[1]["leaderboard"]
    exports = [
        (await city.client.get("/v1/me/export", headers=person)).text
        for city, person in zip(cities, people, strict=True)
    ]
    assert exports[0] != exports[1]
    gone = await first.client.delete("/v1/me", headers=people[0])
    assert gone.status_code in (200, 202, 204), gone.text
    assert (await first.client.get("/v1/me/points", headers=people[0])).status_code == 401
    assert (await second.client.get("/v1/me/points", headers=people[1])).status_code == 200


async def test_the_same_slug_username_and_key_are_two_things(cities: Both) -> None:
    first, second = cities
    known = await fill(first)
    with second.city.current():
        event = await second.event("fair", name={"zh-CN": "别的", "en": "Another"})
        badge = (await second.badges(1))[0]
        person = await second.citizen("the same person")
        assert (await second.scan(badge["code"], person)).status_code == 201
        # The Idempotency-Key of the first city's action is a new one here.
        acted = await second.act(person, "walk_steps", 9000, key="one-key")
    assert acted.status_code == 201
    assert not _keys_in(acted.json()) & set(known.keys)
    assert not _keys_in(event) & set(known.keys)
    shown = [(await city.client.get("/v1/events/fair")).json()["name"]["zh-CN"] for city in cities]
    assert shown == [MARK, "别的"]


async def test_a_token_opens_no_route_of_the_other_city(cities: Both) -> None:
    first, second = cities
    known = await fill(first)
    await roles_of(second)
    closed = [each for each in ENDPOINTS if each.roles is not None]
    assert len(closed) > 100
    for endpoint in closed:
        path = PARAMETER.sub("fair", endpoint.path)
        for token in known.tokens[:1] if endpoint.method == "GET" else known.tokens[3:4]:
            sent: dict[str, Any] = {} if endpoint.body is None else {"json": {}}
            sent["headers"] = sent.get("headers", {}) | token | {"Idempotency-Key": uuid4().hex}
            answer = await second.client.request(endpoint.method, path, **sent)
            assert answer.status_code == 401, (endpoint.route, answer.text)


async def test_ids_and_codes_open_nothing_in_the_other_city_whoever_asks(cities: Both) -> None:
    first, second = cities
    known = await fill(first)
    people = await roles_of(second)
    own = [
        each
        for each in ENDPOINTS
        if "{" in each.path and each.method == "GET" and not each.is_signed and "live" not in each.path
    ]
    assert len(own) > 50
    asked = 0
    for endpoint in own:
        role = next((role for role in ROLES if role in (endpoint.roles or ROLES)), None)
        for key in known.keys if role is not None else ():
            path = PARAMETER.sub(key, endpoint.path)
            sent = sent_with(endpoint, {})
            answer = await second.client.get(path, headers=people[role], params=sent["params"])
            asked += 1
            assert answer.status_code in (400, 401, 403, 404, 409, 422), (endpoint.route, key, answer.text)
    assert asked > 500
    scanned = await second.scan(known.code, people["citizen"])
    assert scanned.status_code in (404, 422), scanned.text
    assert scanned.json()["code"] in ("code_forged", "code_foreign", "code_malformed")


async def test_no_list_of_one_city_names_anything_of_the_other(cities: Both) -> None:
    first, second = cities
    known = await fill(first)
    people = await roles_of(second)
    marks = [MARK, *(key for key in known.keys if len(key) >= 16)]
    lists = [
        each for each in ENDPOINTS if "{" not in each.path and each.method == "GET" and not each.is_signed
    ]
    for endpoint in lists:
        if endpoint.path == "/metrics":
            continue  # numbers of the process
        for role in ROLES:
            if endpoint.roles is None or role in endpoint.roles:
                answer = await second.client.get(
                    endpoint.path, headers=people[role], params=sent_with(endpoint, {})["params"]
                )
                assert not [mark for mark in marks if mark in answer.text], (endpoint.route, role)


async def test_cursors_cookies_and_sign_ins_are_of_one_city(cities: Both) -> None:
    first, second = cities
    await fill(first)
    with second.city.current():
        await second.staff("operator", "only-in-mianyang")
    signed_in = await second.post("/v1/staff/sessions", {"username": "only-in-mianyang", "password": "demo"})
    assert signed_in.status_code == 201, signed_in.text
    elsewhere = await first.post("/v1/staff/sessions", {"username": "only-in-mianyang", "password": "demo"})
    assert elsewhere.status_code == 401
    refreshed = await first.post("/v1/sessions/refresh", {"refresh_token": signed_in.json()["refresh_token"]})
    assert refreshed.status_code == 401, refreshed.text


async def test_live_counts_of_one_city_wake_no_stream_of_the_other(cities: Both) -> None:
    first, _second = cities
    with first.city.current():
        await first.event("fair")
        event = await Event.get(slug="fair")
        person = await first.citizen()
        assert (await first.scan((await first.badges(1))[0]["code"], person)).status_code == 201
    await asyncio.sleep(0.3)
    counts: list[Counts] = [city.components.counts for city in cities]
    pictures = [await each.picture(event.id, [], []) for each in counts]
    assert pictures[1] is None
    assert pictures[0] is None or pictures[0].total[0] == 1


async def test_keys_names_and_logs_differ(cities: Both) -> None:
    first, second = (city.settings for city in cities)
    for name in ("token_keys", "code_keys", "secret_keys", "transparency_log_keys"):
        assert not set(first.keys(name).values()) & set(second.keys(name).values()), name  # type: ignore[arg-type]
    assert first.issuer != second.issuer
    assert first.audience != second.audience
    logs = [(await city.client.get("/.well-known/tianfu-log.json")).json() for city in cities]
    assert logs[0]["log"] != logs[1]["log"]
    assert {each["public_key"] for each in logs[0]["keys"]}.isdisjoint(
        each["public_key"] for each in logs[1]["keys"]
    )


async def test_the_host_alone_says_which_city_is_meant(cities: Both) -> None:
    client = cities[0].client
    no_city: list[list[bytes]] = [
        [b"other.example"],
        [b""],
        [],
        [b"evil.mianyang.localhost"],
        [b"10.0.0.7:8000"],
    ]
    for hosts in (*no_city, [b"localhost", b"mianyang.localhost"]):
        request = client.build_request("GET", "/v1/platform")
        del request.headers["host"]
        request.headers = httpx.Headers([*request.headers.raw, *((b"host", host) for host in hosts)])
        answer = await client.send(request)
        assert answer.status_code == 421, (hosts, answer.text)
        assert answer.json()["code"] == "city_unknown"
        assert answer.headers["x-content-type-options"] == "nosniff"
    for host in ("MIANYANG.localhost", "mianyang.localhost:8000", "mianyang.localhost."):
        answer = await client.get("/v1/platform", headers={"host": host})
        assert answer.json()["city"] == "mianyang", host
    # A balancer knows the process by its address.
    for path in ("/livez", "/readyz", "/metrics"):
        assert (await client.get(path, headers={"host": "10.0.0.7:8000"})).status_code == 200, path


async def test_each_city_speaks_its_own_words(cities: Both) -> None:
    pages = [(await city.client.get("/?lang=en")).text for city in cities]
    assert "Tianfu Carbon" in pages[0]
    assert "Mianyang Carbon" not in pages[0]
    assert "Mianyang Carbon" in pages[1]
    assert "Tianfu Carbon" not in pages[1]
    assert "/city.css" in pages[1]
    assert "/city.css" not in pages[0]
    assert "#1d4f91" in (await cities[1].client.get("/city.css")).text
    assert (await cities[1].client.get("/city.svg")).headers["content-type"] == "image/svg+xml"
    assert (await cities[0].client.get("/city.svg")).status_code == 404
    rules = [city.components.community.rules.districts for city in cities]
    assert "jinjiang" in rules[0]
    assert next(iter(rules[1])) == "fucheng"
    agencies = [(await city.client.get("/v1/agencies")).text for city in cities]
    assert "绵阳" in agencies[1]
    assert "绵阳" not in agencies[0]
    assert msgspec.json.decode(agencies[0]) != msgspec.json.decode(agencies[1])
