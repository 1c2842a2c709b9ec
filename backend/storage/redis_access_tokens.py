"""WeChat's access token in Redis, encrypted, with a lock so that one process asks for the next one.

Redis that is away finds nothing and grants every lock: the token is asked for more often, and is the same one.
"""

from __future__ import annotations

from uuid import uuid4

from redis import asyncio as aioredis

from backend.domain.encryption import Encryptor
from backend.storage.redis import REDIS_ERRORS
from backend.storage.sqlfiles import lua

LOCK_MS = 10_000
"""Longer than WeChat may take to answer; a process that dies meanwhile keeps the others waiting no longer than this."""


class AccessTokenCache:
    """The token of one mini-program."""

    def __init__(self, redis: aioredis.Redis, encryptor: Encryptor, appid: str) -> None:
        self._redis = redis
        self._encryptor = encryptor
        self._belongs_to = f"wechat access token {appid}"
        self._token_key = f"tianfu:{{wechat:{appid}}}:access_token"
        self._lock_key = f"tianfu:{{wechat:{appid}}}:access_token_lock"
        self._owner = uuid4().hex
        self._unlock = redis.register_script(lua("unlock"))

    async def find(self) -> tuple[str, float] | None:
        """The token and the seconds for which it may be used."""
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.get(self._token_key)
                pipe.pttl(self._token_key)
                text, left_ms = await pipe.execute()
        except REDIS_ERRORS:
            return None
        if text is None or left_ms <= 0:
            return None
        token = self._encryptor.decrypt_text(text, self._belongs_to)
        return None if token is None else (token, left_ms / 1000)

    async def keep(self, token: str, life_s: float) -> None:
        text = self._encryptor.encrypt_text(token, self._belongs_to)
        try:
            await self._redis.set(self._token_key, text, px=max(1, int(life_s * 1000)))
        except REDIS_ERRORS:
            return

    async def lock(self) -> bool:
        """Whether this process is the one that asks now."""
        try:
            return bool(await self._redis.set(self._lock_key, self._owner, nx=True, px=LOCK_MS))
        except REDIS_ERRORS:
            return True

    async def unlock(self) -> None:
        """Give the lock back, if it still is this process's."""
        try:
            await self._unlock(keys=[self._lock_key], args=[self._owner])
        except REDIS_ERRORS:
            return
