"""Mini-program codes of badges: WeChat draws each once, and the picture is kept because it never changes."""

from __future__ import annotations

import asyncio
import hashlib

from backend.outside.photo_files import PhotoFiles
from backend.outside.wechat_codes import MiniProgramCodes

ASKED_AT_ONCE_MAX = 4


class MiniCodes:
    """Gets codes from WeChat and keeps them in a directory that all server processes share."""

    def __init__(self, codes: MiniProgramCodes, files: PhotoFiles) -> None:
        self._codes = codes
        self._files = files
        self._asking = asyncio.Semaphore(ASKED_AT_ONCE_MAX)

    async def get(self, scene: str) -> bytes:
        """The picture of a code. Raises one of backend.outside.wechat_codes.MINI_CODE_REFUSALS."""
        name = hashlib.sha256(f"{self._codes.belongs_to} {scene}".encode()).hexdigest()
        kept = await self._files.get(name)
        if kept is None:
            async with self._asking:
                # Another request may have fetched it meanwhile.
                kept = await self._files.get(name)
                if kept is None:
                    kept = await self._codes.draw(scene)
                    await self._files.put(name, kept)
        return kept
