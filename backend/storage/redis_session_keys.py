"""WeChat's session keys and the newest watermark of each citizen, in Redis.

Redis may lose both. Without its key a phone signs in again. Without the last watermark an older payload is taken
once more, which credits nothing: the ledger books only what a day's total has grown by.
"""

from __future__ import annotations

from uuid import UUID

from redis import asyncio as aioredis

from backend.domain.actions.werun import FRESH_S
from backend.domain.encryption import Encryptor
from backend.storage.sqlfiles import lua

KEY_LIFE_S = 3 * 24 * 3600
WATERMARK_LIFE_S = 2 * FRESH_S
"""An older payload is fresh no longer by then, wherever in the allowed window the newest one lay."""


class SessionKeys:
    """Kept encrypted, under the citizen's own id, for three days; given to no code but the one that decrypts."""

    def __init__(self, redis: aioredis.Redis, encryptor: Encryptor) -> None:
        self._redis = redis
        self._encryptor = encryptor
        self._advance = redis.register_script(lua("advance_watermark"))

    async def keep(self, citizen_id: UUID, session_key: str) -> None:
        """Replace the citizen's key: WeChat knows one at a time, the newest."""
        text = self._encryptor.encrypt_text(session_key, _owner(citizen_id))
        await self._redis.set(_key(citizen_id, "session_key"), text, ex=KEY_LIFE_S)

    async def find(self, citizen_id: UUID) -> str | None:
        """The citizen's key; None when there is none, or none that opens."""
        text = await self._redis.get(_key(citizen_id, "session_key"))
        if not isinstance(text, str):
            return None
        return self._encryptor.decrypt_text(text, _owner(citizen_id))

    async def forget(self, citizen_id: UUID) -> None:
        await self._redis.delete(_key(citizen_id, "session_key"), _key(citizen_id, "watermark"))

    async def advance_watermark(self, citizen_id: UUID, timestamp: int) -> bool:
        """Whether no newer watermark is known; then this one is the newest."""
        keys = [_key(citizen_id, "watermark")]
        return bool(await self._advance(keys=keys, args=[timestamp, WATERMARK_LIFE_S]))


def _owner(citizen_id: UUID) -> str:
    return f"session_key {citizen_id}"


def _key(citizen_id: UUID, name: str) -> str:
    return f"tianfu:{{{citizen_id}}}:{name}"
