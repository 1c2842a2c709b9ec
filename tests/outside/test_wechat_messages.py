"""Subscribe messages and the access token behind them, against a real HTTP server and a real Redis."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from backend.domain.encryption import Encryptor
from backend.outside.embedded import EmbeddedServers
from backend.outside.wechat import WeChat
from backend.outside.wechat_messages import Delivery, SubscribeMessages
from backend.storage.redis import Redis, connect
from backend.storage.redis_access_tokens import AccessTokenCache
from tests.outside.conftest import client
from tests.outside.wechat_server import APPID, SECRET, WeChatServer

VALUES = {"thing1": "天府绿道骑行", "number2": "120"}
ENCRYPTOR = Encryptor({"k": b"s" * 32})


@pytest.fixture
async def redis(servers: EmbeddedServers) -> AsyncIterator[Redis]:
    async with _redis(f"{servers.redis_url}?db=2") as connected:
        await connected.flushdb()
        yield connected


@asynccontextmanager
async def _redis(url: str) -> AsyncIterator[Redis]:
    connected = connect(url, timeout_ms=250)
    yield connected
    await connected.aclose()


def sender(wechat: WeChat, redis: Redis) -> SubscribeMessages:
    """As another process would have it: a cache of its own in the same Redis."""
    return SubscribeMessages(wechat, AccessTokenCache(redis, ENCRYPTOR, APPID))


async def send(messages: SubscribeMessages, openid: str = "o-lin", template: str = "tpl-1") -> Delivery:
    return await messages.send_subscribe_message(openid, template, "pages/points/points", VALUES, "en")


# What is sent


async def test_message_arrives_as_it_was_given(server: WeChatServer, wechat: WeChat, redis: Redis) -> None:
    server.accept("o-lin", "tpl-1")
    assert (await send(sender(wechat, redis))).outcome == "sent"
    message = server.messages[0]
    assert (message.openid, message.template_id, message.page) == ("o-lin", "tpl-1", "pages/points/points")
    assert (message.values, message.language) == (VALUES, "en_US")
    assert server.asked[-1].body["miniprogram_state"] == "formal"


OUTCOMES = [
    (43101, "refused"),
    (40003, "dead"),
    (40037, "dead"),
    (47003, "dead"),
    (41030, "dead"),
    (-1, "again"),
    (45009, "again"),
    (99999, "again"),
]


@pytest.mark.parametrize(("errcode", "outcome"), OUTCOMES)
async def test_every_errcode_has_its_outcome_and_a_reason(
    server: WeChatServer, wechat: WeChat, redis: Redis, errcode: int, outcome: str
) -> None:
    server.fail_with(errcode)
    delivery = await send(sender(wechat, redis))
    assert delivery.outcome == outcome
    assert str(errcode) in delivery.reason
    assert len([each for each in server.asked if "send" in each.path]) == 1


async def test_reason_names_the_field_and_neither_openid_nor_secret(
    server: WeChatServer, wechat: WeChat, redis: Redis
) -> None:
    server.fail_with(47003, errmsg=f"argument invalid! data.thing1.value of o-lin with {SECRET}")
    delivery = await send(sender(wechat, redis))
    assert "data.thing1.value" in delivery.reason
    assert "o-lin" not in delivery.reason
    assert SECRET not in delivery.reason


@pytest.mark.parametrize("status", [500, 502, 404])
async def test_no_answer_is_tried_again(
    server: WeChatServer, wechat: WeChat, redis: Redis, status: int
) -> None:
    messages = sender(wechat, redis)
    server.answer_with(b"<html>", status=status)
    assert (await send(messages)).outcome == "again"


async def test_nobody_listening_and_a_slow_answer_are_tried_again(server: WeChatServer, redis: Redis) -> None:
    async with client("http://127.0.0.1:1") as wechat:
        assert (await send(sender(wechat, redis))).outcome == "again"
    async with client(server.base_url, timeout_s=0.2) as wechat:
        server.answer_after(5)
        assert (await send(sender(wechat, redis))).outcome == "again"


# The access token


async def test_one_token_serves_many_messages_and_other_processes(
    server: WeChatServer, wechat: WeChat, redis: Redis
) -> None:
    server.accept("o-lin", "tpl-1", 3)
    messages = sender(wechat, redis)
    for _ in range(2):
        assert (await send(messages)).outcome == "sent"
    assert (await send(sender(wechat, redis))).outcome == "sent"
    assert server.tokens_asked == 1


async def test_twenty_at_once_in_two_processes_ask_for_one_token(
    server: WeChatServer, wechat: WeChat, redis: Redis
) -> None:
    server.accept("o-lin", "tpl-1", 20)
    server.answer_after(0.05)
    both = [sender(wechat, redis), sender(wechat, redis)]
    deliveries = await asyncio.gather(*(send(both[number % 2]) for number in range(20)))
    assert {each.outcome for each in deliveries} == {"sent"}
    assert server.tokens_asked == 1


async def test_token_that_ends_is_renewed_once_by_twenty_who_see_it_end(
    server: WeChatServer, wechat: WeChat, redis: Redis
) -> None:
    server.accept("o-lin", "tpl-1", 21)
    both = [sender(wechat, redis), sender(wechat, redis)]
    assert (await send(both[0])).outcome == "sent"
    server.end_token()
    deliveries = await asyncio.gather(*(send(both[number % 2]) for number in range(20)))
    assert {each.outcome for each in deliveries} == {"sent"}
    assert len(server.messages) == 21
    assert server.tokens_asked == 2


@pytest.mark.parametrize("errcode", [40001, 42001])
async def test_token_that_is_refused_though_it_is_the_newest_is_replaced_by_force(
    server: WeChatServer, wechat: WeChat, redis: Redis, errcode: int
) -> None:
    server.accept("o-lin", "tpl-1")
    messages = sender(wechat, redis)
    server.fail_with(errcode)
    assert (await send(messages)).outcome == "sent"
    asked = [each.body["force_refresh"] for each in server.asked if "stable_token" in each.path]
    assert asked == [False, False, True]


async def test_token_that_is_refused_again_after_renewal_waits(
    server: WeChatServer, wechat: WeChat, redis: Redis
) -> None:
    server.fail_with(40001, times=2)
    assert (await send(sender(wechat, redis))).outcome == "again"
    assert len([each for each in server.asked if "send" in each.path]) == 2


@pytest.mark.parametrize("errcode", [-1, 45009, 40125])
async def test_without_a_token_the_message_waits(
    server: WeChatServer, wechat: WeChat, redis: Redis, errcode: int
) -> None:
    server.accept("o-lin", "tpl-1")
    messages = sender(wechat, redis)
    server.fail_tokens_with(errcode)
    delivery = await send(messages)
    assert (delivery.outcome, str(errcode) in delivery.reason) == ("again", True)
    assert (await send(messages)).outcome == "sent"


async def test_redis_that_is_away_costs_calls_and_no_message(server: WeChatServer, wechat: WeChat) -> None:
    server.accept("o-lin", "tpl-1", 3)
    async with _redis("redis://127.0.0.1:1") as away:
        messages = sender(wechat, away)
        for _ in range(2):
            assert (await send(messages)).outcome == "sent"
        assert (await send(sender(wechat, away))).outcome == "sent"
    assert server.tokens_asked == 2


async def test_lock_of_a_process_that_died_is_not_waited_for_for_ever(
    server: WeChatServer, wechat: WeChat, redis: Redis
) -> None:
    assert await AccessTokenCache(redis, ENCRYPTOR, APPID).lock()
    await redis.pexpire(f"tianfu:{{wechat:{APPID}}}:access_token_lock", 300)
    server.accept("o-lin", "tpl-1")
    assert (await send(sender(wechat, redis))).outcome == "sent"


async def test_lock_that_ran_out_is_not_taken_from_its_next_owner(redis: Redis) -> None:
    first, second = (AccessTokenCache(redis, ENCRYPTOR, APPID) for _ in range(2))
    assert await first.lock()
    await redis.delete(f"tianfu:{{wechat:{APPID}}}:access_token_lock")
    assert await second.lock()
    await first.unlock()
    assert not await first.lock()


async def test_token_in_redis_is_encrypted_and_ends_before_it_ends(
    server: WeChatServer, wechat: WeChat, redis: Redis
) -> None:
    await send(sender(wechat, redis))
    key = f"tianfu:{{wechat:{APPID}}}:access_token"
    assert "token-" not in await redis.get(key)
    assert 6800 < await redis.ttl(key) <= 6900
    # Another key of the settings, or rubbish, is no token.
    assert await AccessTokenCache(redis, Encryptor({"k": b"x" * 32}), APPID).find() is None
    await redis.set(key, "rubbish", ex=60)
    assert await AccessTokenCache(redis, ENCRYPTOR, APPID).find() is None


async def test_token_and_openid_reach_no_log(
    server: WeChatServer, wechat: WeChat, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for errcode in (43101, 47003, 40001, 99999):
        server.fail_with(errcode, times=2)
        await send(sender(wechat, redis), openid="o-very-personal")
    server.fail_tokens_with(40125)
    await redis.flushdb()
    await send(sender(wechat, redis))
    # The server's own lines are WeChat's affair.
    told = "\n".join(each.getMessage() for each in caplog.records if not each.name.startswith("uvicorn"))
    assert "errcode 47003" in told
    assert not any(word in told for word in ("o-very-personal", "token-", SECRET))
