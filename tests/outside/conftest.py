"""One WeChat server for the whole run, blank for every test, and clients of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager

import pytest

from backend.errors import Refusal
from backend.outside.wechat import WeChat
from tests.outside.wechat_server import APPID, SECRET, WeChatServer


@pytest.fixture(scope="session")
async def listening() -> AsyncIterator[WeChatServer]:
    async with WeChatServer() as running:
        yield running


@pytest.fixture
def server(listening: WeChatServer) -> Iterator[WeChatServer]:
    yield listening
    listening.forget()


@asynccontextmanager
async def client(base_url: str, *, secret: str = SECRET, timeout_s: float = 3.0) -> AsyncIterator[WeChat]:
    wechat = WeChat(base_url=base_url, appid=APPID, secret=secret, timeout_s=timeout_s)
    try:
        yield wechat
    finally:
        await wechat.aclose()


@pytest.fixture
async def wechat(server: WeChatServer) -> AsyncIterator[WeChat]:
    async with client(server.base_url) as connected:
        yield connected


async def refusal_of(asking: Awaitable[object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await asking
    return caught.value
