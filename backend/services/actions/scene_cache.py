"""The scene that a sign belongs to. Asked at every visit, so a process keeps each scene for some seconds."""

from __future__ import annotations

from uuid import UUID

import msgspec

from backend.errors import CodeForeign
from backend.messages.shape import Bilingual
from backend.models import Scene
from backend.services.caching import ExpiringCache

SCENES_KEPT_MAX = 20_000
KEPT_S = 5.0
"""A scene that is closed, or given a new sign, is closed everywhere after this time."""


class KnownScene(msgspec.Struct, frozen=True):
    id: UUID
    kind: str
    name: Bilingual
    is_open: bool
    revision: int


class SceneCache:
    """Finds the scene of a scanned sign."""

    def __init__(self) -> None:
        self._by_code = ExpiringCache("scenes", _read_scene, kept_s=KEPT_S, entries_max=SCENES_KEPT_MAX)

    async def of_sign(self, scene_code: str, revision: int) -> KnownScene:
        """Find the scene of a sign's five characters. Raises CodeForeign.

        A sign that is newer than what is kept has been hung up meanwhile: the scene is read again.
        """
        return await self._by_code.get(scene_code, lambda kept: revision <= kept.revision)

    def forget(self, scene_code: str) -> None:
        """Have a scene that was changed here read again at once."""
        self._by_code.forget(scene_code)


async def _read_scene(scene_code: str) -> KnownScene:
    scene = await Scene.get_or_none(code=scene_code)
    if scene is None:
        raise CodeForeign
    return KnownScene(
        scene.id, scene.kind, Bilingual(scene.name_zh, scene.name_en), scene.is_open, scene.revision
    )
