"""The feed to Tianfu Credit: facts of organisations alone, in one order, signed; a cursor belongs to one feed."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import httpx2 as httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import HTTPMessageVerifier, InvalidSignature, MappingKeyResolver
from http_message_signatures.algorithms import ED25519

from backend.domain.days import day_of
from backend.domain.feeds import FeedCursors
from backend.domain.organisations.credit_code import check_character
from backend.messages.feeds import FeedPage
from backend.models import CreditScore, Event, EventOrganisation, FeedItem, ListEntry, Organisation, Staff
from backend.services.feeds.feed import TAG
from backend.services.feeds.publication import PAGE_ITEMS_MAX, publish_facts
from backend.settings import Settings
from tests.service import Service, open_service

Json = dict[str, Any]
ADDRESS = "/v1/feeds/tianfu-credit"
CODE = "91350100M000100Y43"
FIELDS = {
    *("feed", "page", "items", "next_cursor", "sequence", "published_at", "fact", "type"),
    *("code", "is_withdrawn", "name", "zh-CN", "en", "kinds", "subject", "state"),
    *(
        "slug",
        "kind",
        "part",
        "starts_on",
        "ends_on",
        "has_reached_target",
        "is_partial",
        "claim",
        "standard",
    ),
    *("disclosure_number", "list", "rule", "valid_from", "valid_to"),
    *("score", "stars", "criteria_version", "rated_on"),
}
"""Every name that the feed may say. A new one is a decision: it must not be of a person."""


def code_of(number: int) -> str:
    first = f"91510100MA{number:07}"
    return first + check_character(first)


async def organisation(code: str = CODE, state: str = "active", **more: Any) -> Organisation:
    names = {"name_zh": "蓉城会展公司", "name_en": "Rongcheng Fairs"}
    return await Organisation.create(code=code, kinds=["event_organiser"], state=state, **(names | more))


async def read(service: Service, headers: dict[str, str], cursor: str | None = None) -> httpx.Response:
    answer = await service.client.get(ADDRESS, params={"cursor": cursor} if cursor else None, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


async def read_all(service: Service, headers: dict[str, str]) -> list[Json]:
    items: list[Json] = []
    cursor = None
    while True:
        page = (await read(service, headers, cursor)).json()
        if not page["items"]:
            return items
        items += page["items"]
        cursor = page["next_cursor"]


def names_of(schema: object) -> set[str]:
    """Every field name of a JSON schema."""
    if isinstance(schema, dict):
        own = set(schema["properties"]) if isinstance(schema.get("properties"), dict) else set()
        return own.union(*map(names_of, schema.values()))
    return set().union(*map(names_of, schema)) if isinstance(schema, list) else set()


def test_no_field_of_the_feed_is_of_a_person() -> None:
    assert names_of(msgspec.json.schema(FeedPage)) == FIELDS


async def test_an_item_is_one_organisations_fact_and_is_said_once(service: Service) -> None:
    one = await organisation()
    await organisation("N-ABCDEFGH")
    await organisation(code_of(1), state="applied")
    database, reader = service.components.database, await service.staff("regulator")
    assert await publish_facts(database) == 1
    assert await publish_facts(database) == 0
    one.state, one.state_why = "suspended", "by hand"
    await one.save()
    assert await publish_facts(database) == 1
    items = await read_all(service, reader)
    assert [(item["sequence"], item["fact"]["code"], item["fact"]["state"]) for item in items] == [
        (1, CODE, "active"),
        (2, CODE, "suspended"),
    ]
    assert "by hand" not in json.dumps(items)


async def test_a_rating_is_told_with_its_criteria_and_nothing_where_there_is_none(service: Service) -> None:
    one = await organisation()
    database, regulator = service.components.database, await service.staff("regulator")
    await publish_facts(database)

    async def told() -> tuple[object, ...]:
        fact = (await read_all(service, regulator))[-1]["fact"]
        return tuple(fact[name] for name in ("score", "stars", "criteria_version", "rated_on"))

    assert await told() == (None, None, None, None)
    facts: Json = {"organisation_id": one.id, "facts": {}, "points": []}
    await CreditScore.create(
        score=Decimal("82.5"), stars=4, criteria_version="2026-1", as_of=date(2026, 12, 1), **facts
    )
    assert await publish_facts(database) == 1
    assert await told() == ("82.50", 4, "2026-1", "2026-12-01")
    # A newer result that has too little to rate takes the stars away; a suspended organisation has none.
    await CreditScore.create(criteria_version="2026-2", as_of=date(2026, 12, 2), **facts)
    assert await publish_facts(database) == 1
    assert await told() == (None, None, None, None)
    await CreditScore.create(
        score=Decimal(90), stars=5, criteria_version="2026-2", as_of=date(2026, 12, 3), **facts
    )
    await Organisation.filter(id=one.id).update(state="suspended", state_why="核查")
    await publish_facts(database)
    assert await told() == (None, None, None, None)


async def test_an_event_is_withdrawn_where_it_is_run_no_more(service: Service) -> None:
    one = await organisation()
    await service.event("fair")
    event, staff = await Event.get(slug="fair"), await Staff.get(username="organiser")
    runs = await EventOrganisation.create(
        event_id=event.id, organisation_id=one.id, part="host", added_by=staff.id
    )
    await publish_facts(service.components.database)
    await EventOrganisation.filter(id=runs.id).update(removed_at=event.created_at, removed_by=staff.id)
    await publish_facts(service.components.database)
    items = await read_all(service, await service.staff("regulator"))
    events = [item["fact"] for item in items if item["fact"]["type"] == "event_neutrality"]
    assert [(each["slug"], each["is_withdrawn"]) for each in events] == [("fair", False), ("fair", True)]
    assert events[0]["claim"] is None
    assert await publish_facts(service.components.database) == 0


async def test_a_cursor_asked_again_gives_the_same_bytes_whatever_came_meanwhile(service: Service) -> None:
    reader = await service.staff("regulator")
    for number in range(PAGE_ITEMS_MAX + 5):
        await organisation(code_of(number))
    await publish_facts(service.components.database)
    first = await read(service, reader)
    second = await read(service, reader, first.json()["next_cursor"])
    end = await read(service, reader, second.json()["next_cursor"])
    assert (len(first.json()["items"]), len(second.json()["items"]), end.json()["items"]) == (100, 5, [])
    assert end.json()["next_cursor"] == second.json()["next_cursor"]
    await organisation(code_of(999))
    await publish_facts(service.components.database)
    assert (await read(service, reader)).content == first.content
    assert (await read(service, reader, first.json()["next_cursor"])).content == second.content
    [late] = (await read(service, reader, end.json()["next_cursor"])).json()["items"]
    assert late["sequence"] == PAGE_ITEMS_MAX + 6


async def test_publications_at_once_leave_no_hole_and_no_repeat(service: Service) -> None:
    for number in range(30):
        await organisation(code_of(number))
    await asyncio.gather(*(publish_facts(service.components.database) for _ in range(6)))
    await publish_facts(service.components.database)
    assert await FeedItem.all().order_by("sequence").values_list("sequence", flat=True) == list(range(1, 31))


async def test_the_signature_binds_the_answer_to_what_was_asked(service: Service) -> None:
    await organisation()
    await publish_facts(service.components.database)
    answer = await read(service, await service.staff("regulator"))
    found = (await service.client.get("/.well-known/tianfu-credit-feed.json")).json()
    public = {
        key["keyid"]: Ed25519PublicKey.from_public_bytes(b64decode(key["public_key"]))
        for key in found["keys"]
    }
    verifier = HTTPMessageVerifier(
        signature_algorithm=ED25519, key_resolver=MappingKeyResolver(public_keys=public, private_keys={})
    )

    def verify(body: bytes, url: str = f"https://city.example{ADDRESS}", status: int = 200) -> None:
        request = SimpleNamespace(method="GET", url=url, headers={})
        message = SimpleNamespace(status_code=status, headers=dict(answer.headers), request=request)
        needs = ("@status", "content-digest", "content-type", '"@path";req', '"@query";req')
        assert verifier.verify(message, expect_tag=TAG, require_components=needs, body=body)

    verify(answer.content)
    with pytest.raises(InvalidSignature):
        verify(answer.content.replace("蓉城".encode(), "锦城".encode()))
    with pytest.raises(InvalidSignature):
        verify(answer.content, f"https://city.example{ADDRESS}?cursor=other")
    with pytest.raises(InvalidSignature):
        verify(answer.content, status=203)


async def test_a_cursor_of_another_city_is_refused(service: Service) -> None:
    answer = await service.client.get(
        ADDRESS,
        params={"cursor": FeedCursors("tianfu-credit@mianyang").write(1)},
        headers=await service.staff("regulator"),
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "cursor_foreign")


async def test_a_cursor_that_was_made_up_finds_nothing_and_fails_nowhere(service: Service) -> None:
    cursor = FeedCursors(service.components.credit_feed.name).write(2**64 - 1)
    page = (await read(service, await service.staff("regulator"), cursor)).json()
    assert (page["items"], page["page"]) == ([], None)


async def test_a_page_is_the_same_bytes_after_a_restart_and_with_new_secrets(settings: Settings) -> None:
    async with open_service(settings) as before:
        await organisation()
        await publish_facts(before.components.database)
        first = (await read(before, await before.staff("regulator"))).content
    key = "b:" + b64encode(b"another secret of the same city!").decode()
    async with open_service(replace(settings, secret_keys=f"{key},{settings.secret_keys}")) as after:
        assert (await read(after, await after.staff("regulator", "another"))).content == first


@pytest.mark.parametrize("cursor", ["1", "x" * 33, "é", "A" * 34, "A" * 200, "=" * 34])
async def test_what_is_no_cursor_at_all_is_refused(service: Service, cursor: str) -> None:
    answer = await service.client.get(
        ADDRESS, params={"cursor": cursor}, headers=await service.staff("regulator")
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")


async def test_a_cursor_has_one_spelling(service: Service) -> None:
    reader = await service.staff("regulator")
    cursor = (await read(service, reader)).json()["next_cursor"]
    for other in (cursor + "=", cursor + "==", cursor[:-1] + chr(ord(cursor[-1]) + 1), f"{cursor}\n"):
        answer = await service.client.get(ADDRESS, params={"cursor": other}, headers=reader)
        assert answer.status_code in (409, 422), other


async def test_a_listing_is_in_the_feed_while_it_is_in_force_and_its_text_is_not(service: Service) -> None:
    one, now = await organisation(), datetime.now(UTC)
    await service.staff("operator")
    staff, today = await Staff.get(username="operator"), day_of(now)
    entry = await ListEntry.create(
        list="negative",
        organisation_id=one.id,
        state="published",
        reason="王小明倒卖积分",
        rule="resale",
        evidence=[{"text": "王小明"}],
        publisher="省生态环境厅",
        valid_from=today,
        proposed_by=staff.id,
        proposed_at=now,
        confirmed_by=staff.id,
        published_at=now,
    )
    await publish_facts(service.components.database)
    await ListEntry.filter(id=entry.id).update(state="removed", ended_at=now)
    await publish_facts(service.components.database)
    items = await read_all(service, await service.staff("regulator"))
    listed = [item["fact"] for item in items if item["fact"]["type"] == "list_entry"]
    assert [(each["list"], each["rule"], each["is_withdrawn"]) for each in listed] == [
        ("negative", "resale", False),
        ("negative", "resale", True),
    ]
    assert "王小明" not in json.dumps(items, ensure_ascii=False)


async def test_a_reader_has_a_token_of_its_own_and_reads_nothing_else(settings: Settings) -> None:
    token = "a-reader-token-that-nobody-guesses-01"
    async with open_service(replace(settings, credit_feed_readers=f"tianfu:{token}")) as service:
        reader = {"Authorization": f"Bearer {token}"}
        assert (await service.client.get(ADDRESS, headers=reader)).status_code == 200
        for headers in ({}, {"Authorization": f"Bearer {token}x"}, {"Authorization": f"Basic {token}"}):
            assert (await service.client.get(ADDRESS, headers=headers)).status_code == 401
        assert (await service.client.get("/v1/security-records", headers=reader)).status_code == 401


async def test_without_a_key_there_is_no_feed(settings: Settings) -> None:
    async with open_service(replace(settings, environment="production", credit_feed_keys="")) as service:
        answer = await service.client.get(ADDRESS, headers=await service.staff("regulator"))
        assert (answer.status_code, answer.json()["code"]) == (404, "feed_off")
        assert (await service.client.get("/.well-known/tianfu-credit-feed.json")).status_code == 404
