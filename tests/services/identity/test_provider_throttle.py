"""What is asked of a provider is bounded: at once, by source and over all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from backend.errors import Refusal
from backend.errors.identity import SignInBusy, TooManyWrongSignInCodes
from backend.outside.embedded import EmbeddedServers
from backend.outside.refusals import WeChatBusy, WeChatCodeInvalid
from backend.services.identity import provider_throttle
from backend.services.identity.provider_throttle import (
    AT_ONCE_MAX,
    AT_ONCE_PER_SOURCE_MAX,
    PROBE_S,
    WRONG_PER_SOURCE_MAX,
    ProviderThrottle,
)
from backend.storage.redis import Redis, connect
from backend.storage.redis_failures import FailureCounts
from backend.storage.redis_quotas import Quota, Quotas

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(params=["shared", "away"])
async def redis(servers: EmbeddedServers, request: pytest.FixtureRequest) -> AsyncIterator[Redis]:
    is_away = request.param == "away"
    client = connect(NOWHERE if is_away else f"{servers.redis_url}?db=7", timeout_ms=200)
    if not is_away:
        await client.flushdb()
    yield client
    await client.aclose()


def throttle(redis: Redis) -> ProviderThrottle:
    failures = FailureCounts(redis, window_s=300)
    return ProviderThrottle("wechat", failures, Quotas(redis), (WeChatCodeInvalid,))


async def some_seconds_go_by(throttle: ProviderThrottle, source: str) -> None:
    """So many that a source which waits is tried again."""
    await throttle._probes.give_back([Quota(f"sign-in wechat {source}", PROBE_S, 1)])


async def right() -> str:
    return "lin"


async def wrong() -> str:
    raise WeChatCodeInvalid


async def fail(throttle: ProviderThrottle, source: str, times: int) -> list[str]:
    """What so many invented codes of a source were refused with."""
    codes = []
    for _ in range(times):
        with pytest.raises(Refusal) as refused:
            await throttle.ask(source, wrong)
        codes.append(refused.value.code)
    return codes


async def test_a_source_is_wrong_thirty_times_and_is_tried_once_a_while(redis: Redis) -> None:
    found = throttle(redis)
    assert set(await fail(found, "cheat", WRONG_PER_SOURCE_MAX)) == {"wx_code_invalid"}
    for _ in range(3):
        assert await fail(found, "cheat", 3) == ["wx_code_invalid", *["too_many_wrong_sign_in_codes"] * 2]
        with pytest.raises(TooManyWrongSignInCodes) as refused:
            await found.ask("cheat", right)
        assert 0 < (refused.value.retry_after_s or 0) <= PROBE_S
        await some_seconds_go_by(found, "cheat")
    assert await found.ask("neighbour", right) == "lin"


async def test_thirty_wrong_codes_in_a_second_close_a_stadium_for_some_seconds(redis: Redis) -> None:
    found = throttle(redis)
    await fail(found, "stadium", WRONG_PER_SOURCE_MAX + 1)
    await some_seconds_go_by(found, "stadium")
    # One right code makes one wrong one good, and a crowd has many.
    for _ in range(WRONG_PER_SOURCE_MAX):
        assert await found.ask("stadium", right) == "lin"
    assert set(await fail(found, "stadium", WRONG_PER_SOURCE_MAX)) == {"wx_code_invalid"}


async def test_one_cheat_does_not_close_the_stadium_that_shares_their_address(redis: Redis) -> None:
    found = throttle(redis)
    for _ in range(4):
        await fail(found, "stadium", 25)
        for _ in range(25):
            assert await found.ask("stadium", right) == "lin"


async def test_what_is_wrong_with_wechat_is_not_counted_against_anybody(redis: Redis) -> None:
    async def busy() -> str:
        raise WeChatBusy

    found = throttle(redis)
    for _ in range(WRONG_PER_SOURCE_MAX + 5):
        with pytest.raises(WeChatBusy):
            await found.ask("lin", busy)


async def test_in_a_flood_only_sources_that_were_wrong_wait(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_throttle, "WRONG_OVER_ALL_MAX", 20)
    found = throttle(redis)
    for number in range(20):
        await fail(found, f"bot {number}", 1)
    assert await fail(found, "bot 3", 1) == ["too_many_wrong_sign_in_codes"]
    assert await found.ask("lin", right) == "lin"
    assert await fail(found, "new bot", 2) == ["wx_code_invalid", "too_many_wrong_sign_in_codes"]


async def test_a_process_asks_so_many_at_once_and_the_others_come_again(redis: Redis) -> None:
    found, go = throttle(redis), asyncio.Event()
    begun: asyncio.Queue[None] = asyncio.Queue()

    async def slow() -> str:
        begun.put_nowait(None)
        await go.wait()
        return "lin"

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(found.ask("crowd", slow)) for _ in range(AT_ONCE_PER_SOURCE_MAX)]
        for _ in range(AT_ONCE_PER_SOURCE_MAX):
            await begun.get()
        with pytest.raises(SignInBusy):
            await found.ask("crowd", slow)
        others = AT_ONCE_MAX - AT_ONCE_PER_SOURCE_MAX
        tasks += [group.create_task(found.ask(f"lin {number}", slow)) for number in range(others)]
        for _ in range(others):
            await begun.get()
        with pytest.raises(SignInBusy):
            await found.ask("one more", slow)
        tasks[0].cancel()
        with suppress(asyncio.CancelledError):
            await tasks[0]
        go.set()
        assert await found.ask("one more", right) == "lin"
    assert not found._sources
