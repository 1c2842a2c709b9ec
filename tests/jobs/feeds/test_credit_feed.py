"""Pages of the feed are posted in order, at least once each, signed; a receiver that fails gets them later."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import HTTPMessageVerifier, MappingKeyResolver
from http_message_signatures.algorithms import ED25519

from backend.domain.organisations.credit_code import check_character
from backend.models import FeedDelivery, Organisation
from backend.outside import feed_receiver
from backend.outside.feed_receiver import FeedReceiver, PageNotTaken
from backend.services.feeds.feed import MEDIA_TYPE, TAG
from backend.services.feeds.publication import publish_facts
from backend.services.feeds.pushing import push_pages
from backend.settings import SettingsError, load_settings
from tests.outside.message_hook import Handed, HookServer
from tests.service import Service


@pytest.fixture
async def server() -> AsyncIterator[HookServer]:
    async with HookServer() as running:
        yield running


@pytest.fixture
async def receiver(server: HookServer) -> AsyncIterator[FeedReceiver]:
    found = FeedReceiver(server.url)
    yield found
    await found.aclose()


async def publish(service: Service, number: int) -> None:
    first = f"91510100MA{number:07}"
    await Organisation.create(
        code=first + check_character(first),
        kinds=["enterprise"],
        state="active",
        name_zh="企业",
        name_en="Enterprise",
    )
    await publish_facts(service.components.database)


def pages(server: HookServer) -> list[int]:
    return [json.loads(each.body)["page"] for each in server.handed]


async def test_pages_come_in_order_and_each_signature_verifies(
    service: Service, server: HookServer, receiver: FeedReceiver
) -> None:
    feed, database = service.components.credit_feed, service.components.database
    for number in range(3):
        await publish(service, number)
    assert await push_pages(database, feed, receiver) == 3
    assert await push_pages(database, feed, receiver) == 0
    assert pages(server) == [1, 2, 3]
    keys = {each.keyid: b64decode(each.public_key) for each in feed.keys().keys}
    public = {key_id: Ed25519PublicKey.from_public_bytes(raw) for key_id, raw in keys.items()}
    verifier = HTTPMessageVerifier(
        signature_algorithm=ED25519, key_resolver=MappingKeyResolver(public_keys=public, private_keys={})
    )
    for each in server.handed:
        message = SimpleNamespace(method="POST", url=server.url, headers=each.headers)
        needs = ("@method", "@target-uri", "content-digest", "content-type")
        assert verifier.verify(message, expect_tag=TAG, require_components=needs, body=each.body)
        assert each.headers["content-type"] == MEDIA_TYPE


@pytest.mark.parametrize("status", ["500 Broken", "302 Found", "404 Not Found", "429 Slow down"])
async def test_a_page_that_is_not_taken_is_sent_again_and_holds_up_those_after_it(
    service: Service, server: HookServer, receiver: FeedReceiver, status: str
) -> None:
    feed, database = service.components.credit_feed, service.components.database
    await publish(service, 1)
    await publish(service, 2)
    server.status = status
    with pytest.raises(PageNotTaken, match=status[:3]):
        await push_pages(database, feed, receiver)
    assert await FeedDelivery.all().count() == 0
    server.status = "204 No Content"
    assert await push_pages(database, feed, receiver) == 2
    assert pages(server) == [1, 1, 2]
    again: list[Handed] = server.handed[:2]
    assert again[0].body == again[1].body
    assert again[0].headers["idempotency-key"] == again[1].headers["idempotency-key"]


async def test_a_receiver_that_is_slow_or_away_is_tried_again(
    service: Service, server: HookServer, receiver: FeedReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed, database = service.components.credit_feed, service.components.database
    monkeypatch.setattr(feed_receiver, "TIMEOUT_S", 0.2)
    await publish(service, 1)
    server.delay_s = 0.5
    with pytest.raises(PageNotTaken, match="TimeoutError"):
        await push_pages(database, feed, receiver)
    nobody = FeedReceiver("http://127.0.0.1:9/")
    with pytest.raises(PageNotTaken, match="ConnectError"):
        await push_pages(database, feed, nobody)
    await nobody.aclose()
    server.delay_s = 0.0
    assert await push_pages(database, feed, receiver) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/feed",
        "ftp://example.org",
        "https://user:word@example.org/",
        "https://example.org/#a",
        "https://",
    ],
)
def test_the_feed_goes_to_no_address_in_clear(url: str) -> None:
    with pytest.raises(SettingsError, match="CREDIT_FEED_URL"):
        load_settings({"TIANFU_ENVIRONMENT": "demo", "TIANFU_CREDIT_FEED_URL": url})
