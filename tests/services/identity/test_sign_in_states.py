"""States of sign-ins at other providers: any host finishes what another saw off, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from backend.domain.encryption import Encryptor
from backend.errors.identity import SignInStateInvalid, SignInStateUsed
from backend.outside.embedded import EmbeddedServers
from backend.services.identity.sign_in_states import SignInStates, Ticket, ends_at, is_state, name_of
from backend.storage.redis import Redis, connect
from backend.storage.redis_used_states import UsedStates

KEYS = {"k1": b"0" * 32}
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
async def redis(servers: EmbeddedServers) -> AsyncIterator[Redis]:
    client = connect(f"{servers.redis_url}?db=7", timeout_ms=500)
    await client.flushdb()
    yield client
    await client.aclose()


def host(redis: Redis, keys: dict[str, bytes] = KEYS) -> SignInStates:
    return SignInStates(Encryptor(keys), UsedStates(redis, kept_s=600))


def left(states: SignInStates) -> tuple[str, dict[str, str]]:
    """A state with the ticket that its browser holds."""
    state = states.new_state("oidc")
    ticket = Ticket(provider="oidc", ends_at=ends_at(), nonce="n", verifier="v")
    return state, {name_of(state): states.encrypt(state, ticket)}


async def test_what_one_host_saw_off_any_host_finishes_and_only_one_does(redis: Redis) -> None:
    hosts = [host(redis) for _ in range(4)]
    state, held = left(hosts[0])
    assert is_state(state)
    assert {each.open("oidc", state, held).verifier for each in hosts} == {"v"}
    used = await asyncio.gather(*(each.use(state) for each in hosts * 3), return_exceptions=True)
    assert [each for each in used if not isinstance(each, SignInStateUsed)] == [None]
    # Nothing was done with it: the same may come again, to any of them.
    await hosts[used.index(None) % 4].give_back(state)
    await hosts[(used.index(None) + 1) % 4].use(state)


async def test_a_state_that_was_given_back_is_good_once_more_on_another_host(redis: Redis) -> None:
    one, other = host(redis), host(redis)
    state, _ = left(one)
    await one.use(state)
    await one.give_back(state)
    await other.use(state)
    with pytest.raises(SignInStateUsed):
        await one.use(state)


async def test_a_begun_sign_in_costs_redis_nothing_and_a_mark_goes_by_itself(redis: Redis) -> None:
    states = host(redis)
    state, _ = left(states)
    assert await redis.dbsize() == 0
    await states.use(state)
    (key,) = await redis.keys("*")
    assert state not in key
    assert 590 <= await redis.ttl(key) <= 600


async def test_without_redis_a_state_is_good_once_in_each_process() -> None:
    away = connect(NOWHERE, timeout_ms=100)
    states = host(away)
    state, held = left(states)
    assert states.open("oidc", state, held).nonce == "n"
    await states.use(state)
    with pytest.raises(SignInStateUsed):
        await states.use(state)
    await away.aclose()


async def test_tickets_outlive_an_exchange_of_keys_and_not_the_loss_of_them(redis: Redis) -> None:
    state, held = left(host(redis))
    assert host(redis, {"k2": b"1" * 32} | KEYS).open("oidc", state, held)
    with pytest.raises(SignInStateInvalid):
        host(redis, {"k1": b"1" * 32}).open("oidc", state, held)
