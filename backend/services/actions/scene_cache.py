"""Which scene a sign belongs to. Asked at every visit, so a process remembers each scene for some seconds."""

from __future__ import annotations

import time
from uuid import UUID

import msgspec

from backend.errors import CodeForeign
from backend.messages.shape import Bilingual
from backend.models import Scene

SCENES_KNOWN_MAX = 20_000
KNOWN_S = 5.0
"""A scene that is closed, or given a new sign, is closed everywhere after this time."""


class KnownScene(msgspec.Struct, frozen=True):
    id: UUID
    kind: str
    name: Bilingual
    is_open: bool
    revision: int


class SceneDirectory:
    def __init__(self) -> None:
        self._by_code: dict[str, tuple[float, KnownScene]] = {}

    async def of_sign(self, scene_code: str, revision: int) -> KnownScene:
        """The scene of a sign's five characters. Raises CodeForeign.

        A sign that is newer than what is remembered has been hung up meanwhile: the scene is read again.
        """
        now = time.monotonic()
        asked_at, known = self._by_code.get(scene_code, (0.0, None))
        if known is not None and now - asked_at < KNOWN_S and revision <= known.revision:
            return known
        scene = await Scene.get_or_none(code=scene_code)
        if scene is None:
            raise CodeForeign
        found = KnownScene(
            scene.id, scene.kind, Bilingual(scene.name_zh, scene.name_en), scene.is_open, scene.revision
        )
        if len(self._by_code) >= SCENES_KNOWN_MAX:
            self._by_code.clear()
        self._by_code[scene_code] = (now, found)
        return found

    def forget(self, scene_code: str) -> None:
        """Have a scene that was changed here read again at once."""
        self._by_code.pop(scene_code, None)
