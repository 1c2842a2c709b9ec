"""A stadium has a few addresses: nothing that a visitor does is limited by where it comes from."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import AsyncExitStack

import httpx2 as httpx

from backend.outside.workshop.workshop import OF_ONE_CALLER_MAX
from tests.repetitions import times
from tests.routes.identity.doors import browser_at
from tests.service import Service

PEOPLE = times(240, nightly=40_000)
ADDRESSES = [f"203.0.113.{number}" for number in range(8)]
AT_ONCE = 40


async def test_a_crowd_behind_eight_addresses_signs_in_scans_and_reads_and_nobody_is_refused(
    stage: Service,
) -> None:
    await stage.event("stadium")
    await stage.pool("stadium", grams=PEOPLE * 1_000_000)
    codes = [badge["code"] for _ in range(-(-PEOPLE // 100)) for badge in await stage.badges(100, "stadium")]
    answers: Counter[tuple[str, int]] = Counter()

    async def visit(person: int, client: httpx.AsyncClient) -> None:
        body = {"provider": "demo", "code": f"stadium {person}"}
        signed_in = await client.post("/v1/sessions", json=body)
        answers["signed in", signed_in.status_code] += 1
        headers = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        scan = {"code": codes[person], "offset": {"share": 100}}
        joined = await client.post("/v1/scans", json=scan, headers=headers)
        answers["joined", joined.status_code] += 1
        number = joined.json()["certificate"]["number"]
        for what, path in (("page", f"/c/{number}"), ("certificate", f"/v1/certificates/{number}")):
            answers[what, (await client.get(path)).status_code] += 1

    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(browser_at(stage, address)) for address in ADDRESSES]
        for first in range(0, PEOPLE, AT_ONCE):
            crowd = range(first, min(PEOPLE, first + AT_ONCE))
            await asyncio.gather(*(visit(person, clients[person % len(clients)]) for person in crowd))
    assert answers == {
        ("signed in", 201): PEOPLE,
        ("joined", 201): PEOPLE,
        ("page", 200): PEOPLE,
        ("certificate", 200): PEOPLE,
    }


async def test_so_many_at_one_address_as_one_caller_may_not_ask_for_have_their_certificates_drawn(
    stage: Service,
) -> None:
    await stage.event("drawn")
    await stage.pool("drawn")
    numbers = []
    for badge in await stage.badges(OF_ONE_CALLER_MAX + 1, "drawn"):
        joined = await stage.scan(badge["code"], await stage.citizen(), offset={"share": 100})
        numbers.append(joined.json()["certificate"]["number"])
    async with browser_at(stage, ADDRESSES[0]) as client:
        pictures = await asyncio.gather(*(client.get(f"/v1/certificates/{number}.png") for number in numbers))
    assert {answer.status_code for answer in pictures} == {200}
